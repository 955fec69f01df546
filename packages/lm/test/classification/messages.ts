import {
  seededRandom,
  type ModelConfig,
  type RecordBatch,
  type TrainingData,
  type TrainingRequest,
} from '@attestry/core'

const fillers = ['the', 'my', 'it', 'is', 'so', 'now']

/** Short messages that are about money or about travel; a word tells which. */
export function messages(rows: number, seed = 1): RecordBatch {
  const random = seededRandom(seed)
  const pick = (words: readonly string[]): string => words[Math.floor(random() * words.length)]!
  const label = Array.from({ length: rows }, () => pick(['money', 'travel']))
  const text = label.map(name => {
    const words = Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(fillers))
    return [...words, name === 'money' ? pick(['$$', '$5']) : pick(['>>', '> now'])].join(' ')
  })
  const ids = Array.from({ length: rows }, (_, i) => `row:${i}`)
  return {
    rowIds: ids,
    subjects: ids,
    columns: { text: { kind: 'text', values: text }, label: { kind: 'text', values: label } },
  }
}

export const model: Extract<ModelConfig, { architecture: 'language-model' }> = {
  architecture: 'language-model',
  path: 'base',
  maxTokens: 32,
  lora: { rank: 4, alpha: 8, dropout: 0, targetModules: 'all-linear' },
}

export const training: TrainingRequest['training'] = {
  epochs: 6,
  batchSize: 16,
  learningRate: 0.01,
  optimizer: 'adam',
  seed: 0,
  auditEverySteps: 10,
}

export const requestOf = (rows: number, more: Partial<TrainingRequest> = {}): TrainingRequest => ({
  data: { source: 'messages.csv', label: 'label', classes: ['money', 'travel'], text: 'text' },
  model,
  training,
  rows,
  classes: ['money', 'travel'],
  ...more,
})

export const dataOf = (batch: RecordBatch): TrainingData => ({
  async *batches() {
    yield batch
  },
})
