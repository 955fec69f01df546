import { brokenTagger } from '../errors.js'
import { readModelFile } from '../model-file.js'
import { scratchFloats } from '../scratch.js'
import { certain, outside, tagCount, transitionCount, type TagScores } from './decode.js'
import type { WordFacts } from './facts.js'
import { featureCount, featuresOf } from './features.js'

/**
 * The weights of the tagger: a table of features by hash (open addressing, 16 bits of the hash kept, so that a feature that was
 * never seen in training meets the weights of another once in some thousands), and transitions.
 */
export interface Tagger {
  /** The number of slots, a power of two, less one. */
  readonly slotMask: number
  readonly marks: Uint16Array
  /** `tagCount` per slot. */
  readonly weights: Int8Array
  readonly transitions: Float64Array
}

/** `ATW1`, the logarithm of the number of slots, the unit of transitions; then transitions, marks and weights. */
const magic = 0x31575441
const headerBytes = 12
/** A feature stands in one of so many slots from its own on. */
export const probes = 8

export const markOf = (hash: number): number => hash >>> 16 || 1
export const slotOf = (hash: number, slotMask: number): number => (hash ^ (hash >>> 15)) & slotMask

function taggerOf(file: string): () => Tagger {
  let loaded: Tagger | undefined
  return () => (loaded ??= readTagger(readModelFile(file), file))
}

/** The weights of the package, read at the first call. @throws PII-E012 */
export const packagedTagger: () => Tagger = taggerOf('tagger.bin')

/** Those for texts of one case, by facts of `caselessFactsOf`. @throws PII-E012 */
export const packagedCaselessTagger: () => Tagger = taggerOf('caseless-tagger.bin')

/** @throws PII-E012 */
export function readTagger(bytes: Uint8Array, file = 'tagger.bin'): Tagger {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < headerBytes || view.getUint32(0, true) !== magic)
    throw brokenTagger(file, 'it does not begin as such a file does')
  const log2 = view.getUint32(4, true)
  const size = taggerBytes(log2)
  if (bytes.length !== size) throw brokenTagger(file, `it has ${bytes.length} bytes, and 2^${log2} slots take ${size}`)
  const slots = 2 ** log2
  const unit = view.getFloat32(8, true)
  const transitions = Float64Array.from({ length: transitionCount }, (_, i) => view.getInt8(headerBytes + i) * unit)
  const marksAt = headerBytes + transitionCount
  const marks = Uint16Array.from({ length: slots }, (_, i) => view.getUint16(marksAt + 2 * i, true))
  const weights = new Int8Array(bytes.buffer, bytes.byteOffset + marksAt + 2 * slots, slots * tagCount)
  return { slotMask: slots - 1, marks, weights, transitions }
}

export const taggerBytes = (log2: number): number => headerBytes + transitionCount + 2 ** log2 * (2 + tagCount)

/** The file of a tagger whose transitions are integers times `unit`. */
export function writeTagger({ slotMask, marks, weights }: Tagger, transitions: Int8Array, unit: number): Uint8Array {
  const log2 = 31 - Math.clz32(slotMask + 1)
  const bytes = new Uint8Array(taggerBytes(log2))
  const view = new DataView(bytes.buffer)
  view.setUint32(0, magic, true)
  view.setUint32(4, log2, true)
  view.setFloat32(8, unit, true)
  bytes.set(new Uint8Array(transitions.buffer), headerBytes)
  for (const [i, mark] of marks.entries()) view.setUint16(headerBytes + transitionCount + 2 * i, mark, true)
  bytes.set(new Uint8Array(weights.buffer), headerBytes + transitionCount + 2 * marks.length)
  return bytes
}

/** The features of one word, for `scoresOf` alone. */
const features = new Int32Array(featureCount)

/** The scores of every word and tag. */
export function scoresOf(facts: WordFacts, { slotMask, marks, weights, transitions }: Tagger): TagScores {
  const emissions = scratchFloats(facts.count * tagCount)
  const { count, possible } = facts
  for (let word = 0; word < count; word++) {
    const at = word * tagCount
    if (possible[word] === 0) {
      emissions[at + outside] = certain
      continue
    }
    featuresOf(facts, word, features)
    // One variable per tag: these sums are most of the time that names take.
    let s0 = 0
    let s1 = 0
    let s2 = 0
    let s3 = 0
    let s4 = 0
    let s5 = 0
    let s6 = 0
    for (let f = 0; f < featureCount; f++) {
      const slot = find(marks, slotMask, features[f]!)
      if (slot < 0) continue
      const from = slot * tagCount
      s0 += weights[from]!
      s1 += weights[from + 1]!
      s2 += weights[from + 2]!
      s3 += weights[from + 3]!
      s4 += weights[from + 4]!
      s5 += weights[from + 5]!
      s6 += weights[from + 6]!
    }
    emissions[at] = s0
    emissions[at + 1] = s1
    emissions[at + 2] = s2
    emissions[at + 3] = s3
    emissions[at + 4] = s4
    emissions[at + 5] = s5
    emissions[at + 6] = s6
  }
  return { emissions, transitions }
}

/** The slot of a feature, or -1. */
function find(marks: Uint16Array, slotMask: number, hash: number): number {
  const mark = markOf(hash)
  let slot = slotOf(hash, slotMask)
  for (let probe = 0; probe < probes; probe++) {
    const found = marks[slot]!
    if (found === mark) return slot
    if (found === 0) return -1
    slot = (slot + 1) & slotMask
  }
  return -1
}
