import type { RecordBatch, TrainingContext, TrainingData, TrainingRequest } from '@attestry/core'
import { openRuntime, type Runtime } from '@attestry/autograd'

/** A small seeded generator (mulberry32) of numbers in [0, 1). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let z = state
    z = Math.imul(z ^ (z >>> 15), z | 1)
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61)
    return ((z ^ (z >>> 14)) >>> 0) / 4294967296
  }
}

const ids = (rows: number): readonly string[] => Array.from({ length: rows }, (_, i) => `row:${i + 1}`)

/** Two numbers in [0, 1] and a colour; the class is `yes` where the numbers add up to more than 1. */
export function table(rows: number, seed = 1): RecordBatch {
  const random = seeded(seed)
  const a = Float64Array.from({ length: rows }, random)
  const b = Float64Array.from({ length: rows }, random)
  const colour = Array.from({ length: rows }, () => (random() < 0.5 ? 'red' : 'blue'))
  const label = Array.from(a, (x, i) => (x + b[i]! > 1 ? 'yes' : 'no'))
  return {
    rowIds: ids(rows),
    subjects: ids(rows),
    columns: {
      a: { kind: 'number', values: a },
      b: { kind: 'number', values: b },
      colour: { kind: 'text', values: colour },
      label: { kind: 'text', values: label },
    },
  }
}

const fillers = ['the', 'a', 'my', 'please', 'now', 'today', 'account', 'help', 'with', 'about']

/** Texts whose class is told by one word among fillers. */
export function texts(rows: number, seed = 1): RecordBatch {
  const random = seeded(seed)
  const pick = (): string => fillers[Math.floor(random() * fillers.length)]!
  const label = Array.from({ length: rows }, () => (random() < 0.5 ? 'card' : 'loan'))
  const text = label.map(name => {
    const words = Array.from({ length: 3 + Math.floor(random() * 8) }, pick)
    words.splice(Math.floor(random() * words.length), 0, name === 'card' ? 'Visa' : 'mortgage')
    return words.join(' ')
  })
  return {
    rowIds: ids(rows),
    subjects: ids(rows),
    columns: { text: { kind: 'text', values: text }, label: { kind: 'text', values: label } },
  }
}

/** Texts of the same words; which of two stands before the other tells the class. */
export function orderedTexts(rows: number, seed = 1): RecordBatch {
  const random = seeded(seed)
  const pick = (): string => fillers[Math.floor(random() * fillers.length)]!
  const label = Array.from({ length: rows }, () => (random() < 0.5 ? 'card' : 'loan'))
  const text = label.map(name => {
    const words = Array.from({ length: 2 + Math.floor(random() * 6) }, pick)
    words.splice(Math.floor(random() * words.length), 0, ...(name === 'card' ? ['not', 'sure'] : ['sure', 'not']))
    return words.join(' ')
  })
  return {
    rowIds: ids(rows),
    subjects: ids(rows),
    columns: { text: { kind: 'text', values: text }, label: { kind: 'text', values: label } },
  }
}

type Overrides = Partial<TrainingRequest['training']> & { readonly rows?: number }

export const privacy = { epsilon: 3, delta: 1e-5, clippingNorm: 1 }

/** The norm follows the median. */
export const adaptive = { quantile: 0.5, learningRate: 0.2 }

export const tableRequest = ({ rows = 400, ...training }: Overrides = {}): TrainingRequest => ({
  data: {
    source: 'memory',
    label: 'label',
    classes: ['no', 'yes'],
    features: { a: { min: 0, max: 1 }, b: { min: 0, max: 1 }, colour: { values: ['red', 'blue'] } },
  },
  model: { architecture: 'mlp', hidden: [8] },
  training: {
    epochs: 5,
    batchSize: 50,
    learningRate: 0.5,
    optimizer: 'sgd',
    seed: 3,
    auditEverySteps: 10,
    ...training,
  },
  rows,
  classes: ['no', 'yes'],
})

export const textRequest = ({ rows = 400, ...training }: Overrides = {}): TrainingRequest => ({
  ...tableRequest({ rows, optimizer: 'adam', learningRate: 0.05, ...training }),
  data: { source: 'memory', label: 'label', classes: ['card', 'loan'], text: 'text' },
  model: { architecture: 'embedding-bag', buckets: 64, dimension: 4 },
  classes: ['card', 'loan'],
})

/** The same texts, read as words in order. */
export const wordsRequest = (overrides: Overrides = {}): TrainingRequest => ({
  ...textRequest(overrides),
  model: { architecture: 'text-convolution', buckets: 64, dimension: 5, widths: [2, 3], filters: 6 },
})

export const dataOf = (
  batches: RecordBatch | readonly RecordBatch[],
  weights?: ReadonlyMap<string, number>,
): TrainingData => ({
  async *batches() {
    yield* Array.isArray(batches) ? (batches as readonly RecordBatch[]) : [batches as RecordBatch]
  },
  ...(weights && { weights }),
})

export const contextOf = (byte = 7): TrainingContext => ({ secret: new Uint8Array(32).fill(byte) })

let opened: Promise<Runtime> | undefined
/** The native runtime, one thread, opened once. */
export const nodeRuntime = (): Promise<Runtime> => (opened ??= openRuntime({ prefer: 'node' }))
