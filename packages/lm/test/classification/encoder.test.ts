import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  seededRandom,
  textValues,
  type Model,
  type RecordBatch,
  type Trainer,
  type TrainingRequest,
} from '@attestry/core'
import { createLanguageModelTrainer, openTokenizer, readAdapter } from '../../src/index.js'
import { writeEncoder } from './encoder-folder.js'

// A python with torch, transformers and peft.
const python = process.env.ATTESTRY_PYTHON
const missing = python ? '' : ' (skipped: set ATTESTRY_PYTHON to a python with torch, transformers and peft)'

/** Texts with one word among others that tells the class. */
function greetings(rows: number, seed: number): RecordBatch {
  const random = seededRandom(seed)
  const pick = (words: readonly string[]): string => words[Math.floor(random() * words.length)]!
  const label = Array.from({ length: rows }, () => pick(['formal', 'plain']))
  const text = label.map(name => {
    const words = Array.from({ length: 3 }, () => pick(['the', 'other', 'many', 'world']))
    words.splice(Math.floor(random() * 4), 0, name === 'formal' ? '$' : 'hello')
    return words.join(' ')
  })
  const ids = label.map((_, i) => `row:${i}`)
  const columns = { text: { kind: 'text', values: text }, label: { kind: 'text', values: label } } as const
  return { rowIds: ids, subjects: ids, columns }
}

const classes = ['formal', 'plain']
const lora = { rank: 4, alpha: 8, dropout: 0 }
const training: TrainingRequest['training'] = {
  epochs: 1,
  batchSize: 16,
  learningRate: 0.01,
  optimizer: 'adam',
  seed: 0,
  auditEverySteps: 10,
}
const requestOf = (
  moreLora: Partial<typeof lora> & { readonly targetModules?: 'all-linear' },
  moreTraining: Partial<TrainingRequest['training']>,
): TrainingRequest => ({
  data: { source: 'greetings.csv', label: 'label', classes, text: 'text' },
  model: { architecture: 'language-model', path: 'base', maxTokens: 32, lora: { ...lora, ...moreLora } },
  training: { ...training, ...moreTraining },
  rows: 96,
  classes,
})

let folder: string
let trainer: Trainer
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'attestry-encoder-'))
  trainer = createLanguageModelTrainer({ baseDirectory: folder, threads: 1 })
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function trained(...changes: Parameters<typeof requestOf>) {
  const request = requestOf(...changes)
  const plan = await trainer.plan(request)
  const batches = async function* () {
    yield greetings(96, 1)
  }
  const session = await trainer.open(plan, { batches }, request, { secret: new Uint8Array(32).fill(7) })
  while (await session.step());
  return session
}

async function accuracyOf(found: Model): Promise<number> {
  const later = greetings(60, 99)
  const { probabilities, classes } = await found.predict(later)
  const labels = textValues(later, 'label')
  return labels.filter((label, i) => classes[probabilities[2 * i + 1]! > 0.5 ? 1 : 0] === label).length / 60
}

describe.each([
  ['bert', ['query', 'value'], ['classifier']],
  ['distilbert', ['q_lin', 'v_lin'], ['pre_classifier', 'classifier']],
] as const)('a run over a small %s', (family, targets, modulesToSave) => {
  beforeEach(() => writeEncoder(join(folder, 'base'), family))

  it('learns, and predicts the same from its files', async () => {
    const session = await trained({ targetModules: 'all-linear' }, { epochs: 10 })
    expect(await accuracyOf(session)).toBeGreaterThan(0.9)
    await session.export(join(folder, 'out'))
    const before = await session.predict(greetings(20, 5))
    await session.close()
    const loaded = await trainer.load(join(folder, 'out'))
    expect((await loaded.predict(greetings(20, 5))).probabilities).toEqual(before.probabilities)
    await loaded.close()
  })

  it('adapts queries and values unless told otherwise, with privacy and dropout', async () => {
    const privacy = { epsilon: 3, delta: 1e-3, clippingNorm: 1 }
    const session = await trained({ dropout: 0.1 }, { privacy })
    expect(session.epsilonSpent()!).toBeLessThanOrEqual(3)
    const { facts } = await session.export(join(folder, 'out'))
    expect(facts).toMatchObject({ guards: { clippingPerExample: true, readBack: true } })
    await session.close()
    const adapter = await readAdapter(join(folder, 'out'))
    expect(adapter).toMatchObject({ task: 'SEQ_CLS', targetModules: targets, modulesToSave })
  })

  it('drops inputs of every adapted layer, the one above the texts too', async () => {
    const session = await trained({ dropout: 0.3, targetModules: 'all-linear' }, {})
    await session.export(join(folder, 'out'))
    await session.close()
    expect((await readAdapter(join(folder, 'out'))).dropout).toBe(0.3)
  })

  it.skipIf(!python)(
    `gives the same logits under stock PEFT${missing}`,
    async () => {
      const session = await trained({ targetModules: 'all-linear' }, { epochs: 2 })
      await session.export(join(folder, 'out'))
      const some = greetings(6, 5)
      const { probabilities } = await session.predict(some)
      await session.close()
      const tokenizer = await openTokenizer(join(folder, 'base'))
      const tokens = textValues(some, 'text').map(text => Array.from(tokenizer.encode(text!)))
      const script = join(import.meta.dirname, 'load-classifier.py')
      const paths = [join(folder, 'base'), join(folder, 'out')]
      const printed = execFileSync(python!, [script, ...paths, '2', JSON.stringify(tokens)], {
        stdio: ['ignore', 'pipe', 'pipe'],
        encoding: 'utf8',
      })
      const logits = JSON.parse(printed) as [number, number][]
      for (const [i, [first, second]] of logits.entries())
        expect(Math.log(probabilities[2 * i + 1]! / probabilities[2 * i]!)).toBeCloseTo(second - first, 4)
    },
    60_000,
  )
})
