import { CheckSchedules, systemClock, type Clock, type Handler } from '@attestry/core'

const quarterMs = 92 * 86_400_000

/** A due time that waits for longer than this has nobody who runs it. */
const graceMs = 3_600_000

/**
 * Records how the model is watched by the calendar, as `scheduled-checks`, and votes neither way. It passes when no due
 * time of the last 92 days was missed, none waits for more than an hour, and no latest run failed. Without schedules
 * nothing is recorded.
 */
export const recordScheduledChecks =
  (clock: Clock = systemClock): Handler<'deploy'> =>
  async (_, context) => {
    const checks = (await context.find(CheckSchedules)?.list()) ?? []
    if (checks.length === 0) return { decision: 'abstain' }
    const now = clock.now()
    const times = checks.flatMap(({ name, missed }) => missed.map(due => ({ name, due })))
    const recent = times.filter(({ due }) => Date.parse(due) >= now - quarterMs)
    const overdue = checks.filter(({ nextDue }) => Date.parse(nextDue) < now - graceMs)
    const failed = checks.filter(({ lastOutcome }) => lastOutcome === 'failed')
    await context.evidence({
      type: 'scheduled-checks',
      controls: [],
      outcome: recent.length + overdue.length + failed.length === 0 ? 'pass' : 'fail',
      facts: {
        checks: checks.map(({ name, frequency, checks: what, channels, createdAt, lastRun, lastOutcome, nextDue }) => ({
          name,
          frequency,
          checks: what,
          channels,
          createdAt,
          lastRun,
          lastOutcome,
          nextDue,
        })),
        missed: recent.map(({ name, due }) => `${name} ${due}`),
        missedEarlier: times.length - recent.length,
        overdue: overdue.map(({ name }) => name),
        failed: failed.map(({ name }) => name),
      },
    })
    return { decision: 'abstain' }
  }
