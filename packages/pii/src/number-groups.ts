import { isDigit, isLetter } from './char-class.js'
import type { Candidate } from './finding.js'

/** Runs of digits with short separators between: `+44 (0)20 7946-0958` has the runs 44, 0, 20, 7946, 0958. */
export interface NumberGroup {
  /** Start and end of each run. */
  readonly start: readonly number[]
  readonly end: readonly number[]
}

const longestSeparator = 3
const separators = new Set([...' -./()\t'].map(c => c.charCodeAt(0)))

/** Every group of a text, in order. Each character is read once. */
export function* numberGroups(text: string): Generator<NumberGroup> {
  for (let i = 0; i < text.length; ) {
    if (!isDigit(text.charCodeAt(i))) {
      i++
      continue
    }
    const start: number[] = []
    const end: number[] = []
    for (let next = i; next >= 0; ) {
      start.push(next)
      i = next + 1
      while (isDigit(text.charCodeAt(i))) i++
      end.push(i)
      next = nextRun(text, i)
    }
    yield { start, end }
  }
}

/** Where the next run begins, or -1 when something else than a short separator follows. */
function nextRun(text: string, from: number): number {
  for (let i = from; i <= from + longestSeparator; i++) {
    const unit = text.charCodeAt(i)
    if (isDigit(unit)) return i
    if (!separators.has(unit)) return -1
  }
  return -1
}

/** What a reading sees: a group, and the run of it that the reading begins with. */
export interface Reading {
  readonly text: string
  readonly group: NumberGroup
  readonly run: number
  readonly regions: readonly string[]
}

/** A candidate and the number of runs that it took. */
export interface Read {
  readonly candidate: Candidate
  readonly runs: number
}

/** What stands between a run and the one before it. */
export const separatorBefore = (text: string, { start, end }: NumberGroup, run: number): string =>
  run > 0 && run < start.length ? text.slice(end[run - 1]!, start[run]!) : ''

export const runLength = ({ start, end }: NumberGroup, run: number): number =>
  run < start.length ? end[run]! - start[run]! : 0

/** The digits of runs `from` to `to`, both included. */
export function digitsOf(text: string, { start, end }: NumberGroup, from: number, to: number): string {
  let digits = ''
  for (let run = from; run <= to; run++) digits += text.slice(start[run]!, end[run]!)
  return digits
}

/** A plus sign right before a run, whether or not a bracket opens between. Gives its place, or -1. */
export function plusBefore(text: string, { start }: NumberGroup, run: number): number {
  let at = start[run]! - 1
  if (text[at] === '(') at--
  if (text[at] !== '+' || isDigit(text.charCodeAt(at - 1)) || isLetter(text.charCodeAt(at - 1))) return -1
  return at
}
