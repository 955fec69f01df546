import {
  sampleRows,
  seededRandom,
  takeRows,
  textValues,
  type Assessment,
  type EvaluateInput,
  type Handler,
  type RobustnessFacts,
  type RunConfig,
} from '@attestry/core'
import { attackTable } from './attack-table.js'
import { attackTexts } from './attack-texts.js'
import { edgeCases } from './edge-cases.js'
import type { RobustnessSettings } from './options.js'
import type { PredictTexts } from './text-attack.js'

/** Attacks the model on held-out rows, records it as `robustness`, and gives the accuracy that is left. */
export const assessRobustness =
  (settings: RobustnessSettings): Handler<'evaluate'> =>
  async (input, { run, evidence }) => {
    const found = await attack(input, run.config, settings)
    if (typeof found === 'string')
      return metrics.map(metric => ({ metric, value: null, n: 0, detail: { reason: found } }))
    await evidence({
      type: 'robustness',
      controls: [],
      outcome: found.isValid ? 'pass' : 'fail',
      subjects: [{ name: 'model', digest: input.modelDigest }],
      facts: { ...found },
    })
    return assessments(found)
  }

/** What came of the attacks, or why there were none. */
async function attack(
  input: EvaluateInput,
  { data, training }: RunConfig,
  settings: RobustnessSettings,
): Promise<RobustnessFacts | string> {
  const { test, features, predict } = input
  const seed = settings.seed ?? training.seed
  const wanted = features ? settings.rows : settings.texts
  const sample = await sampleRows(input.testRows(), test.rowIds.length, wanted, seededRandom(seed))
  const place = new Map(test.rowIds.map((id, i) => [id, i]))
  const known = sample.rowIds.flatMap((id, i) => ((test.labels[place.get(id) ?? -1] ?? -1) >= 0 ? [i] : []))
  if (known.length === 0) return 'there are no held-out rows with a known class'
  const rows = takeRows(sample, known)
  const labels = rows.rowIds.map(id => test.labels[place.get(id)!]!)
  const about = { test, settings, seed, edgeCases: await edgeCases(predict, data, rows) }
  if (features) {
    const isNumber = Object.values(data.features ?? {}).some(feature => 'min' in feature)
    if (!isNumber) return 'no declared feature is a number that could be changed a little'
    return attackTable({ ...about, features, data, rows, labels: Int32Array.from(labels) })
  }
  if (data.text === undefined) return 'the model shows no inputs, and there is no text'
  const texts = textValues(rows, data.text)
  const kept = texts.flatMap((text, i) => (text === null || text.trim() === '' ? [] : [{ text, i }]))
  if (kept.length === 0) return 'all sampled texts are empty'
  return attackTexts({
    ...about,
    predict: textProbabilities(input, data.text),
    texts: kept.map(({ text }) => text),
    ids: kept.map(({ i }) => rows.rowIds[i]!),
    labels: kept.map(({ i }) => labels[i]!),
  })
}

const textProbabilities =
  ({ predict }: EvaluateInput, column: string): PredictTexts =>
  async texts => {
    const ids = texts.map((_, i) => `attacked:${i}`)
    const columns = { [column]: { kind: 'text', values: texts } } as const
    return (await predict({ rowIds: ids, subjects: ids, columns })).probabilities
  }

const metrics = ['adversarial-accuracy', 'adversarial-success'] as const

/** `adversarial-accuracy` is better when larger; limits are upper bounds, so `adversarial-success` is the share that turned. */
function assessments({
  attacks,
  confidence,
  isValid,
  maskingChecks,
  worstGroup,
}: RobustnessFacts): readonly Assessment[] {
  const together = attacks.at(-1)!
  const failed = maskingChecks.filter(({ isPassed }) => !isPassed).map(({ check }) => check)
  const detail = {
    attacks: attacks.slice(0, -1).map(({ attack: name }) => name),
    epsilon: together.epsilon,
    worstGroup: worstGroup && { [worstGroup.attribute]: worstGroup.group, accuracy: worstGroup.attacked.value },
  }
  return metrics.map((metric): Assessment => {
    const { value, interval, n, reason } = metric === 'adversarial-accuracy' ? together.accuracy : together.success
    if (!isValid || value === null)
      return {
        metric,
        value: null,
        n,
        detail: { ...detail, reason: reason ?? `masking checks failed: ${failed.join('; ')}` },
      }
    return { metric, value, n, detail, ...(interval && { interval, confidence }) }
  })
}
