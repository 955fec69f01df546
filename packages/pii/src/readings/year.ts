import { isLetter } from '../char-class.js'
import { wordsBefore } from '../context-words.js'
import { isCounted } from '../counted.js'
import { fullYear } from '../dates/year.js'
import { digitsOf, runLength, separatorBefore, type Read, type Reading } from '../number-groups.js'

/** Words before a year. A number without one of them that is round or far in the future is a number. */
const yearPrepositions = new Set(
  (
    'in since of from until till by before after during year years early late mid circa around through and between to class ' +
    'en desde ano anos hasta de del entre im seit jahr jahre bis vor nach ab von depuis annee annees avant apres nel dal dopo ' +
    'anno em desde ate in sinds jaar voor'
  ).split(' '),
)

const latestPlain = 2035

/** A bare year, or a range of years: four digits from 1900 to 2099 that count nothing. */
export function readYear({ text, group, run }: Reading): Read | undefined {
  if (runLength(group, run) !== 4) return undefined
  const start = group.start[run]!
  const before = text[start - 1] ?? ' '
  if (!/[\s(\['",;:/-]/.test(before) || /[-./]$/.test(separatorBefore(text, group, run))) return undefined
  const year = fullYear(Number(digitsOf(text, group, run, run)), 4)
  if (year === undefined) return undefined
  let last = run
  const next = separatorBefore(text, group, run + 1)
  if (/^ ?[-/] ?$/.test(next) && isYearAfter(digitsOf(text, group, run + 1, run + 1), year)) last++
  else if (/^[-./]/.test(next)) return undefined
  const end = group.end[last]!
  if (isLetter(text.charCodeAt(end)) || isCounted(text, end) || /[$€£#]$/.test(text.slice(start - 2, start).trimEnd()))
    return undefined
  const isPlain = year % 100 !== 0 && year <= latestPlain
  if (!isPlain && last === run && !yearPrepositions.has(wordsBefore(text, start)[0] ?? '')) return undefined
  return {
    candidate: {
      type: 'YEAR',
      start,
      end,
      score: 0.5,
      rule: last > run ? 'year/range' : 'year',
      meaning: { kind: 'date', granularity: 'year', year },
      needsCompany: true,
    },
    runs: last - run + 1,
  }
}

/** The other end of a range: a later year, of four digits or of the last two. */
function isYearAfter(digits: string, year: number): boolean {
  if (digits.length === 2) return Number(digits) === (year + 1) % 100 || Number(digits) > year % 100
  return digits.length === 4 && fullYear(Number(digits), 4) !== undefined && Number(digits) >= year
}
