import { type ExplanationFacts, type FeatureImportance, drawSome, seededRandom } from '@attestry/core'
import type { Explained } from './fidelity.js'
import { fidelityFacts, localFacts, mostLocal } from './facts.js'
import { agreementWithModel, hidingCurves, rankAgreement, valuesOf, type ContributionPair } from './fidelity.js'
import { largestFirst, logLoss } from './importance.js'
import type { ExplainSettings } from './options.js'
import { randomTextModel } from './random-models.js'
import { measuredMean, type IntervalSettings } from './statistics.js'
import {
  textAnswers,
  tokenShapley,
  type PredictTexts,
  type TextAttribution,
  type TokenSampling,
} from './token-shapley.js'
import { showTokens, tokenise } from './tokens.js'

export interface TextTask {
  readonly predict: PredictTexts
  readonly classes: readonly string[]
  /** Index of the class whose probability is explained. */
  readonly of: number
  readonly testRows: number
  /** A sample of the held-out texts, none of them empty. */
  readonly texts: readonly string[]
  /** Index of each text's class; -1 where it is not known. */
  readonly labels: readonly number[]
  readonly settings: ExplainSettings
  readonly seed: number
}

const subsetsPerText = 20
const checkedTexts = 5
const randomModels = 3
/** UTF-16 code units that local explanations may send to the model, all together. */
const mostCharacters = 24_000_000

/**
 * Explains a model of texts by Shapley values of its tokens. What leaves this function names kinds of tokens and positions, never a word.
 */
export async function explainTexts(task: TextTask): Promise<ExplanationFacts> {
  const { predict, classes, of, texts, labels, settings, seed } = task
  const { confidence, minimumAgreement } = settings
  const random = seededRandom(seed)
  const intervals = { confidence, random }
  const name = classes[of]!
  const sampling = { pairs: settings.pairs, random }

  const chosen = affordable(
    drawSome(texts.length, settings.rows, random).map(i => texts[i]!),
    mostCharacters,
    settings.pairs,
  )
  const attributions: TextAttribution[] = []
  for (const text of chosen) attributions.push(await tokenShapley(predict, text, sampling))
  const explained = chosen.map((text, i): Explained => {
    const attribution = attributions[i]!
    const shown = (coalitions: readonly Uint8Array[]): Promise<Float64Array> =>
      textAnswers(
        predict,
        coalitions.map(one => showTokens(text, attribution.tokens, one)),
      )
    return { attribution, shown }
  })
  const agreement = await agreementWithModel(explained, subsetsPerText, intervals)
  const checked = chosen.slice(0, checkedTexts)

  return {
    kind: 'text',
    method: `Shapley values of tokens, sampled from ${settings.pairs} orders and their reverses`,
    class: name,
    rows: { test: task.testRows, global: texts.length, explained: chosen.length, background: 0 },
    seed,
    confidence,
    importance: [
      {
        measure: `mean size of a token's contribution to the probability of '${name}'`,
        rows: contributionByKind(attributions, intervals),
      },
      {
        measure: 'growth of the log loss (nats) when all tokens of the kind are hidden',
        rows: await lossByKind(predict, texts, labels, of, intervals),
      },
    ],
    partialDependence: [],
    local: attributions
      .slice(0, mostLocal)
      .map((one, i) => localFacts(one, name, agreement.byRow[i]!, minimumAgreement)),
    fidelity: fidelityFacts(minimumAgreement, agreement, attributions, {
      ...(await hidingCurves(explained, random)),
      stability: rankAgreement(await withoutOneToken(predict, checked, attributions, sampling), intervals),
      randomModels: rankAgreement(await againstRandomModels(checked, attributions, sampling), intervals),
    }),
    counterfactuals: null,
    limits: [
      'They say what the model does with its inputs, not what causes the outcome in the world.',
      'Words that only matter together share what they bring, so none of them brings it alone.',
      'A text without some of its words may be unlike any text that the model has seen.',
      `Everything is about the probability of '${name}'. Words are named by position and kind, so that no text stands in the record.`,
      ...(texts.length < task.testRows
        ? [`A sample of ${texts.length} of ${task.testRows} held-out texts was used.`]
        : []),
    ],
  }
}

/** As many texts as can be explained for so many characters sent to the model; at least one. */
function affordable(texts: readonly string[], characters: number, pairs: number): readonly string[] {
  let left = characters
  return texts.filter((text, i) => {
    left -= text.length * (2 * pairs * tokenise(text).length + subsetsPerText)
    return i === 0 || left >= 0
  })
}

function contributionByKind(
  attributions: readonly TextAttribution[],
  settings: IntervalSettings,
): readonly FeatureImportance[] {
  const byKind = new Map<string, number[]>()
  for (const { tokens, contributions } of attributions) {
    const own = new Map<string, number[]>()
    for (const [i, { kind }] of tokens.entries())
      own.set(kind, [...(own.get(kind) ?? []), Math.abs(contributions[i]!.value)])
    for (const [kind, sizes] of own)
      byKind.set(kind, [...(byKind.get(kind) ?? []), sizes.reduce((sum, size) => sum + size, 0) / sizes.length])
  }
  return largestFirst([...byKind].map(([feature, means]) => ({ feature, ...measuredMean(means, settings) })))
}

async function lossByKind(
  predict: PredictTexts,
  texts: readonly string[],
  labels: readonly number[],
  of: number,
  settings: IntervalSettings,
): Promise<readonly FeatureImportance[]> {
  const known = texts.flatMap((text, i) => (labels[i]! < 0 ? [] : [{ text, isClass: labels[i] === of }]))
  if (known.length === 0) return []
  const plain = await textAnswers(
    predict,
    known.map(({ text }) => text),
  )
  const kinds = [...new Set(known.flatMap(({ text }) => tokenise(text).map(({ kind }) => kind)))]
  const found: FeatureImportance[] = []
  for (const kind of kinds) {
    const hidden = await textAnswers(
      predict,
      known.map(({ text }) => {
        const tokens = tokenise(text)
        return showTokens(
          text,
          tokens,
          tokens.map(token => (token.kind === kind ? 0 : 1)),
        )
      }),
    )
    const growth = known.map(({ isClass }, i) => logLoss(hidden[i]!, isClass) - logLoss(plain[i]!, isClass))
    found.push({ feature: kind, ...measuredMean(growth, settings) })
  }
  return largestFirst(found)
}

/** Contributions of the tokens that stay, before and after one token is taken out: the smallest change of a text. */
async function withoutOneToken(
  predict: PredictTexts,
  texts: readonly string[],
  attributions: readonly TextAttribution[],
  sampling: TokenSampling,
): Promise<readonly ContributionPair[]> {
  const pairs: ContributionPair[] = []
  for (const [i, text] of texts.entries()) {
    const { tokens } = attributions[i]!
    if (tokens.length < 3 || tokens.some(({ kind }) => kind === 'rest of the text')) continue
    const gone = Math.floor(sampling.random() * tokens.length)
    const shorter = showTokens(
      text,
      tokens,
      tokens.map((_, at) => (at === gone ? 0 : 1)),
    )
    const after = valuesOf(await tokenShapley(predict, shorter, sampling))
    const before = valuesOf(attributions[i]!).filter((_, at) => at !== gone)
    if (after.length === before.length) pairs.push([before, after])
  }
  return pairs
}

async function againstRandomModels(
  texts: readonly string[],
  attributions: readonly TextAttribution[],
  sampling: TokenSampling,
): Promise<readonly ContributionPair[]> {
  const pairs: ContributionPair[] = []
  for (let model = 0; model < randomModels; model++) {
    const stranger = randomTextModel(sampling.random)
    for (const [i, text] of texts.entries())
      pairs.push([valuesOf(attributions[i]!), valuesOf(await tokenShapley(stranger, text, sampling))])
  }
  return pairs
}
