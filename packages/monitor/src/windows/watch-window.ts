import type { Evidence, Handler, JsonValue, PredictionWindow } from '@attestry/core'
import { toAlerts } from '../alerts/to-alerts.js'
import { shareFloor } from '../drift/stability.js'
import {
  classRateChanges,
  findingsOf,
  minimumGroup,
  minimumRows,
  significance,
  type Finding,
  type Thresholds,
} from './findings.js'
import { countWindow, frameOf, type Frame, type WindowCounts } from './window-counts.js'

/** Compares each window with the test set, records the numbers as `monitoring-window`, and returns what needs eyes. */
export const watchWindow =
  (thresholds: Thresholds): Handler<'monitor'> =>
  async ({ number, modelDigest, predictions, reference, positiveClass }, { evidence }) => {
    const frame = frameOf(reference, positiveClass)
    const before = countWindow(reference, frame)
    const now = countWindow(predictions, frame)
    const findings = findingsOf(frame, before, now, thresholds)
    await evidence(windowEvidence({ number, modelDigest }, frame, before, now, findings))
    return toAlerts(findings)
  }

/** The numbers of a window, with the bins that they depend on. Groups below the minimum are counted, not named. */
function windowEvidence(
  { number, modelDigest }: Pick<PredictionWindow, 'number' | 'modelDigest'>,
  frame: Frame,
  before: WindowCounts,
  now: WindowCounts,
  findings: readonly Finding[],
): Evidence {
  return {
    type: 'monitoring-window',
    controls: [],
    outcome: 'info',
    subjects: [{ name: 'model', digest: modelDigest }],
    facts: {
      window: number,
      rows: now.rows,
      referenceRows: before.rows,
      labelled: now.labelled,
      invalidScores: now.invalidScores,
      findings: findings.map(finding => ({ ...finding })),
      classRates: classRateChanges(frame, before, now).map(({ class: name, change }) => ({
        class: name,
        ...(change ? { change: change.difference, interval: change.interval, p: change.p } : { change: null }),
      })),
      groups: Object.entries(frame.groups).map(([attribute, names]) => ({
        attribute,
        groups: groupTable(names, now.attributes[attribute]!),
      })),
      method: {
        psi: `deciles of the reference's scores, a value on an edge goes right; shares at least ${shareFloor}, not renormalised`,
        scoreEdges: frame.scoreEdges,
        scores: { reference: before.scores, window: now.scores },
        alert: `at or over the threshold, and p below ${significance} over all tests of the window (Holm)`,
        minimumRows,
        minimumGroup,
      },
    },
  }
}

function groupTable(names: readonly string[], tallies: WindowCounts['attributes'][string]): JsonValue {
  const large = names.flatMap((group, place) => {
    const { rows, selected, labelled, correct } = tallies[place]!
    if (rows < minimumGroup) return []
    return [{ group, rows, selectionRate: selected / rows, accuracy: labelled === 0 ? null : correct / labelled }]
  })
  const named = large.reduce((sum, { rows }) => sum + rows, 0)
  const all = tallies.reduce((sum, { rows }) => sum + rows, 0)
  return { named: large, rowsOfSmallOrNewGroups: all - named }
}
