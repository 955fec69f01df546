import { SubjectRequests, type Clock, type HookContext, type Reason } from '@attestry/core'
import { isOverdue } from './cases.js'
import { pastItsClock } from './errors.js'

/**
 * Reasons against a deployment: every open request of a person that is past a clock. Where nobody ever asked for anything
 * there is nothing to show, and no evidence is written.
 */
export async function overdueRequests(context: HookContext, clock: Clock): Promise<readonly Reason[]> {
  const cases = (await context.find(SubjectRequests)?.cases()) ?? []
  if (cases.length === 0) return []
  const now = clock.now()
  const overdue = cases.filter(one => isOverdue(one, now))
  const retrainingDue = [...new Set(cases.flatMap(one => one.retrainingDue))].sort()
  await context.evidence({
    type: 'subject-requests',
    controls: [],
    outcome: overdue.length === 0 ? 'pass' : 'fail',
    facts: {
      open: cases.filter(({ answeredAt }) => answeredAt === null).length,
      overdue: overdue.length,
      answered: cases.filter(({ answeredAt }) => answeredAt !== null).length,
      retrainingDue,
    },
  })
  return overdue.map(({ id, kind, due }) => {
    const { by, control } = due.find(clockOf => new Date(clockOf.by).getTime() < now)!
    return pastItsClock(id, kind, by.slice(0, 10), control)
  })
}
