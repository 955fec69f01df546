import { Retention, type HookContext, type Reason, type RetentionItem } from '@attestry/core'
import { keptTooLong } from './errors.js'

/**
 * Records that the training of the run has ended, for each class whose period counts from there: training data and models
 * of a run that came to its evaluation have their day from then on.
 */
export async function recordEndOfTraining(context: HookContext): Promise<void> {
  const retention = context.find(Retention)
  for (const { value } of context.policy.retention)
    if (/\bend of training\b/.test(value.trigger))
      await retention?.begin(value.dataClass, `runs/${context.run.runId}`, 'end of training')
}

/**
 * Records how everything that the workspace keeps stands, as evidence of type `retention-state`, and gives a reason against
 * the deployment for each class of which something is kept past the end of its period.
 */
export async function overdueRetention(context: HookContext): Promise<readonly Reason[]> {
  const retention = context.find(Retention)
  if (!retention || context.policy.retention.length + context.policy.holds.length === 0) return []
  const items = (await retention.items()).filter(
    ({ min, max, heldBy }) => min !== null || max !== null || heldBy.length > 0,
  )
  const count = (state: RetentionItem['state']): number => items.filter(one => one.state === state).length
  const overdue = items.filter(({ state }) => state === 'overdue')
  const classes = [...new Set(overdue.map(({ dataClass }) => dataClass))].sort()
  const controlsOf = (dataClass?: string): readonly string[] => [
    ...new Set(
      context.policy.retention
        .filter(({ value }) => dataClass === undefined || value.dataClass === dataClass)
        .flatMap(({ sources }) => sources.map(({ control }) => control)),
    ),
  ]
  await context.evidence({
    type: 'retention-state',
    controls: [...controlsOf()].sort(),
    outcome: overdue.length === 0 ? 'pass' : 'fail',
    facts: {
      items: items.length,
      overdue: overdue.length,
      overdueClasses: classes,
      disposable: count('disposable'),
      held: count('held'),
      inConflict: count('conflict'),
      withoutTrigger: count('no-trigger'),
      disposed: (await retention.receipts()).length,
    },
  })
  return classes.map(dataClass =>
    keptTooLong(dataClass, overdue.filter(one => one.dataClass === dataClass).length, controlsOf(dataClass).join(', ')),
  )
}
