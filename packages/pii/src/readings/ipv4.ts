import { isLetter } from '../char-class.js'
import { wordsBefore } from '../context-words.js'
import { digitsOf, runLength, separatorBefore, type Read, type Reading } from '../number-groups.js'

/** Words after which four numbers with points are a version or a place in a document. */
const notAddresses = new Set(
  'v ver version versions rev revision release build section sections chapter clause article paragraph para'.split(' '),
)

/** Four runs from 0 to 255 with points between, and no fifth. */
export function readIpv4({ text, group, run }: Reading): Read | undefined {
  if (runLength(group, run) > 3 || run + 3 >= group.start.length) return undefined
  for (let next = run; next <= run + 3; next++) {
    if (next > run && separatorBefore(text, group, next) !== '.') return undefined
    if (runLength(group, next) > 3 || Number(digitsOf(text, group, next, next)) > 255) return undefined
  }
  const start = group.start[run]!
  const end = group.end[run + 3]!
  const isLonger = separatorBefore(text, group, run) === '.' || separatorBefore(text, group, run + 4) === '.'
  if (isLonger || isLetter(text.charCodeAt(end)) || isNumbering(text, start)) return undefined
  return {
    candidate: { type: 'IP_ADDRESS', start, end, score: 0.9, rule: 'ipv4', validator: 'octets' },
    runs: 4,
  }
}

/** Whether a word right before says that the numbers are no address. */
function isNumbering(text: string, start: number): boolean {
  const between = text.slice(Math.max(0, start - 2), start)
  return !/[.!?\n]/.test(between) && (between.includes('\u00A7') || notAddresses.has(wordsBefore(text, start)[0] ?? ''))
}
