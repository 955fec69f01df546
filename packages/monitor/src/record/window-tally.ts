import type { Digest } from '@attestry/core'
import { calibrated } from '../performance/calibration.js'
import { addExpected, aucBinOf, aucBins, noneExpected } from '../performance/count-expected.js'
import { binOf } from '../drift/quantile-bins.js'
import { DistinctCount } from '../sketches/distinct-count.js'
import { openColumn, type ColumnTally } from './column-tally.js'
import type { ReadPrediction } from './prediction-reader.js'
import type { RejectReason } from './prediction.js'
import type { RecordedEstimates, RecordedWindow, StoredScoreBin } from './recorded-window.js'
import type { RecorderSchema } from './schema.js'

/** Of ids: 16,384 registers, a relative standard error of 0.8%. */
export const idPrecision = 14

/** A window that is still open. */
export interface WindowTally {
  readonly rows: number
  /** Predictions seen, counted or not. */
  readonly seen: number
  readonly firstMs: number
  add(read: ReadPrediction, nowMs: number): void
  reject(reason: RejectReason, nowMs: number): void
  toJSON(): RecordedWindow
}

/** Starts an empty window. Its memory depends on the schema alone. */
export function openWindow(schema: RecorderSchema, digest: Digest): WindowTally {
  const { frame, calibration } = schema
  const zeros = (length: number): number[] => new Array<number>(length).fill(0)
  const counts = { rows: 0, invalidScores: 0, labelled: 0, correct: 0 }
  const scores = zeros(frame.scoreEdges.length + 1)
  const predicted = zeros(frame.classes.length)
  const attributes = Object.entries(frame.groups).map(([attribute, known]) => ({
    attribute,
    tallies: Array.from({ length: known.length + 1 }, () => ({ rows: 0, selected: 0, labelled: 0, correct: 0 })),
    expected: Array.from({ length: known.length + 1 }, noneExpected),
  }))
  const columns = Object.entries(schema.features).map(([name, spec]): [string, ColumnTally] => [name, openColumn(spec)])
  const tallies = columns.map(([, tally]) => tally)
  const confusion = { truePositives: 0, falsePositives: 0, falseNegatives: 0, trueNegatives: 0 }
  const expected = noneExpected()
  const [positive, negative, variance] = [aucBins, aucBins, aucBins].map(bins => new Float64Array(bins)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  const ids = new DistinctCount(idPrecision)
  const rejected = { 'not-an-object': 0, 'unknown-class': 0, unreadable: 0, closed: 0 }
  let [idRows, unknownTruths, undeclaredFeatures, rejectedRows, firstMs, lastMs] = [0, 0, 0, 0, 0, 0]

  const touch = (nowMs: number): void => {
    if (counts.rows + rejectedRows === 0) firstMs = nowMs
    lastMs = nowMs
  }

  const addScore = (read: ReadPrediction, isSelected: boolean): void => {
    const { score } = read
    scores[binOf(frame.scoreEdges, score)]!++
    if (calibration === null) return
    const p = calibrated(calibration, score)
    const bin = aucBinOf(score)
    positive[bin]! += p
    negative[bin]! += 1 - p
    variance[bin]! += p * (1 - p)
    addExpected(expected, p, isSelected)
    for (let a = 0; a < attributes.length; a++) addExpected(attributes[a]!.expected[read.groups[a]!]!, p, isSelected)
  }

  const addTruth = (isSelected: boolean, truth: number): void => {
    const isPositive = truth === frame.positiveClass
    if (isSelected) confusion[isPositive ? 'truePositives' : 'falsePositives']++
    else confusion[isPositive ? 'falseNegatives' : 'trueNegatives']++
  }

  return {
    get rows() {
      return counts.rows
    },
    get seen() {
      return counts.rows + rejectedRows
    },
    get firstMs() {
      return firstMs
    },
    add(read, nowMs) {
      touch(nowMs)
      const isSelected = read.predicted === frame.positiveClass
      const isLabelled = read.truth >= 0
      const isCorrect = isLabelled && read.truth === read.predicted
      counts.rows++
      predicted[read.predicted]!++
      if (isLabelled) {
        counts.labelled++
        addTruth(isSelected, read.truth)
      }
      if (isCorrect) counts.correct++
      if (Number.isNaN(read.score)) counts.invalidScores++
      else addScore(read, isSelected)
      for (let a = 0; a < attributes.length; a++) {
        const tally = attributes[a]!.tallies[read.groups[a]!]!
        tally.rows++
        if (isSelected) tally.selected++
        if (isLabelled) tally.labelled++
        if (isCorrect) tally.correct++
      }
      for (let f = 0; f < tallies.length; f++) tallies[f]!.add(read.features[f])
      if (read.id !== undefined) {
        idRows++
        ids.add(read.id)
      }
      if (read.isTruthUnknown) unknownTruths++
      if (read.hasUndeclared) undeclaredFeatures++
    },
    reject(reason, nowMs) {
      touch(nowMs)
      rejectedRows++
      rejected[reason]++
    },
    toJSON: () => ({
      format: 'attestry-window/1',
      schema: digest,
      firstAt: new Date(firstMs).toISOString(),
      lastAt: new Date(lastMs).toISOString(),
      counts: {
        ...counts,
        scores: [...scores],
        predicted: [...predicted],
        attributes: Object.fromEntries(
          attributes.map(one => [one.attribute, one.tallies.map(tally => ({ ...tally }))]),
        ),
      },
      confusion: { ...confusion },
      estimates: calibration && estimates(),
      features: Object.fromEntries(columns.map(([name, tally]) => [name, tally.toJSON()])),
      ids: { rows: idRows, distinct: ids.toJSON() },
      unknownTruths,
      undeclaredFeatures,
      rejected: { ...rejected },
    }),
  }

  function estimates(): RecordedEstimates {
    const bins: StoredScoreBin[] = []
    positive.forEach((p, bin) => {
      if (p > 0 || negative[bin]! > 0) bins.push([bin, p, negative[bin]!, variance[bin]!])
    })
    return {
      overall: { ...expected },
      attributes: Object.fromEntries(attributes.map(one => [one.attribute, one.expected.map(group => ({ ...group }))])),
      scores: bins,
    }
  }
}
