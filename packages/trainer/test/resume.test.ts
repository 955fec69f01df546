import { describe, expect, it } from 'vitest'
import { f32, floats } from '@attestry/autograd'
import type { PrivacyConfig, TrainingRequest } from '@attestry/core'
import { architectureOf } from '../src/architecture.js'
import { featureLayout, openLoop, planTraining, type LoopSnapshot, type TrainingLoop } from '../src/index.js'
import { initialWeights } from '../src/initial-weights.js'
import { classifierTask } from '../src/task.js'
import { readTrainingSet } from '../src/training-set.js'
import { adaptive, contextOf, dataOf, nodeRuntime, privacy, table, tableRequest } from './data.js'

const rows = 90

/** Opens the loop of a request over 90 rows, anew or where an earlier one stood. */
async function open(request: TrainingRequest, from?: LoopSnapshot, secret = contextOf().secret): Promise<TrainingLoop> {
  const plan = planTraining(request)
  const layout = featureLayout(request.data, plan.model)
  const architecture = architectureOf(plan.model, layout, plan.classes.length)
  const set = await readTrainingSet(dataOf(table(rows)).batches(), {
    layout,
    label: request.data.label,
    classes: plan.classes,
    rows,
  })
  const task = classifierTask(set, architecture, initialWeights(architecture.parameters, request.training.seed))
  const options = { task, plan, optimiser: { kind: plan.optimizer }, secret } as const
  return openLoop({ ...options, ...(from && { from }) }, { runtime: await nodeRuntime() })
}

const stepsOf = async (loop: TrainingLoop, steps = Infinity): Promise<readonly object[]> => {
  const reports: object[] = []
  while (reports.length < steps) {
    const report = await loop.step()
    if (!report) break
    const { durationMs: _, ...rest } = report
    reports.push(rest)
  }
  return reports
}

/** As a file would keep it: numbers as JSON, tensors by their bytes. */
function throughBytes({ state, progress }: LoopSnapshot): LoopSnapshot {
  const kept = Object.entries(state).map(([name, tensor]) => [name, f32(tensor.shape, floats(tensor).slice())] as const)
  return {
    state: Object.fromEntries(kept),
    progress: JSON.parse(JSON.stringify(progress)) as LoopSnapshot['progress'],
  }
}

const requestOf = (kept: PrivacyConfig): TrainingRequest =>
  tableRequest({ rows, batchSize: 20, epochs: 3, optimizer: 'adam', learningRate: 0.05, privacy: kept })

describe('a run that goes on from a snapshot', () => {
  // 14 or 15 steps: shuffled passes have 5 steps, and 7 is in the middle of one.
  it.each<readonly [string, PrivacyConfig, readonly number[]]>([
    ['Poisson batches', privacy, [1, 7]],
    ['shuffled batches', { ...privacy, sampler: 'shuffled' }, [1, 5, 7, 14]],
    ['batches of a fixed size', { ...privacy, sampler: 'fixed-size' }, [1, 7, 13]],
    ['a clipping norm that follows the median', { ...privacy, adaptiveClipping: adaptive }, [1, 2, 7]],
    [
      'shuffled batches and such a norm',
      { ...privacy, sampler: 'shuffled', adaptiveClipping: { ...adaptive, learningRate: 1 } },
      [7],
    ],
  ])('does what it would have done, bit for bit, with %s', async (_, kept, cuts) => {
    const request = requestOf(kept)
    const whole = await open(request)
    const expected = await stepsOf(whole)
    const account = whole.account()
    for (const cut of cuts) {
      const first = await open(request)
      expect(await stepsOf(first, cut)).toEqual(expected.slice(0, cut))
      const snapshot = throughBytes(first.snapshot())
      await first.close()
      const second = await open(request, snapshot)
      expect(second.done()).toBe(cut)
      expect(second.epsilonSpent()).toBe(cut === 0 ? 0 : first.epsilonSpent())
      expect(await stepsOf(second)).toEqual(expected.slice(cut))
      expect(second.weights()).toEqual(whole.weights())
      expect(second.snapshot().progress).toEqual(whole.snapshot().progress)
      // Graphs are compiled when they are first needed: a run that went on may have needed fewer.
      const facts = ({ facts: { graphs: __, ...rest } }: ReturnType<TrainingLoop['account']>): object => rest
      expect(facts(second.account())).toEqual(facts(account))
      expect(second.epsilonSpent()).toBe(whole.epsilonSpent())
      await second.close()
    }
    await whole.close()
  })

  it.each(['poisson', 'shuffled', 'fixed-size'] as const)(
    'would draw other %s batches with another secret',
    async sampler => {
      const request = requestOf({ ...privacy, sampler })
      const [one, other] = [await open(request), await open(request, undefined, contextOf(8).secret)]
      expect(await stepsOf(one, 2)).not.toEqual(await stepsOf(other, 2))
      await Promise.all([one.close(), other.close()])
    },
  )
})
