import { createHash } from 'node:crypto'
import {
  StatementStore,
  Trainer,
  type Assessment,
  type EvaluateInput,
  type Evidence,
  type HookContext,
  type RecordBatch,
  type TrainingRequest,
} from '@attestry/core'
import { describe, expect, it } from 'vitest'
import { shadowAudit } from '../src/audits/shadow-audit.js'
import { splitAudit } from '../src/audits/split-audit.js'
import { dp, gaussianNoise, type DpOptions } from '../src/index.js'
import { checkLeakage } from '../src/leakage-check.js'
import { optionsSchema } from '../src/options.js'
import { codeOf, secretOf } from './support.js'

const classes = ['no', 'yes']
const noise = gaussianNoise({ secret: secretOf(31), stream: 'rows' })
const testFraction = 0.3

const hash = (text: string): number => createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32

const batchOf = (rowIds: readonly string[]): RecordBatch => ({
  rowIds,
  subjects: rowIds,
  columns: { answer: { kind: 'text', values: rowIds.map(() => 'yes') } },
})

/**
 * Rows that differ in how hard they are, and models that add `memory` to the logit of a row that they were trained on, and
 * some noise of their own.
 */
function world(rows: number, memory: { readonly target: number; readonly shadows: number }) {
  const ids = Array.from({ length: rows }, (_, row) => `a:${row}`)
  const [test, train] = [true, false].map(isTest =>
    ids.filter(id => hash(`split/${id}`) < testFraction === isTest),
  ) as [string[], string[]]
  const hardness = noise.fill(new Float64Array(rows), 1)
  let models = 0
  const modelOf = (trainedOn: readonly string[], shift: number) => {
    const known = new Set(trainedOn)
    const own = noise.fill(new Float64Array(rows), 100 + models++)
    return ({ rowIds }: RecordBatch) => {
      const probabilities = rowIds.flatMap(id => {
        const row = Number(id.split(':')[1])
        const yes = 1 / (1 + Math.exp(-(4 * hardness[row]! + 0.5 * own[row]! + (known.has(id) ? shift : 0))))
        return [1 - yes, yes]
      })
      return { classes, probabilities: Float32Array.from(probabilities) }
    }
  }
  const target = modelOf(train, memory.target)
  const opened: {
    readonly request: TrainingRequest
    readonly rowIds: readonly string[]
    closed: boolean
    steps: number
  }[] = []
  const trainer = {
    plan: (request: TrainingRequest) => ({ request }),
    async open(_plan: unknown, data: { batches(): AsyncIterable<RecordBatch> }, request: TrainingRequest) {
      const rowIds: string[] = []
      for await (const batch of data.batches()) rowIds.push(...batch.rowIds)
      const one = { request, rowIds, closed: false, steps: 0 }
      opened.push(one)
      const predict = modelOf(rowIds, memory.shadows)
      return {
        step: async () => (one.steps < 2 ? { step: ++one.steps } : undefined),
        predict: async (batch: RecordBatch) => predict(batch),
        close: async () => void (one.closed = true),
      }
    },
  }
  const input = {
    modelDigest: `sha256:${'0'.repeat(64)}`,
    plan: { steps: 200, model: { type: 'mlp' }, privacy: { epsilon: 0.5, delta: 1e-5 } },
    test: {
      rowIds: test,
      classes,
      labels: new Int32Array(test.length).fill(1),
      probabilities: target(batchOf(test)).probabilities,
    },
    trainRows: async function* () {
      yield batchOf(train)
    },
    testRows: async function* () {
      yield batchOf(test)
    },
    predict: async (batch: RecordBatch) => target(batch),
  } as unknown as EvaluateInput
  const evidence: Evidence[] = []
  const context = {
    run: {
      config: {
        evaluation: { testFraction },
        data: { label: 'answer' },
        training: { epochs: 1, seed: 1, privacy: { epsilon: 0.5 }, reweigh: 'sex' },
      },
    },
    policy: { epsilon: { value: { epsilon: 10, delta: 1e-5 }, sources: [{ plugin: 'a', control: 'GDPR-25' }] } },
    signal: new AbortController().signal,
    get: (service: unknown) => (service === Trainer ? trainer : undefined),
    evidence: async (one: Evidence) => void evidence.push(one),
  } as unknown as HookContext
  return { input, context, evidence, opened }
}

const settings = { models: 16, rows: 1000 }
const valueOf = (found: readonly Assessment[], metric: string): Assessment => found.find(one => one.metric === metric)!

describe('the attack with shadow models', () => {
  it('refutes a claim that comparing losses cannot: the planted violation', async () => {
    const { input, context, evidence } = world(4000, { target: 2.5, shadows: 2.5 })
    const found = await shadowAudit(input, context, settings)
    const auc = valueOf(found, 'shadow-models-auc')
    expect(auc.value).toBeGreaterThan(0.95)
    expect(auc.interval![0]).toBeGreaterThan(0.9)
    expect(valueOf(found, 'shadow-models-true-positive-rate').interval![0]).toBeGreaterThan(0.5)
    expect(evidence).toHaveLength(1)
    expect(evidence[0]).toMatchObject({
      type: 'shadow-models-audit',
      outcome: 'fail',
      controls: ['GDPR-25'],
      facts: { shadowModels: 16, claimedEpsilon: 0.5, aucInterval: auc.interval },
    })
    expect(evidence[0]!.facts['epsilonLowerBound']).toBeGreaterThan(2)
    const byLoss = await splitAudit(input, context)
    expect(byLoss!.epsilonLowerBound).toBeLessThan(Number(evidence[0]!.facts['epsilonLowerBound']) / 2)
  })

  it('refutes nothing about a model that remembers nothing', async () => {
    const { input, context, evidence } = world(4000, { target: 0, shadows: 2.5 })
    const found = await shadowAudit(input, context, settings)
    expect(valueOf(found, 'shadow-models-auc').interval![0]).toBeLessThan(0.53)
    expect(valueOf(found, 'shadow-models-auc').interval![1]).toBeGreaterThan(0.47)
    expect(evidence[0]).toMatchObject({ outcome: 'info' })
    expect(evidence[0]!.facts['epsilonLowerBound']).toBeLessThan(0.5)
    expect(evidence[0]!.facts).toMatchObject({ couldRefute: true, highestBound: expect.closeTo(4, 0) })
  })

  it('trains without privacy, every row in half of the models, and closes them', async () => {
    const { input, context, opened } = world(3000, { target: 1, shadows: 1 })
    await shadowAudit(input, context, { models: 8, rows: 300 })
    expect(opened).toHaveLength(8)
    const times = new Map<string, number>()
    for (const { request, rowIds, closed, steps } of opened) {
      expect([closed, steps]).toEqual([true, 2])
      expect(request).toMatchObject({ rows: rowIds.length, classes, model: { type: 'mlp' }, training: { epochs: 1 } })
      expect(request.training).not.toHaveProperty('privacy')
      expect(request.training).not.toHaveProperty('reweigh')
      for (const id of rowIds) times.set(id, (times.get(id) ?? 0) + 1)
    }
    expect(new Set(times.values())).toEqual(new Set([4]))
    // About 300 rows, half of them held out.
    expect(Math.abs(times.size - 300)).toBeLessThan(100)
    const heldOut = [...times.keys()].filter(id => hash(`split/${id}`) < testFraction).length
    expect(Math.abs(heldOut / times.size - 0.5)).toBeLessThan(0.15)
    const order = opened[0]!.rowIds.map(id => hash(`split/${id}`) < testFraction)
    expect(order.indexOf(false)).toBeLessThan(20)
    expect(order.indexOf(true)).toBeLessThan(20)
  })

  it('says why nothing was assessed, and trains nothing, with few rows', async () => {
    const { input, context, evidence, opened } = world(100, { target: 3, shadows: 3 })
    const found = await shadowAudit(input, context, settings)
    expect(found.map(({ value }) => value)).toEqual([null, null])
    expect(found[0]!.detail).toMatchObject({ reason: expect.stringContaining('100 rows') })
    expect(evidence).toEqual([])
    expect(opened).toEqual([])
  })
})

describe('the options of the plugin', () => {
  it('ask for shadow models, which need a trainer', async () => {
    expect(dp().requires).toEqual([StatementStore])
    expect(dp({ shadowModels: 16 }).requires).toEqual([StatementStore, Trainer])
    const { input, context } = world(1000, { target: 0, shadows: 0 })
    const evaluate = dp({ shadowModels: 8, shadowRows: 200 }).hooks!.evaluate as (
      input: EvaluateInput,
      context: HookContext,
    ) => Promise<readonly Assessment[]>
    const tables = { train: input.test, plan: { ...input.plan, privacy: null } }
    const found = await evaluate({ ...input, ...tables }, context)
    expect(found.map(({ metric }) => metric)).toEqual([
      'membership-inference-auc',
      'epsilon-lower-bound',
      'one-run-epsilon-lower-bound',
      'shadow-models-auc',
      'shadow-models-true-positive-rate',
    ])
  })

  it('are told to the audit of one run, which names what it did not try', async () => {
    const notTried = async (options: DpOptions | undefined): Promise<unknown> => {
      const { input, context, evidence } = world(1000, { target: 0, shadows: 0 })
      await (dp(options).hooks!.evaluate as typeof checkLeakage)({ ...input, train: input.test }, context)
      return evidence.find(({ type }) => type === 'one-run-audit')!.facts['notTried']
    }
    expect(await notTried({ shadowModels: 8, shadowRows: 200 })).not.toContain('shadow models')
    expect(await notTried(undefined)).toContain('shadow models')
  })

  it('are refused out of range, and by the schema with the name of each', async () => {
    for (const options of [{ shadowModels: 7 }, { shadowModels: 6 }, { shadowModels: 258 }, { shadowRows: 99 }])
      expect(await codeOf(() => dp(options))).toBe('DP-E018')
    const { validate } = optionsSchema['~standard']
    expect(validate({ shadowModels: 16, shadowRows: 500 })).toEqual({ value: { shadowModels: 16, shadowRows: 500 } })
    expect(validate({ shadowModels: 9, models: 1 })).toMatchObject({
      issues: [{ path: ['shadowModels'] }, { path: ['models'] }],
    })
    expect(validate(3)).toMatchObject({ issues: [{ message: 'must be an object' }] })
  })
})
