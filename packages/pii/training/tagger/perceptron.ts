import { bestTags, certain, isInside, outside, tagCount, transitionCount } from '../../src/tagger/decode.js'
import type { WordFacts } from '../../src/tagger/facts.js'
import { featureCount, featuresOf } from '../../src/tagger/features.js'
import type { Words } from '../../src/words.js'
import { goldTags, wordsOfExample, type Example } from './example.js'
import type { Draw } from './random.js'

/** Averaged weights: seven per feature hash, and those of one tag after another. */
export interface Trained {
  readonly hashes: Int32Array
  readonly weights: Float64Array
  readonly transitions: Float64Array
}

interface Item {
  readonly facts: Pick<WordFacts, 'count' | 'gap' | 'possible'>
  /** Ids of features, `featureCount` per word; -1 for those that are met only once. */
  readonly ids: Int32Array
  readonly gold: Uint8Array
}

/** What is known of the words of a text in training, of which `gold` says which are names. */
export type ReadFacts = (words: Words, gold: Uint8Array) => WordFacts

/** A structured perceptron with averaged weights (Collins 2002), decoded exactly. */
export function train(examples: readonly Example[], read: ReadFacts, epochs: number, draw: Draw): Trained {
  const { items, hashes } = itemsOf(examples, read)
  const weights = new Float32Array(hashes.length * tagCount)
  const sums = new Float64Array(hashes.length * tagCount)
  const transitions = new Float64Array(transitionCount)
  const transitionSums = new Float64Array(transitionCount)
  let step = 1
  for (let epoch = 0; epoch < epochs; epoch++) {
    let wrong = 0
    for (const { facts, ids, gold } of shuffled(items, draw)) {
      const tags = bestTags(facts, { emissions: emissionsOf(facts, ids, weights), transitions })
      step++
      for (let word = 0; word < facts.count; word++) {
        const [is, should] = [tags[word]!, gold[word]!]
        if (is !== should) {
          wrong++
          for (let f = word * featureCount; f < (word + 1) * featureCount; f++) {
            const id = ids[f]!
            if (id < 0) continue
            weights[id * tagCount + should]! += 1
            sums[id * tagCount + should]! += step
            weights[id * tagCount + is]! -= 1
            sums[id * tagCount + is]! -= step
          }
        }
        if (word === 0 || (is === should && tags[word - 1] === gold[word - 1])) continue
        const base = facts.gap[word]! * tagCount
        const right = (base + gold[word - 1]!) * tagCount + should
        const taken = (base + tags[word - 1]!) * tagCount + is
        transitions[right]! += 1
        transitionSums[right]! += step
        transitions[taken]! -= 1
        transitionSums[taken]! -= step
      }
    }
    console.log(`epoch ${epoch + 1}: ${wrong} wrong tags, ${hashes.length} features`)
  }
  const average = (weight: number, sum: number): number => weight - sum / step
  return {
    hashes,
    weights: Float64Array.from(weights, (weight, i) => average(weight, sums[i]!)),
    transitions: transitions.map((weight, i) => average(weight, transitionSums[i]!)),
  }
}

function itemsOf(examples: readonly Example[], readFacts: ReadFacts): { items: Item[]; hashes: Int32Array } {
  const seen = new Uint8Array(1 << 24)
  const read = examples.map(example => {
    const words = wordsOfExample(example)
    const gold = goldTags(words, example.spans)
    const facts = readFacts(words, gold)
    const features = new Int32Array(facts.count * featureCount)
    for (let word = 0; word < facts.count; word++) {
      if (facts.possible[word] === 0) {
        features.fill(0, word * featureCount, (word + 1) * featureCount)
        continue
      }
      featuresOf(facts, word, features.subarray(word * featureCount, (word + 1) * featureCount))
      for (let f = word * featureCount; f < (word + 1) * featureCount; f++) {
        const slot = features[f]! >>> 8
        if (seen[slot]! < 2) seen[slot]!++
      }
    }
    return { facts, ids: features, gold: reachable(gold, facts.possible) }
  })
  const ids = new Map<number, number>()
  for (const item of read)
    for (let f = 0; f < item.ids.length; f++) {
      const hash = item.ids[f]!
      if (hash === 0 || seen[hash >>> 8]! < 2) {
        item.ids[f] = -1
        continue
      }
      let id = ids.get(hash)
      if (id === undefined) ids.set(hash, (id = ids.size))
      item.ids[f] = id
    }
  return { items: read, hashes: Int32Array.from(ids.keys()) }
}

/** The tags without those that a word cannot have. */
function reachable(gold: Uint8Array, possible: Uint8Array): Uint8Array {
  for (let word = 0; word < gold.length; word++) {
    if (possible[word] === 0) gold[word] = outside
    else if (isInside(gold[word]!) && (word === 0 || gold[word - 1] === outside)) gold[word]!--
  }
  return gold
}

function emissionsOf({ count, possible }: Item['facts'], ids: Int32Array, weights: Float32Array): Float64Array {
  const emissions = new Float64Array(count * tagCount)
  for (let word = 0; word < count; word++) {
    if (possible[word] === 0) emissions[word * tagCount + outside] = certain
    for (let f = word * featureCount; f < (word + 1) * featureCount; f++) {
      const id = ids[f]!
      if (id >= 0)
        for (let tag = 0; tag < tagCount; tag++) emissions[word * tagCount + tag]! += weights[id * tagCount + tag]!
    }
  }
  return emissions
}

function shuffled<T>(list: readonly T[], draw: Draw): readonly T[] {
  const out = [...list]
  for (let i = out.length - 1; i > 0; i--) {
    const j = draw.below(i + 1)
    ;[out[i], out[j]] = [out[j]!, out[i]!]
  }
  return out
}
