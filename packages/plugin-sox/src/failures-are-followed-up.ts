import { CheckSchedules } from '@attestry/core'
import type { DeployCheck } from './deploy-checks.js'
import { checkFailed, checkMissed } from './errors.js'

/**
 * ITGC-CO-1: no scheduled check failed at its latest run, and none was left out after it. An older gap, after which the
 * check ran again, stands in the facts and does not hold a change up: it was followed up.
 */
export const failuresAreFollowedUp: DeployCheck = async (_, context) => {
  const checks = (await context.find(CheckSchedules)?.list()) ?? []
  if (checks.length === 0) return null
  const failed = checks.filter(({ lastOutcome }) => lastOutcome === 'failed').map(({ name }) => name)
  const missed = checks.filter(({ lastRun, missed: gaps }) =>
    gaps.some(due => lastRun === null || !(Date.parse(due) <= Date.parse(lastRun))),
  )
  return {
    type: 'operations-followed-up',
    controls: ['ITGC-CO-1'],
    facts: {
      checks: checks.map(({ name, lastRun, lastOutcome, missed: gaps }) => ({
        name,
        lastRun,
        lastOutcome,
        missed: gaps.length,
      })),
      failed,
      open: missed.map(({ name }) => name),
    },
    open: [...failed.map(checkFailed), ...missed.map(({ name }) => checkMissed(name))],
    met: `${checks.length} scheduled checks ran when they were last due, and none failed`,
  }
}
