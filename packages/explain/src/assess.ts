import {
  textValues,
  type Assessment,
  type EvaluateInput,
  type ExplanationFacts,
  type Handler,
  type RecordBatch,
  type RunConfig,
  seededRandom,
  sampleRows,
} from '@attestry/core'
import { explainTable } from './explain-table.js'
import { explainTexts } from './explain-texts.js'
import { isFaithful } from './facts.js'
import type { PredictTexts } from './token-shapley.js'
import type { ExplainSettings } from './options.js'

/** Explains the model on held-out rows, records it as `explanation`, and says how far it can be trusted. */
export const assessExplanations =
  (settings: ExplainSettings): Handler<'evaluate'> =>
  async (input, { run, evidence }) => {
    const found = await explain(input, run.config, settings)
    if (typeof found === 'string') return notAssessed(found)
    await evidence({
      type: 'explanation',
      controls: [],
      outcome: isFaithful(found) ? 'pass' : 'fail',
      subjects: [{ name: 'model', digest: input.modelDigest }],
      facts: { ...found },
    })
    return assessments(found)
  }

/** The explanation, or why there is none. */
async function explain(
  input: EvaluateInput,
  { data, training }: RunConfig,
  settings: ExplainSettings,
): Promise<ExplanationFacts | string> {
  const { test, train, features, positiveClass: of } = input
  const { classes, rowIds } = test
  const seed = settings.seed ?? training.seed
  const random = seededRandom(seed)
  if (rowIds.length === 0) return 'there are no held-out rows'
  const labelOf = new Map(rowIds.map((id, i) => [id, test.labels[i]!]))
  const labelsOf = (batch: RecordBatch): readonly number[] => batch.rowIds.map(id => labelOf.get(id) ?? -1)
  const rows = await sampleRows(input.testRows(), rowIds.length, settings.globalRows, random)

  if (features) {
    const background = await sampleRows(input.trainRows(), train.rowIds.length, settings.background, random)
    if (background.rowIds.length === 0) return 'there are no training rows to stand for what is not known'
    const about = { testRows: rowIds.length, rows, labels: labelsOf(rows), background }
    return explainTable({ features, classes, of, data, settings, seed, ...about })
  }
  if (data.text === undefined) return 'the model shows no inputs, and there is no text'
  const labels = labelsOf(rows)
  const kept = textValues(rows, data.text).flatMap((text, i) =>
    text === null || text.trim() === '' ? [] : [{ text, label: labels[i]! }],
  )
  if (kept.length === 0) return 'all sampled texts are empty'
  return explainTexts({
    predict: textProbability(input, data.text),
    classes,
    of,
    testRows: rowIds.length,
    texts: kept.map(({ text }) => text),
    labels: kept.map(({ label }) => label),
    settings,
    seed,
  })
}

/** The probability of the class that is explained, by the model as it was loaded. */
const textProbability =
  ({ predict, positiveClass }: EvaluateInput, column: string): PredictTexts =>
  async texts => {
    const ids = texts.map((_, i) => `explained:${i}`)
    const columns = { [column]: { kind: 'text', values: texts } } as const
    const { classes, probabilities } = await predict({ rowIds: ids, subjects: ids, columns })
    return Float64Array.from(texts, (_, row) => probabilities[row * classes.length + positiveClass]!)
  }

/** `explanation-fidelity` is better when larger; limits are upper bounds, so `explanation-infidelity` is 1 minus it. */
function assessments({ fidelity, method, confidence }: ExplanationFacts): readonly Assessment[] {
  const { value, interval, n, reason } = fidelity.agreement
  const detail = { measure: 'R² of the contributions against the model with features hidden', method }
  const about = { n, detail: reason === undefined ? detail : { ...detail, reason } }
  if (value === null) return metrics.map(metric => ({ metric, value: null, ...about }))
  const one = (metric: string, of: number, ends: readonly [number, number] | null): Assessment =>
    ends ? { metric, value: of, interval: ends, confidence, ...about } : { metric, value: of, ...about }
  return [
    one('explanation-fidelity', value, interval),
    one('explanation-infidelity', 1 - value, interval && [1 - interval[1], 1 - interval[0]]),
  ]
}

const metrics = ['explanation-fidelity', 'explanation-infidelity'] as const

const notAssessed = (reason: string): readonly Assessment[] =>
  metrics.map(metric => ({ metric, value: null, n: 0, detail: { reason } }))
