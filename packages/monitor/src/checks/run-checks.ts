import { systemClock } from '@attestry/core'
import { fewestSamples, lossAttack } from '../leakage/loss-attack.js'
import { measureQuality } from '../quality/data-quality.js'
import { schemasDiffer } from '../record/errors.js'
import type { RecordedWindow } from '../record/recorded-window.js'
import { digestOfSchema, type RecorderSchema } from '../record/schema.js'
import { judge, measureWindow, type Finding, type Measured } from '../windows/findings.js'
import { defaultCheckThresholds, type CheckThresholds } from './check-thresholds.js'
import { checkUnknown } from './errors.js'
import { measureEstimates } from './estimated-performance.js'
import { measureFeatures } from './feature-drift.js'

/**
 * What can be looked at.
 *
 * - `bias_drift`: selection rates, accuracies and estimated true-positive rates of groups
 * - `data_drift`: scores, predicted classes, group mix and inputs against the reference
 * - `data_quality`: missing values, types, ranges, labels, duplicates, age
 * - `performance`: accuracy where labels are known, and estimates where they are not
 * - `privacy_leakage`: membership inference on a sample of losses
 */
export const checkNames = ['bias_drift', 'data_drift', 'data_quality', 'performance', 'privacy_leakage'] as const
export type CheckName = (typeof checkNames)[number]

/** Short names. */
export const checkAliases: Readonly<Record<string, CheckName>> = { bias: 'bias_drift', drift: 'data_drift' }

export interface CheckInput {
  readonly schema: RecorderSchema
  /** The predictions for the test set, recorded with the same schema: see `windowOfTable`. */
  readonly reference: RecordedWindow
  /** Null when nothing was recorded: then nothing is assessed. */
  readonly window: RecordedWindow | null
  /** Names or short names. */
  readonly checks: readonly string[]
  readonly thresholds?: { readonly [name in keyof CheckThresholds]?: number }
  /** Losses of rows that were trained on and of rows that were not: see `lossesOf`. */
  readonly leakage?: { readonly members: ArrayLike<number>; readonly nonMembers: ArrayLike<number> }
  /** Milliseconds since the epoch; the clock's when left out. */
  readonly now?: number
}

/** The checks that names stand for, each once. @throws MONITOR-E331 for an unknown name, or none */
export function parseChecks(names: readonly string[]): readonly CheckName[] {
  const known = [...checkNames, ...Object.keys(checkAliases)]
  if (names.length === 0) throw checkUnknown(undefined, known)
  return [
    ...new Set(
      names.map(name => {
        const check =
          checkNames.find(one => one === name) ?? (Object.hasOwn(checkAliases, name) ? checkAliases[name] : undefined)
        if (check === undefined) throw checkUnknown(name, known)
        return check
      }),
    ),
  ]
}

/**
 * Runs checks of a window against its reference. All tests are adjusted together, so that the chance of any false alarm stays
 * below 0.05 a window. What could not be assessed is a finding that says why.
 *
 * @throws MONITOR-E331 for an unknown check, MONITOR-E324 when window or reference are of another schema
 */
export function runChecks(input: CheckInput): readonly Finding[] {
  const checks = parseChecks(input.checks)
  const thresholds = { ...defaultCheckThresholds, ...input.thresholds }
  const digest = digestOfSchema(input.schema)
  for (const { schema } of [input.reference, ...(input.window ? [input.window] : [])])
    if (schema !== digest) throw schemasDiffer(schema, digest)
  return judge(
    checks.flatMap(check =>
      check === 'privacy_leakage' ? leakage(input, thresholds) : watched(check, input, thresholds),
    ),
  )
}

function watched(
  check: Exclude<CheckName, 'privacy_leakage'>,
  { schema: { frame }, reference, window, now = systemClock.now() }: CheckInput,
  thresholds: CheckThresholds,
): readonly Measured[] {
  if (window === null) return [nothing(check, thresholds)]
  const counts = (): readonly Measured[] => measureWindow(frame, reference.counts, window.counts, thresholds)
  const estimates = (): readonly Measured[] => measureEstimates(frame, reference, window, thresholds)
  const isDrift = ({ metric }: Measured): boolean => metric.endsWith('-psi')
  const isOfGroups = ({ metric, attribute }: Measured): boolean => attribute !== undefined && !metric.endsWith('-psi')
  const isOfAll = ({ metric, attribute }: Measured): boolean =>
    attribute === undefined && /(accuracy|auc)-drop$/.test(metric)
  switch (check) {
    case 'bias_drift': {
      const groups = [...counts(), ...estimates()].filter(isOfGroups)
      return groups.length > 0 ? groups : [noGroups(thresholds)]
    }
    case 'data_drift':
      return [...counts().filter(isDrift), ...measureFeatures(reference, window, thresholds)]
    case 'data_quality':
      return [
        ...counts().filter(({ metric }) => metric === 'invalid-score-share'),
        ...measureQuality(reference, window, thresholds, now),
      ]
    case 'performance':
      return [...counts(), ...estimates()].filter(isOfAll)
    default:
      return check satisfies never
  }
}

/** No window is no calm: the check says that it has looked at nothing. */
const nothing = (check: CheckName, { maximumAgeSeconds: threshold }: CheckThresholds): Measured => ({
  metric: 'window-age-seconds',
  value: null,
  threshold,
  p: null,
  rows: 0,
  note: `${check}: no window was recorded`,
})

const noGroups = ({ selectionRateGap: threshold }: CheckThresholds): Measured => ({
  metric: 'selection-rate-gap',
  value: null,
  threshold,
  p: null,
  rows: 0,
  note: 'the schema declares no groups',
})

function leakage({ leakage: sample }: CheckInput, thresholds: CheckThresholds): readonly Measured[] {
  const [advantage, auc] = [thresholds.membershipAdvantage, thresholds.membershipAuc]
  const attack = sample ? lossAttack(sample.members, sample.nonMembers) : null
  if (attack === null) {
    const note = sample ? `fewer than ${fewestSamples} losses on a side` : 'no sample of losses was given'
    return [
      { metric: 'membership-advantage', value: null, threshold: advantage, p: null, rows: 0, note },
      { metric: 'membership-auc', value: null, threshold: auc, p: null, rows: 0, note },
    ]
  }
  const rows = attack.members + attack.nonMembers
  const note = `${attack.members} rows that were trained on, ${attack.nonMembers} that were not; a stronger attack may find more`
  return [
    {
      metric: 'membership-advantage',
      value: attack.advantage,
      threshold: advantage,
      interval: attack.advantageInterval,
      p: attack.advantageP,
      rows,
      note,
    },
    {
      metric: 'membership-auc',
      value: attack.auc,
      threshold: auc,
      interval: attack.aucInterval,
      p: attack.aucP,
      rows,
      note,
    },
  ]
}
