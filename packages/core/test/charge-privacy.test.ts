import { describe, expect, it } from 'vitest'
import { PrivacyLedger, SubjectHandles, type PrivacyLimit, type TrainingPlan } from '../src/index.js'
import { chargePrivacy } from '../src/stages/charge-privacy.js'
import type { OpenRun } from '../src/open-run.js'
import { batchOf } from './fakes.js'

const plan = {
  digest: 'sha256:1',
  privacy: {
    sampler: 'poisson',
    samplingProbability: 0.1,
    noiseMultiplier: 1,
    clippingNorm: 1,
    accountant: 'rdp',
    epsilon: 2,
    delta: 1e-6,
    unit: 'record',
  },
} as unknown as TrainingPlan

const spent = { epsilon: 4, delta: 1e-5, adjacency: 'add-or-remove-one' } as const
const subjectBudget = { epsilon: 6, delta: 1e-4 }

interface Charged {
  readonly limit: PrivacyLimit
  readonly people: readonly string[] | undefined
}

function openRun(given: { subject?: string; subjectBudget?: typeof subjectBudget; hasHandles: boolean }): {
  run: OpenRun
  charged: Charged[]
} {
  const charged: Charged[] = []
  const ledger: PrivacyLedger = {
    charge: async (_, limit, people) => void charged.push({ limit, people: people && [...people] }),
    spent: async () => spent,
    spentOnPeople: async () => ({ record: spent, person: spent }),
  }
  const run = {
    info: {
      runId: 'r',
      config: { data: { subject: given.subject }, training: { privacy: { subjectBudget: given.subjectBudget } } },
    },
    dataset: { digest: 'sha256:d' },
    policy: { epsilon: null },
    services: {
      find: (token: unknown) =>
        token === PrivacyLedger ? ledger : token === SubjectHandles && given.hasHandles ? {} : undefined,
    },
    bus: {
      act: async (_type: string, _fields: unknown, act: () => Promise<{ value: unknown }>) => (await act()).value,
    },
  } as unknown as OpenRun
  return { run, charged }
}

async function* batches(): AsyncIterable<ReturnType<typeof batchOf>> {
  yield { ...batchOf([1, 2, 3]), subjects: ['a', 'b', 'a'] }
  yield { ...batchOf([4]), subjects: ['a'] }
}

describe('the charge of a run', () => {
  it('names people once for each record, holds them to their budget, and tells what they bear', async () => {
    const { run, charged } = openRun({ subject: 'who', subjectBudget, hasHandles: true })
    expect(await chargePrivacy(run, plan, batches)).toEqual({ record: spent, person: spent, budget: subjectBudget })
    expect(charged).toEqual([
      { limit: { epsilon: 2, delta: 1e-6, person: subjectBudget }, people: ['a', 'b', 'a', 'a'] },
    ])
  })

  it('names nobody without a subject column, or where handles would not last', async () => {
    for (const given of [{ hasHandles: true }, { subject: 'who', hasHandles: false }]) {
      const { run, charged } = openRun(given)
      expect(await chargePrivacy(run, plan, batches)).toBeUndefined()
      expect(charged).toEqual([{ limit: { epsilon: 2, delta: 1e-6 }, people: undefined }])
    }
  })

  it('is refused where a budget per person is set and nobody knows people again', async () => {
    const { run, charged } = openRun({ subject: 'who', subjectBudget, hasHandles: false })
    await expect(chargePrivacy(run, plan, batches)).rejects.toMatchObject({ code: 'CORE-E051' })
    expect(charged).toEqual([])
  })
})
