import { addDuration, type Duration, type SubjectCase } from '@attestry/core'

/** What a person may ask for. */
export type SubjectRequestKind = SubjectCase['kind']

/** Rules under which a request has a clock. */
export type SubjectLaw = 'gdpr' | 'ccpa' | 'hipaa'

/** By when a request must be answered, as a row of data. */
export interface ClockRule {
  readonly law: SubjectLaw
  readonly control: string
  readonly kinds: readonly SubjectRequestKind[]
  /** Counted from the receipt of the request. */
  readonly period: Duration
  /** The whole period when it was extended, counted from the receipt too. */
  readonly extended: Duration
  readonly source: string
  /** Whether the figures were compared with the text of the law. */
  readonly isVerified: boolean
}

/** When the table was last changed. */
export const clockRulesVersion = '2026-11-26'

/** GDPR: one month, and two more. CCPA: 45 days, and 45 more. HIPAA: 30 days, and 30 more. */
export const clockRules: readonly ClockRule[] = [
  {
    law: 'gdpr',
    control: 'GDPR-12(3)',
    kinds: ['access', 'portability', 'erasure', 'rectification', 'restriction', 'objection'],
    period: 'P1M',
    extended: 'P3M',
    source: 'Regulation (EU) 2016/679, Art. 12(3)',
    isVerified: true,
  },
  {
    law: 'ccpa',
    control: 'CCPA-1798.130(a)(2)',
    kinds: ['access', 'portability', 'erasure', 'rectification'],
    period: 'P45D',
    extended: 'P90D',
    source: 'Cal. Civ. Code 1798.130(a)(2); 11 CCR 7021',
    isVerified: true,
  },
  {
    law: 'hipaa',
    control: 'HIPAA-164.524',
    kinds: ['access'],
    period: 'P30D',
    extended: 'P60D',
    source: '45 CFR 164.524(b)(2)',
    isVerified: false,
  },
]

/** One clock of a case. */
export interface CaseClock {
  readonly law: SubjectLaw
  readonly control: string
  /** UTC instant, ISO: an answer before it is in time. */
  readonly by: string
  readonly isExtended: boolean
  readonly source: string
  readonly isVerified: boolean
}

/** What clocks count from: facts that were recorded, never the time at which somebody asks. */
export interface ClockFacts {
  readonly kind: SubjectRequestKind
  /** ISO instant at which the request was received. */
  readonly openedAt: string
  readonly extendedAt: string | null
  readonly laws: readonly SubjectLaw[]
}

/**
 * The clocks of a case, earliest first. Months are calendar months of UTC, and a day that a month lacks becomes its last one;
 * an extension counts from the receipt, not from the end of the first period.
 */
export function clocksOf({ kind, openedAt, extendedAt, laws }: ClockFacts): readonly CaseClock[] {
  const isExtended = extendedAt !== null
  return clockRules
    .filter(rule => laws.includes(rule.law) && rule.kinds.includes(kind))
    .map(({ law, control, period, extended, source, isVerified }) => ({
      law,
      control,
      by: addDuration(new Date(openedAt), isExtended ? extended : period).toISOString(),
      isExtended,
      source,
      isVerified,
    }))
    .sort((a, b) => (a.by < b.by ? -1 : a.by > b.by ? 1 : 0))
}
