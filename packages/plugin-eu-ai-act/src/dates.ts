/** From when something applies, with how far that has been checked. */
export interface DateOfApplication {
  /** ISO date. */
  readonly from: string
  readonly what: string
  readonly source: string
  /** False while it has not been compared with the Official Journal. */
  readonly verified: boolean
}

/** Version of the table: the day on which it was put together. */
export const datesVersion = '2026-11-23'

const regulation = 'Regulation (EU) 2024/1689, Art. 113, and secondary sources of July 2026'
const omnibus = 'Digital Omnibus on AI (Parliament 2026-06-16, Council 2026-06-29), secondary sources of July 2026'

export const dates: readonly DateOfApplication[] = [
  { from: '2025-02-02', what: 'prohibitions and literacy (chapters I and II)', source: regulation, verified: true },
  { from: '2025-08-02', what: 'general-purpose models, governance, penalties', source: regulation, verified: true },
  {
    from: '2026-08-02',
    what: 'general date, with Art. 50 and powers over general-purpose models',
    source: regulation,
    verified: true,
  },
  {
    from: '2026-12-02',
    what: 'end of grace for marking by older systems; a further prohibition',
    source: omnibus,
    verified: false,
  },
  { from: '2027-12-02', what: 'duties for high-risk systems of Annex III', source: omnibus, verified: false },
  { from: '2028-08-02', what: 'duties for products of Annex I', source: omnibus, verified: false },
]

/** How long things are kept, as data. */
export const retentionPeriods = {
  version: '2026-11-23',
  documentation: { min: 'P10Y', trigger: 'placing on the market', source: 'Regulation (EU) 2024/1689, Art. 18' },
  logs: { min: 'P6M', trigger: 'event', source: 'Regulation (EU) 2024/1689, Art. 19, Art. 26(6)' },
} as const

/** What applies on a day. */
export const inForceOn = (day: Date): readonly DateOfApplication[] =>
  dates.filter(({ from }) => new Date(`${from}T00:00:00Z`).getTime() <= day.getTime())
