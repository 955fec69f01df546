import type { PrivateEngine } from './private-engine.js'

/** What a check found. */
export interface Verdict {
  /** `undecided` where the engine gave nothing to decide by. */
  readonly outcome: 'pass' | 'fail' | 'undecided'
  readonly detail: string
}

/** How one rule is checked. */
export type Check = (engine: PrivateEngine) => Promise<Verdict>

export const pass = (detail: string): Verdict => ({ outcome: 'pass', detail })
export const fail = (detail: string): Verdict => ({ outcome: 'fail', detail })
export const decide = (holds: boolean, detail: string): Verdict => ({ outcome: holds ? 'pass' : 'fail', detail })

/** Six standard errors: an honest engine fails about once in a hundred million checks. */
export const standardErrors = 6

export const firstExamples = ({ examples, nonFinite }: PrivateEngine, count: number): number[] =>
  Array.from({ length: examples }, (_, i) => i)
    .filter(i => i !== nonFinite)
    .slice(0, count)
