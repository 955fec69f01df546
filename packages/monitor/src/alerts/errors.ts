import { AttestryError, type ErrorCatalogue } from '@attestry/core'

/** Codes of the alert rules. */
export const ruleErrors: ErrorCatalogue = {
  'MONITOR-E301': {
    title: 'alert rules are not valid',
    explanation:
      'A rule has a name, a metric, the value raiseAt at which it is raised and the value clearAt past which it is cleared. clearAt lies on the good side of raiseAt, or is equal to it; else an alert would be raised and cleared by the same value. Names are unique, since the state of an alert is kept under its rule. The message names the rule and the member. Mend that entry.',
    example: "{ name: 'psi', metric: 'score-psi', raiseAt: 0.2, clearAt: 0.25 } fails; with clearAt 0.15 it is a rule.",
  },
  'MONITOR-E302': {
    title: 'the file of alert states is damaged',
    explanation:
      'The file is replaced as a whole, so a crash cannot leave a part of it. It was edited, or the disk lost data. Going on without it would forget which alerts are raised and which were not told yet. Restore the file from a copy, or move it away: every alert then begins as cleared.',
    example: 'Cutting a line out of .attestry/monitor/alerts.json fails.',
  },
  'MONITOR-E303': {
    title: 'there are too many alerts',
    explanation:
      'Each rule keeps a state for every slice that it has seen, up to 10,000 in all. More come up when a column of almost unique values is used as a group. Dropping some would clear alerts in silence, so nothing is taken. Use groups with few values, or fewer rules.',
    example: 'groups by postcode, with a rule on selection rates.',
  },
}

/** MONITOR-E301. */
export const rulesBad = (problems: readonly string[]): AttestryError =>
  new AttestryError({
    code: 'MONITOR-E301',
    message: `the alert rules are not valid: ${problems[0]}`,
    notes: problems.slice(1),
    help: 'give each rule a name of its own, metric, raiseAt, and clearAt on the good side of it',
  })

/** MONITOR-E302. */
export const alertsDamaged = (problem: string): AttestryError =>
  new AttestryError({
    code: 'MONITOR-E302',
    message: `alerts.json is damaged: ${problem}`,
    where: { file: 'alerts.json' },
    help: 'restore alerts.json from a copy',
  })

/** MONITOR-E303. */
export const tooManyAlerts = (most: number): AttestryError =>
  new AttestryError({
    code: 'MONITOR-E303',
    message: `more than ${most} alerts would have to be kept`,
    help: 'use groups with few values',
  })
