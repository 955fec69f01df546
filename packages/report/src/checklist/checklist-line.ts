/** The four columns of the checklist, in reading order. */
export const checklistColumns = ['data', 'model', 'operations', 'documents'] as const
export type ChecklistColumn = (typeof checklistColumns)[number]

/**
 * How a line stands: `present` rests on evidence that the pipeline collected, `attested` on what a person signed. `stale`,
 * `failed` and `missing` are all open.
 */
export type ChecklistState = 'present' | 'attested' | 'missing' | 'stale' | 'failed'

/** Whether nothing is left to do for a line. */
export const isDone = (state: ChecklistState): boolean => state === 'present' || state === 'attested'

/** One line of the deployment checklist. */
export interface ChecklistLine {
  /** Stable, such as `consent-documented`. */
  readonly id: string
  readonly column: ChecklistColumn
  readonly title: string
  readonly state: ChecklistState
  /** Files of the statements that it rests on, or that speak against it; empty when there are none. */
  readonly evidence: readonly string[]
  /** Why it has that state. */
  readonly detail: string
  /** The command that mends it, with what to change first behind `#`; null when nothing is open. */
  readonly help: string | null
}

/** What a rule finds; the line's name stands apart. */
export type Finding = Pick<ChecklistLine, 'state' | 'evidence' | 'detail'>

export const missing = (detail: string, evidence: readonly string[] = []): Finding => ({
  state: 'missing',
  detail,
  evidence,
})

export const failed = (detail: string, evidence: readonly string[] = []): Finding => ({
  state: 'failed',
  detail,
  evidence,
})
