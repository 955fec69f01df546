import type { Prediction, RejectReason } from './prediction.js'
import type { RecorderSchema } from './schema.js'

/** A prediction, read and checked. One object is used again for every prediction, so that reading allocates nothing. */
export interface ReadPrediction {
  predicted: number
  /** -1 when not known. */
  truth: number
  /** Of the positive class; NaN when there is none or it is no probability. */
  score: number
  /** By attribute in the order of the schema: place of the group, the last one for groups that are not known. */
  readonly groups: number[]
  /** By feature in the order of the schema, as given. */
  readonly features: unknown[]
  id: string | undefined
  isTruthUnknown: boolean
  hasUndeclared: boolean
}

export interface PredictionReader {
  readonly read: ReadPrediction
  /** Fills `read`, whole or not at all as far as callers can tell. @returns why it cannot be counted; never throws */
  accept(prediction: unknown): RejectReason | null
}

/** Reads predictions of a schema. */
export function predictionReader({ frame, features }: RecorderSchema): PredictionReader {
  const classes = new Map(frame.classes.map((name, place) => [name, place]))
  const names = Object.keys(features)
  const declared = new Set(names)
  const attributes = Object.entries(frame.groups).map(([attribute, known]) => ({
    attribute,
    places: new Map(known.map((name, place) => [name, place])),
    others: known.length,
  }))
  const read: ReadPrediction = {
    predicted: 0,
    truth: -1,
    score: Number.NaN,
    groups: new Array<number>(attributes.length).fill(0),
    features: new Array<unknown>(names.length),
    id: undefined,
    isTruthUnknown: false,
    hasUndeclared: false,
  }

  /** The class of the highest probability, -1 when no score says which. */
  function mostProbable(score: Prediction['score']): number {
    if (typeof score === 'number')
      return frame.classes.length === 2 && !Number.isNaN(read.score)
        ? score >= 0.5
          ? frame.positiveClass
          : 1 - frame.positiveClass
        : -1
    if (Number.isNaN(read.score) || !score) return -1
    let best = 0
    for (let place = 1; place < score.length; place++) if (score[place]! > score[best]!) best = place
    return best
  }

  function positiveScore(score: unknown): number {
    if (typeof score === 'number') return probability(score)
    if (!Array.isArray(score) || score.length !== frame.classes.length) return Number.NaN
    return score.every(one => !Number.isNaN(probability(one))) ? probability(score[frame.positiveClass]) : Number.NaN
  }

  function readFeatures(given: Prediction['features']): void {
    read.hasUndeclared = false
    const isObject = typeof given === 'object' && given !== null
    for (let f = 0; f < names.length; f++)
      read.features[f] = isObject && Object.hasOwn(given, names[f]!) ? given[names[f]!] : undefined
    if (!isObject) return
    for (const name in given)
      if (!declared.has(name)) {
        read.hasUndeclared = true
        break
      }
  }

  function readGroups(given: Prediction['groups']): void {
    for (let a = 0; a < attributes.length; a++) {
      const { attribute, places, others } = attributes[a]!
      const group = given?.[attribute]
      read.groups[a] = typeof group === 'string' ? (places.get(group) ?? others) : others
    }
  }

  return {
    read,
    accept(prediction) {
      if (typeof prediction !== 'object' || prediction === null) return 'not-an-object'
      try {
        const { class: name, score, truth, features: given, groups, id } = prediction as Prediction
        read.score = positiveScore(score)
        const place = name === undefined ? mostProbable(score) : classes.get(name)
        if (place === undefined || place < 0) return 'unknown-class'
        read.predicted = place
        read.truth = truth === undefined || truth === null ? -1 : (classes.get(truth) ?? -1)
        read.isTruthUnknown = read.truth < 0 && truth !== undefined && truth !== null
        readGroups(groups)
        readFeatures(given)
        read.id = typeof id === 'string' && id.length <= longestId ? id : undefined
        return null
      } catch {
        return 'unreadable'
      }
    },
  }
}

/** Longer ids would cost time that the caller of a prediction waits for. */
const longestId = 200

const probability = (value: unknown): number =>
  typeof value === 'number' && value >= 0 && value <= 1 ? value : Number.NaN
