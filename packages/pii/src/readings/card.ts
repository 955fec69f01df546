import { digitsOf, runLength, separatorBefore, type Read, type Reading } from '../number-groups.js'
import { cardIssuer, cardLengths } from '../validators/card.js'

/** One run of 12 to 19 digits, or runs of 3 to 7 that begin with one of 4, with spaces or hyphens. Longest first. */
export function readCard({ text, group, run }: Reading): Read | undefined {
  const first = runLength(group, run)
  if (first !== 4 && (first < cardLengths.min || first > cardLengths.max)) return undefined
  if (separatorBefore(text, group, run) === '.') return undefined
  let last = run
  let length = first
  if (first === 4)
    while (last + 1 < group.start.length) {
      const next = runLength(group, last + 1)
      const separator = separatorBefore(text, group, last + 1)
      if (next < 2 || next > 7 || length + next > cardLengths.max || !/^(?: {1,2}| ?- ?)$/.test(separator)) break
      length += next
      last++
    }
  if (length < cardLengths.min) return undefined
  const digits = digitsOf(text, group, run, last)
  for (; length >= cardLengths.min; length -= runLength(group, last--)) {
    if (!cardIssuer(digits.slice(0, length))) continue
    return {
      candidate: {
        type: 'CREDIT_CARD',
        start: group.start[run]!,
        end: group.end[last]!,
        score: 0.95,
        rule: 'card',
        validator: 'luhn+issuer',
      },
      runs: last - run + 1,
    }
  }
  return undefined
}
