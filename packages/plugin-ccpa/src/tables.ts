import type { Duration } from '@attestry/core'

interface Sourced {
  readonly source: string
  readonly checkedOn: string
  /** False while the official text has not been compared word by word. */
  readonly verified: boolean
}

/** A day from which something holds. */
export interface LawDate extends Sourced {
  readonly name: string
  readonly date: string
  readonly what: string
}

/** A period that the law names, and what it counts from. */
export interface LawPeriod extends Sourced {
  readonly name: string
  readonly duration: Duration
  readonly citation: string
  readonly trigger: string
}

const checkedOn = '2026-11-23'
const pages = 'public pages on the package approved in September 2025 (mofo.com, digitalpolicyalert)'

const date = (name: string, day: string, what: string): LawDate => ({
  name,
  date: day,
  what,
  source: `${pages}; section numbers not yet compared with the official text`,
  checkedOn,
  verified: false,
})

type DateName =
  | 'regulations'
  | 'admt'
  | 'firstAssessment'
  | 'submission'
  | 'auditOver100'
  | 'audit50To100'
  | 'auditUnder50'

/** Dates of the regulations of 2025. A change of the law is a new row here. */
export const dates: Readonly<Record<DateName, LawDate>> = {
  regulations: date('regulations', '2026-01-01', 'the package of regulations is in force'),
  admt: date('admt', '2027-01-01', 'duties on technology for automated decisions (7200 ff.) apply'),
  firstAssessment: date(
    'firstAssessment',
    '2027-12-31',
    'risk assessments of processing begun before 2026 are due by the end of this day',
  ),
  submission: date('submission', '2028-04-01', 'risk assessments are submitted and attested (7157)'),
  auditOver100: date('auditOver100', '2028-04-01', 'first certificate of an audit, revenue over 100 million dollars'),
  audit50To100: date(
    'audit50To100',
    '2029-04-01',
    'first certificate of an audit, revenue of 50 to 100 million dollars',
  ),
  auditUnder50: date('auditUnder50', '2030-04-01', 'first certificate of an audit, revenue under 50 million dollars'),
}

const period = (name: string, length: Duration, citation: string, trigger: string): LawPeriod => ({
  name,
  duration: length,
  citation,
  trigger,
  source: `not yet compared with the official text: ${citation}`,
  checkedOn,
  verified: false,
})

type PeriodName =
  | 'answer'
  | 'answerAtMost'
  | 'assessmentReview'
  | 'assessmentUpdate'
  | 'requestRecords'
  | 'assessmentKept'

/** Clocks and periods of keeping. */
export const periods: Readonly<Record<PeriodName, LawPeriod>> = {
  answer: period('answer', 'P45D', 'Cal. Civ. Code 1798.130(a)(2); 11 CCR 7021', 'request'),
  answerAtMost: period('answerAtMost', 'P90D', 'Cal. Civ. Code 1798.130(a)(2); 11 CCR 7021', 'request'),
  assessmentReview: period('assessmentReview', 'P3Y', '11 CCR 7155', 'latest assessment'),
  assessmentUpdate: period('assessmentUpdate', 'P45D', '11 CCR 7155', 'material change'),
  requestRecords: period('requestRecords', 'P24M', '11 CCR 7101', 'request'),
  assessmentKept: period('assessmentKept', 'P5Y', '11 CCR 7155', 'end of processing'),
}

/** Business days within which a request is confirmed (11 CCR 7021); not yet compared with the official text. */
export const confirmBusinessDays = 10
