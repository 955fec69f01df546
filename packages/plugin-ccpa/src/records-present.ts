import { Register, type Clock } from '@attestry/core'
import type { DeployCheck } from './deploy-checks.js'
import { recordMissing } from './errors.js'
import { dates } from './tables.js'

/** The three records without which nothing may be called deidentified (1798.140(m)). */
export const deidentificationRecords = [
  'deidentified-cannot-be-linked',
  'deidentified-public-commitment',
  'deidentified-contract',
] as const

/** What technology for automated decisions needs before it decides about people (7220 to 7222). */
export const admtRecords = ['admt-pre-use-notice', 'admt-opt-out-route', 'admt-access-to-logic'] as const

const admtControls = ['CCPA-7200', 'CCPA-7220', 'CCPA-7221', 'CCPA-7222'] as const

/** Whether the duties on automated decisions apply yet. */
export const isAdmtInForce = (now: number): boolean => now >= Date.parse(dates.admt.date)

/**
 * Fresh attestations of all given kinds cover this purpose and dataset.
 *
 * @param controls the first is named in refusals
 * @param type     evidence type that is recorded
 */
export const recordsPresent =
  (kinds: readonly string[], controls: readonly [string, ...string[]], type: string): DeployCheck =>
  async ({ purpose, datasetDigest }, context) => {
    const register = context.get(Register)
    const states = await Promise.all(
      kinds.map(async kind => ({
        kind,
        state: (await register.find(kind, { purpose, dataset: datasetDigest })).state,
      })),
    )
    const reasons = states.flatMap(({ kind, state }) =>
      state === 'present' ? [] : [recordMissing(kind, state, controls[0])],
    )
    // A record that nobody has signed yet is missing, one that has run out has failed.
    if (states.some(({ state }) => state === 'missing') && states.every(({ state }) => state !== 'stale'))
      return reasons
    await context.evidence({
      type,
      controls,
      outcome: reasons.length === 0 ? 'pass' : 'fail',
      subjects: [{ name: 'dataset', digest: datasetDigest }],
      facts: { purpose, records: states },
    })
    return reasons
  }

/** 7200 ff.: from the day of the table on. Before it nothing is asked and nothing recorded. */
export const admtDuties =
  (clock: Clock): DeployCheck =>
  async (request, context) =>
    isAdmtInForce(clock.now()) ? recordsPresent(admtRecords, admtControls, 'admt-duties')(request, context) : []
