import { CheckSchedules, type DeployQuestion } from '@attestry/core'
import { checkFailed, monitoringMissing } from './errors.js'

/**
 * CC7.2: something watches the model once it is deployed, a window of the config or checks by the calendar, and no check
 * failed at its latest run.
 */
export const monitoringIsInForce: DeployQuestion = async (_, context) => {
  const { monitoring } = context.run.config
  const checks = (await context.find(CheckSchedules)?.list()) ?? []
  const failed = checks.filter(({ lastOutcome }) => lastOutcome === 'failed').map(({ name }) => name)
  const isWatched = monitoring !== undefined || checks.length > 0
  return {
    type: 'monitoring-in-force',
    controls: ['SOC2-CC7.2'],
    facts: {
      windowRows: monitoring?.windowRows ?? null,
      checks: checks.map(({ name, frequency, lastRun, lastOutcome }) => ({ name, frequency, lastRun, lastOutcome })),
    },
    open: [...(isWatched ? [] : [monitoringMissing()]), ...failed.map(checkFailed)],
    met: monitoring ? 'windows of predictions are watched' : `${checks.length} scheduled checks watch the model`,
  }
}
