import { CheckSchedules, type HookContext } from '@attestry/core'

/**
 * CC4.1 over a period: every time at which a scheduled check was due and did not run is a gap. A gap cannot be closed
 * afterwards, so it is recorded as failed evidence and shown, and stops no deployment. Without schedules nothing is
 * recorded, and the control stays missing.
 */
export async function recordOperationGaps(context: HookContext): Promise<void> {
  const checks = (await context.find(CheckSchedules)?.list()) ?? []
  if (checks.length === 0) return
  const gaps = checks.flatMap(({ name, missed }) => missed.map(due => ({ check: name, due })))
  await context.evidence({
    type: 'operation-gaps',
    controls: ['SOC2-CC4.1'],
    outcome: gaps.length === 0 ? 'pass' : 'fail',
    facts: { checks: checks.map(({ name, createdAt, lastRun }) => ({ name, createdAt, lastRun })), gaps },
  })
}
