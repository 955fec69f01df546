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

/** The group that begins with a run of digits. */
export function groupFrom(text: string, runs: readonly number[], first: number): NumberGroup {
  const start: number[] = []
  const end: number[] = []
  let run = first
  do {
    start.push(runs[run]!)
    let at = runs[run]! + 1
    while (isDigit(text.charCodeAt(at))) at++
    end.push(at)
    run++
  } while (run < runs.length && isSeparated(text, end[end.length - 1]!, runs[run]!))
  return { start, end }
}

/** Whether only a short separator stands between two runs. */
function isSeparated(text: string, from: number, to: number): boolean {
  if (to - from > longestSeparator) return false
  for (let i = from; i < to; i++) if (!separators.has(text.charCodeAt(i))) return false
  return true
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
