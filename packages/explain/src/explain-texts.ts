import { type ExplanationFacts, type FeatureImportance, type Random, drawSome, seededRandom } from '@attestry/core'
import type { Explained } from './fidelity.js'
import { fidelityFacts, localFacts, mostLocal } from './facts.js'
import {
  agreementWithModel,
  curvePoints,
  hidingCurves,
  rankAgreement,
  valuesOf,
  type ContributionPair,
} from './fidelity.js'
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
import { passagesOf, showTokens, tokenise, withoutPassage } from './tokens.js'

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
  const background = drawSome(texts.length, settings.background, random)
  const samplingFor = (at: number): TokenSampling => {
    // A text does not stand in for itself, unless there is no other.
    const others = background.filter(i => i !== at)
    return { pairs: settings.pairs, background: (others.length > 0 ? others : background).map(i => texts[i]!), random }
  }

  const chosen = affordable(drawSome(texts.length, settings.rows, random), texts, settings)
  const attributions: TextAttribution[] = []
  for (const i of chosen) attributions.push(await tokenShapley(predict, texts[i]!, samplingFor(i)))
  const explained = attributions.map((attribution): Explained => ({ attribution, shown: attribution.shown }))
  const agreement = await agreementWithModel(explained, subsetsPerText, intervals)
  const checked = chosen
    .slice(0, checkedTexts)
    .map((i, at): Checked => ({ text: texts[i]!, attribution: attributions[at]!, sampling: samplingFor(i) }))

  return {
    kind: 'text',
    method: `Shapley values of tokens, sampled from ${settings.pairs} orders and their reverses; words of other texts stand where words are hidden`,
    class: name,
    rows: { test: task.testRows, global: texts.length, explained: chosen.length, background: background.length },
    seed,
    confidence,
    importance: [
      {
        measure: `mean size of a token's contribution to the probability of '${name}'`,
        rows: contributionByKind(attributions, intervals),
      },
      {
        measure: 'growth of the log loss (nats) when all tokens of the kind are taken out',
        rows: await lossByKind(predict, texts, labels, of, intervals),
      },
    ],
    partialDependence: [],
    local: attributions
      .slice(0, mostLocal)
      .map((one, i) => localFacts(one, name, agreement.byRow[i]!, minimumAgreement)),
    fidelity: fidelityFacts(minimumAgreement, agreement, attributions, {
      ...(await hidingCurves(explained, random)),
      stability: rankAgreement(await withoutOnePassage(predict, checked, random), intervals),
      randomModels: rankAgreement(await againstRandomModels(checked, random), intervals),
    }),
    counterfactuals: null,
    limits: [
      'They say what the model does with its inputs, not what causes the outcome in the world.',
      'Words that only matter together share what they bring, so none of them brings it alone.',
      'Where words are hidden, words of other held-out texts stand: such texts are unlike any that somebody wrote.',
      `Everything is about the probability of '${name}'. Words are named by position and kind, so that no text stands in the record.`,
      ...(texts.length < task.testRows
        ? [`A sample of ${texts.length} of ${task.testRows} held-out texts was used.`]
        : []),
    ],
  }
}

interface Checked {
  readonly text: string
  readonly attribution: TextAttribution
  readonly sampling: TokenSampling
}

/** As many texts as can be explained for so many characters sent to the model; at least one. */
function affordable(
  chosen: readonly number[],
  texts: readonly string[],
  { pairs, background }: ExplainSettings,
): readonly number[] {
  let left = mostCharacters
  return chosen.filter((i, at) => {
    const text = texts[i]!
    left -= text.length * (2 * pairs * passagesOf(text).length + background * (subsetsPerText + curvePoints))
    return at === 0 || left >= 0
  })
}

function contributionByKind(
  attributions: readonly TextAttribution[],
  settings: IntervalSettings,
): readonly FeatureImportance[] {
  const byKind = new Map<string, number[]>()
  for (const { passages, contributions } of attributions) {
    const own = new Map<string, number[]>()
    for (const [i, { kind }] of passages.entries())
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

/** Contributions of what stays, before and after one passage is taken out: the smallest change of a text. */
async function withoutOnePassage(
  predict: PredictTexts,
  checked: readonly Checked[],
  random: Random,
): Promise<readonly ContributionPair[]> {
  const pairs: ContributionPair[] = []
  for (const { text, attribution, sampling } of checked) {
    const { passages } = attribution
    if (passages.length < 3) continue
    const gone = Math.floor(random() * passages.length)
    const left = withoutPassage(text, passages, gone)
    const after = valuesOf(await tokenShapley(predict, left.text, sampling, left.passages))
    pairs.push([valuesOf(attribution).filter((_, at) => at !== gone), after])
  }
  return pairs
}

async function againstRandomModels(checked: readonly Checked[], random: Random): Promise<readonly ContributionPair[]> {
  const pairs: ContributionPair[] = []
  for (let model = 0; model < randomModels; model++) {
    const stranger = randomTextModel(random)
    for (const { text, attribution, sampling } of checked)
      pairs.push([valuesOf(attribution), valuesOf(await tokenShapley(stranger, text, sampling))])
  }
  return pairs
}
