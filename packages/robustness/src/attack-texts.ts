import {
  seededRandom,
  type AttackFacts,
  type EdgeCaseFacts,
  type PredictionTable,
  type RobustnessFacts,
} from '@attestry/core'
import { mostFrequent } from './attack-table.js'
import { likeliest } from './attacked-model.js'
import { byGroup, groupsNotTested, worstOf } from './groups.js'
import type { RobustnessSettings } from './options.js'
import { share } from './statistics.js'
import { anyWords, restyle, typoAttack, weightyWords, type PredictTexts, type TextOutcome } from './text-attack.js'
import { restylings, typos, wordLeftOut, type Word } from './typos.js'

export interface TextTask {
  readonly predict: PredictTexts
  /** The data column of the texts. */
  readonly column: string
  /** The held-out texts that are attacked, each with a known class. */
  readonly texts: readonly string[]
  readonly ids: readonly string[]
  readonly labels: readonly number[]
  readonly test: Pick<PredictionTable, 'rowIds' | 'groups' | 'classes' | 'labels'>
  readonly edgeCases: readonly EdgeCaseFacts[]
  readonly settings: RobustnessSettings
  readonly seed: number
}

/** Letters of a text that an attack looks at: what one attack may cost is bounded by them. */
const mostLetters = 4000

const notTested = [
  'other words with the same meaning, other sentences, other languages',
  'words added to a text, and instructions hidden in it',
  'attacks by gradients of the embedding',
  'changes of the training data (poisoning)',
  'copying the model by asking it (extraction)',
]

/** Attacks a model of texts with typos, look-alikes and other styles. No word of a text leaves this function. */
export async function attackTexts(task: TextTask): Promise<RobustnessFacts> {
  const { predict, labels, ids, test, settings, seed } = task
  const { confidence, words } = settings
  const texts = task.texts.map(text => text.slice(0, mostLetters))
  const random = seededRandom(seed)
  const classes = test.classes.length
  const predicted = texts.length === 0 ? new Int32Array(0) : likeliest(await predict(texts), classes)
  const isRight = Uint8Array.from(texts, (_, i) => (predicted[i] === labels[i] ? 1 : 0))
  const right = texts.flatMap((_, i) => (isRight[i] === 1 ? [i] : []))
  const attacks: AttackFacts[] = []
  const stands = Uint8Array.from(isRight)

  const add = (
    attack: string,
    constraint: string,
    outcomes: readonly TextOutcome[],
    { extraQueries = 0, isCounted = true }: { extraQueries?: number; isCounted?: boolean } = {},
  ): void => {
    const stays = new Uint8Array(texts.length)
    for (const [at, { stays: isKept }] of outcomes.entries()) {
      if (isKept) stays[right[at]!] = 1
      else if (isCounted) stands[right[at]!] = 0
    }
    attacks.push(
      facts(attack, constraint, stays, {
        meanQueries: mean(outcomes.map(({ queries }) => queries)) + extraQueries,
        changedShare: outcomes.length === 0 ? null : mean(outcomes.map(({ changedShare }) => changedShare)),
      }),
    )
  }
  const facts = (
    attack: string,
    constraint: string,
    stays: Uint8Array,
    costs: Pick<AttackFacts, 'meanQueries' | 'changedShare'>,
  ): AttackFacts => {
    const standing = stays.reduce((sum, one) => sum + one, 0)
    return {
      attack,
      epsilon: null,
      accuracy: share(standing, texts.length, confidence),
      success: share(right.length - standing, right.length, confidence, 'no text was right to begin with'),
      ...costs,
      constraint,
      groups: byGroup({ ids, isRight, stays }, test, settings),
    }
  }

  const targets = right.map(i => ({ predict, classes, text: texts[i]!, label: labels[i]! }))
  const orders: (readonly Word[])[] = []
  for (const target of targets) orders.push(await weightyWords(target))
  const looking = mean(orders.map(order => order.length + 1))
  const few = `at most ${words} ${words === 1 ? 'word' : 'words'} of a text; `
  const randomly: TextOutcome[] = []
  for (const target of targets)
    randomly.push(await typoAttack(target, typos[0]!, anyWords(target.text, random), words, random))
  add(`${typos[0]!.name}, words at random`, few + typos[0]!.constraint, randomly)
  for (const typo of [...typos, wordLeftOut]) {
    const outcomes: TextOutcome[] = []
    for (const [at, target] of targets.entries())
      outcomes.push(await typoAttack(target, typo, orders[at]!, words, random))
    add(`${typo.name}, weightiest words`, few + typo.constraint, outcomes, {
      extraQueries: looking,
      isCounted: typo !== wordLeftOut,
    })
  }
  for (const restyling of restylings)
    add(
      restyling.name,
      restyling.constraint,
      await restyle(
        predict,
        classes,
        targets.map(({ text }) => text),
        targets.map(({ label }) => label),
        restyling,
      ),
    )
  attacks.push(
    facts(
      'all of these together',
      'each change by itself leaves the text readable; without leaving words out',
      stands,
      {
        meanQueries: attacks.reduce((sum, { meanQueries }) => sum + meanQueries, 0),
        changedShare: null,
      },
    ),
  )
  return {
    kind: 'text',
    isValid: true,
    threatModel: {
      knowledge: 'black-box',
      goal: 'another class than the right one',
      perturbations: [...typos, wordLeftOut, ...restylings].map(({ name }) => name),
      unit: 'words of a text',
      attacked: [task.column],
      fixed: [],
    },
    rows: { test: test.rowIds.length, attacked: texts.length },
    seed,
    confidence,
    clean: share(right.length, texts.length, confidence),
    chance: mostFrequent(test.labels, classes),
    attacks,
    worstGroup: worstOf(attacks.at(-1)!.groups),
    curves: [],
    maskingChecks: [],
    radii: null,
    edgeCases: task.edgeCases,
    notTested: [
      ...notTested,
      ...groupsNotTested(test.groups),
      ...(texts.some((text, i) => text.length < task.texts[i]!.length)
        ? [`what comes after the first ${mostLetters} letters of a text`]
        : []),
    ],
  }
}

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
