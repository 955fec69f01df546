import { shuffledOrder, type Random } from '@attestry/core'
import { likeliest } from './attacked-model.js'
import { badAnswer } from './errors.js'
import { wordsOf, type Restyling, type Typo, type Word } from './typos.js'

/** A model of texts as a black box: class probabilities, row-major. */
export type PredictTexts = (texts: readonly string[]) => Promise<ArrayLike<number>>

export interface TextTarget {
  readonly predict: PredictTexts
  readonly classes: number
  readonly text: string
  /** The class that is right. */
  readonly label: number
}

/** What an attack on one text came to. */
export interface TextOutcome {
  /** The right class was kept. */
  readonly stays: boolean
  readonly queries: number
  /** Share of UTF-16 code units that were changed in the last text tried. */
  readonly changedShare: number
}

/** Words that are looked at, from the beginning of a text. */
const mostWords = 64
/** Changes tried for a word. */
const tries = 3

/**
 * The words of a text by how much the right class loses without them, the weightiest first. Costs a prediction per word and one.
 */
export async function weightyWords({ predict, classes, text, label }: TextTarget): Promise<readonly Word[]> {
  const words = wordsOf(text, mostWords)
  const without = words.map(({ from, to }) => text.slice(0, from) + text.slice(to))
  const found = await asked(predict, [text, ...without], classes)
  const of = (i: number): number => found[i * classes + label]!
  return words
    .map((word, i) => ({ word, loss: of(0) - of(i + 1) }))
    .sort((a, b) => b.loss - a.loss)
    .map(({ word }) => word)
}

/**
 * Puts one typo into each of a few words, in their order, keeping each time what hurts the right class most.
 *
 * @param order the words of the text, those to begin with first
 * @param most words that may be changed
 * @see Li et al. 2019, TextBugger, arXiv 1812.05271, section 3 (importance first, then the best bug); Morris et al. 2020,
 *   TextAttack, arXiv 2005.05909
 */
export async function typoAttack(
  { predict, classes, text, label }: TextTarget,
  typo: Typo,
  order: readonly Word[],
  most: number,
  random: Random,
): Promise<TextOutcome> {
  let current = text
  let queries = 0
  let words = 0
  let letters = 0
  // Places to the right of a change move by what it adds.
  const shifts: { readonly from: number; readonly by: number }[] = []
  for (const word of order) {
    if (words === most) break
    const shift = shifts.reduce((sum, { from, by }) => (from < word.from ? sum + by : sum), 0)
    const [from, to] = [word.from + shift, word.to + shift]
    const options = new Set<string>()
    for (let i = 0; i < tries; i++) {
      const option = typo.change(current.slice(from, to), random)
      if (option !== null) options.add(option)
    }
    if (options.size === 0) continue
    const texts = [...options].map(option => current.slice(0, from) + option + current.slice(to))
    const found = await asked(predict, texts, classes)
    queries += texts.length
    words++
    let best = 0
    for (let i = 1; i < texts.length; i++) if (found[i * classes + label]! < found[best * classes + label]!) best = i
    letters += lettersChanged(current, texts[best]!)
    shifts.push({ from: word.from, by: texts[best]!.length - current.length })
    current = texts[best]!
    const predicted = likeliest(found, classes)
    if (predicted.some(one => one !== label)) return { stays: false, queries, changedShare: letters / text.length }
  }
  return { stays: true, queries, changedShare: text.length === 0 ? 0 : letters / text.length }
}

/** The same words in random order: what looking for weighty words must beat. */
export const anyWords = (text: string, random: Random): readonly Word[] => {
  const words = wordsOf(text, mostWords)
  return shuffledOrder(words.length, random).map(i => words[i]!)
}

/** Which of some texts keep their right class when they are written otherwise. */
export async function restyle(
  predict: PredictTexts,
  classes: number,
  texts: readonly string[],
  labels: readonly number[],
  { change }: Restyling,
): Promise<readonly TextOutcome[]> {
  const changed = texts.map(change)
  const predicted = likeliest(await asked(predict, changed, classes), classes)
  return changed.map((text, i) => ({
    stays: predicted[i] === labels[i],
    queries: 1,
    changedShare: texts[i] === '' ? 0 : Math.min(1, lettersChanged(texts[i]!, text) / texts[i]!.length),
  }))
}

/** Code units that differ; where the length changes, those that came or went. */
function lettersChanged(before: string, after: string): number {
  if (before.length !== after.length) return Math.abs(before.length - after.length)
  let count = 0
  for (let i = 0; i < before.length; i++) if (before[i] !== after[i]) count++
  return count
}

/** @throws ROBUST-E002 */
async function asked(predict: PredictTexts, texts: readonly string[], classes: number): Promise<ArrayLike<number>> {
  if (texts.length === 0) return []
  const found = await predict(texts)
  if (found.length !== texts.length * classes) throw badAnswer(`gave ${found.length} numbers for ${texts.length} texts`)
  for (let i = 0; i < found.length; i++)
    if (!Number.isFinite(found[i])) throw badAnswer('gave a number that is not finite')
  return found
}
