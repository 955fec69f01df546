import type { Reason, RunRecord, Stage } from '@attestry/core'

/** How a run ended, for people. */
export type VerdictState = 'permitted' | 'denied' | 'waiting' | 'failed' | 'running' | 'none'

export interface VerdictView {
  readonly state: VerdictState
  /** One line. */
  readonly headline: string
  /** What it means, in one or two sentences. */
  readonly meaning: string
  readonly refused: readonly Reason[]
  readonly pending: readonly Reason[]
  readonly met: readonly Reason[]
}

export const stageOrder: readonly Stage[] = ['preprocess', 'train', 'evaluate', 'deploy', 'monitor']

const wordOf = { permit: 'permitted', deny: 'denied' } as const

/** Puts a run's status and verdict into words. A permit counts only where nothing in the record contradicts it. */
export function verdictOf({ status, reason, stages }: RunRecord): VerdictView {
  const verdict = stages.deploy?.verdict
  const of = (kind: Reason['kind']): readonly Reason[] => (verdict?.reasons ?? []).filter(one => one.kind === kind)
  const reasons = { refused: of('refused'), pending: of('pending'), met: of('met') }
  const view = (state: VerdictState, headline: string, meaning: string): VerdictView => ({
    state,
    headline,
    meaning,
    ...reasons,
  })
  if (status === 'failed') {
    const where = reason?.stage === undefined ? '' : ` in stage ${reason.stage}`
    const before =
      verdict === undefined
        ? 'No verdict had been reached.'
        : `Before that, deployment had been ${wordOf[verdict.decision]}.`
    return view('failed', `Stopped by a failure${where}`, `The run did not end as planned. ${before}`)
  }
  if (status === 'running')
    return view('running', 'Not finished', 'The run had not ended when this was written. No verdict stands yet.')
  if (status === 'waiting')
    return view(
      'waiting',
      'Waiting for people',
      verdict === undefined
        ? 'The run cannot go on until a person has acted on the point below.'
        : 'Deployment is denied until the points below are met. The run can go on from here.',
    )
  if (status === 'vetoed' || verdict?.decision === 'deny')
    return view('denied', 'Denied', 'The model was not deployed. Another run is needed to change this.')
  if (verdict?.decision === 'permit' && reasons.refused.length + reasons.pending.length === 0)
    return view(
      'permitted',
      'Permitted',
      'The deployment gate found nothing against it. That is not a legal judgement: people read what is missing below.',
    )
  if (verdict)
    return view('denied', 'Denied', 'The verdict permits while reasons stand against it. It is read as a denial.')
  return view('none', 'No verdict', 'The run ended without reaching the deployment gate.')
}
