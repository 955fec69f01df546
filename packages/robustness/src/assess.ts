import {
  sampleRows,
  seededRandom,
  takeRows,
  textValues,
  type EvaluateInput,
  type Handler,
  type RobustnessFacts,
  type RunConfig,
} from '@attestry/core'
import { numbersOf } from './attack-space.js'
import { attackTable } from './attack-table.js'
import { attackTexts } from './attack-texts.js'
import { edgeCases } from './edge-cases.js'
import type { RobustnessSettings } from './options.js'
import { assessments, notAssessed } from './assessments.js'
import type { PredictTexts } from './text-attack.js'

/** Attacks the model on held-out rows, records it as `robustness`, and gives the accuracy that is left. */
export const assessRobustness =
  (settings: RobustnessSettings): Handler<'evaluate'> =>
  async (input, { run, evidence }) => {
    const found = await attack(input, run.config, settings)
    if (typeof found === 'string') return notAssessed(found)
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
  const about = { test, settings, seed }
  if (features) {
    if (numbersOf(features, data).length === 0)
      return 'the model sees no declared number that could be changed a little'
    return attackTable({
      ...about,
      edgeCases: await edgeCases(predict, data, rows),
      features,
      data,
      rows,
      labels: Int32Array.from(labels),
    })
  }
  if (data.text === undefined) return 'the model shows no inputs, and there is no text'
  const texts = textValues(rows, data.text)
  const kept = texts.flatMap((text, i) => (text === null || text.trim() === '' ? [] : [{ text, i }]))
  if (kept.length === 0) return 'all sampled texts are empty'
  return attackTexts({
    ...about,
    edgeCases: await edgeCases(predict, data, rows),
    column: data.text,
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
