import { CheckSchedules } from '@attestry/core'
import type { DeployCheck } from './deploy-checks.js'
import { exceptionOpen } from './errors.js'

/**
 * 10.4.3, as far as a machine sees it: no scheduled check stands failed. Without schedules nothing is recorded, and the
 * requirement stays without evidence. What somebody made of a finding is for people to attest.
 */
export const exceptionsAreFollowedUp: DeployCheck = async (_, context) => {
  const checks = (await context.find(CheckSchedules)?.list()) ?? []
  if (checks.length === 0) return null
  const open = checks.filter(({ lastOutcome }) => lastOutcome === 'failed').map(({ name }) => name)
  await context.evidence({
    type: 'exceptions-followed-up',
    controls: ['PCI-10.4.3'],
    outcome: open.length === 0 ? 'pass' : 'fail',
    facts: { checks: checks.map(({ name, lastRun, lastOutcome }) => ({ name, lastRun, lastOutcome })), open },
  })
  return open.map(exceptionOpen)
}
