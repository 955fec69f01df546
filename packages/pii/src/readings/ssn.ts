import { isLetter } from '../char-class.js'
import { wordsBefore } from '../context-words.js'
import { digitsOf, runLength, separatorBefore, type Read, type Reading } from '../number-groups.js'
import { isSsnPossible } from '../validators/ssn.js'

const ssnLabels = new Set(['ssn', 'social', 'security', 'ss', 'ssa', 'itin', 'taxpayer'])

/** Three, two and four digits with one kind of separator; nine together only after a label. */
export function readSsn({ text, group, run }: Reading): Read | undefined {
  const isTogether = runLength(group, run) === 9
  const isSplit = runLength(group, run) === 3 && runLength(group, run + 1) === 2 && runLength(group, run + 2) === 4
  if (!isTogether && !isSplit) return undefined
  const start = group.start[run]!
  const last = isSplit ? run + 2 : run
  const end = group.end[last]!
  const before = separatorBefore(text, group, run)
  const after = separatorBefore(text, group, last + 1)
  if (/[-./]/.test(before) || /^[-/]/.test(after) || isLetter(text.charCodeAt(end))) return undefined
  if (isSplit) {
    const separator = separatorBefore(text, group, run + 1)
    if (!/^(?:-| - | |\.)$/.test(separator) || separatorBefore(text, group, last) !== separator) return undefined
  }
  if (!isSsnPossible(digitsOf(text, group, run, last))) return undefined
  const isLabelled = wordsBefore(text, start).some(word => ssnLabels.has(word))
  if (isTogether && !isLabelled) return undefined
  const score = isLabelled ? 0.9 : 0.8
  return {
    candidate: { type: 'US_SSN', start, end, score, rule: isSplit ? 'ssn' : 'ssn/label', validator: 'ssa-ranges' },
    runs: last - run + 1,
  }
}
