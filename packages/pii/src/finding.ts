import type { IdentifierType } from './identifier-types.js'

/** One place in a text that holds an identifier. */
export interface Finding {
  readonly type: IdentifierType
  /** First UTF-16 code unit, counted in the text as it was given. */
  readonly start: number
  /** One past the last UTF-16 code unit. */
  readonly end: number
  /**
   * How much speaks for it, in (0, 1]: 0.9 and above a checksum or a complete grammar, 0.7 to 0.9 a numbering plan or a
   * title, below that context or a word list alone. An order, not a probability.
   */
  readonly score: number
  /** What found it, such as `email`, `person/title`. Stable, for traces and tests. */
  readonly rule: string
  /** What confirmed it, such as `luhn+issuer`, `mod97`, `libphonenumber`. */
  readonly validator?: string
  /** Who found it, where a model was asked too and has a label for the type: see `createOpinionDetector`. */
  readonly opinion?: 'agreed' | 'only-model' | 'only-rules'
  /** What the value means, where a policy needs it: personal data like the value itself. */
  readonly meaning?: Meaning
}

/** The meaning of a value that a policy may keep or generalise. */
export type Meaning =
  /** Completed years of an AGE: 0 for months and weeks. */
  | { readonly kind: 'age'; readonly years: number }
  /** A DATE down to the day or to the month, with as much of it as is certain; a YEAR has its year. */
  | { readonly kind: 'date'; readonly granularity: 'day' | 'month' | 'year'; readonly year?: number }

/** A finding before positions are translated back and overlaps resolved. */
export interface Candidate extends Finding {
  /** Says little by itself (a bare year): it counts only in a text in which something else is found. */
  readonly needsCompany?: true
  /** By a model and not by a rule: comes after every rule where they overlap, and is no company. */
  readonly isGuess?: true
}

/** The finding of a candidate at its place in the original. Field by field, for a copy of all but some fields takes far longer. */
export function findingOf(
  { type, score, rule, validator, opinion, meaning }: Candidate,
  start: number,
  end: number,
): Finding {
  if (validator === undefined && opinion === undefined && meaning === undefined)
    return { type, start, end, score, rule }
  return {
    type,
    start,
    end,
    score,
    rule,
    ...(validator !== undefined && { validator }),
    ...(opinion !== undefined && { opinion }),
    ...(meaning !== undefined && { meaning }),
  }
}
