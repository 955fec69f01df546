import type { Duration } from '@attestry/core'

/** A period that the standard names. A new edition is a new table, not another number in code. */
export interface Period {
  readonly name:
    | 'audit-log'
    | 'audit-log-at-hand'
    | 'log-review'
    | 'stored-data-check'
    | 'access-review'
    | 'scope-review'
  readonly duration: Duration
  readonly requirement: string
  readonly trigger: string
  readonly source: string
  readonly checkedOn: string
  readonly verified: boolean
}

const period = (
  name: Period['name'],
  duration: Duration,
  requirement: string,
  trigger: string,
  verified: boolean = false,
): Period => ({
  name,
  duration,
  requirement,
  trigger,
  source: `PCI DSS v4.0.1, requirement ${requirement}`,
  checkedOn: '2026-11-23',
  verified,
})

/** Edition that the tables of this package follow. */
export const edition = 'v4.0.1'

export const periods: readonly Period[] = [
  period('audit-log', 'P12M', '10.5.1', 'event'),
  period('audit-log-at-hand', 'P3M', '10.5.1', 'event'),
  period('log-review', 'P1D', '10.4.1', 'last review'),
  period('stored-data-check', 'P3M', '3.2.1', 'last check'),
  period('access-review', 'P6M', '7.2.4', 'last review or grant'),
  period('scope-review', 'P1Y', '12.5.2', 'last review'),
]

/** Days from which something holds. */
export const dates: readonly {
  readonly date: string
  readonly what: string
  readonly source: string
  readonly checkedOn: string
  readonly verified: boolean
}[] = [
  {
    date: '2025-03-31',
    what: 'requirements of v4.0.1 that were dated for the future are in force',
    source: 'PCI DSS v4.0.1; day not yet compared with the text of the PCI SSC',
    checkedOn: '2026-11-23',
    verified: false,
  },
]

/** Length of a period by its name. */
export const durationOf = (name: Period['name']): Duration => periods.find(one => one.name === name)!.duration
