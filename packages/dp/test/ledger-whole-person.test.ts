import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sha256, type Digest, type PrivacyCharge, type PrivacyLedger, type PrivacySpent } from '@attestry/core'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { groupCost } from '../src/group-privacy.js'
import {
  openLedger,
  privacySpendingOfPeople,
  privacyStatement,
  type LedgerFile,
  type MemberFiles,
} from '../src/index.js'
import { entryLine, genesis } from '../src/ledger-entries.js'
import { codeOf, ledgerInMemory } from './support.js'

const folders: string[] = []
afterAll(() => Promise.all(folders.map(folder => rm(folder, { recursive: true, force: true }))))

async function freshFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'attestry-whole-'))
  folders.push(folder)
  return join(folder, 'privacy-ledger.jsonl')
}

const ada = '0'.repeat(31) + 'a'
const bo = '0'.repeat(31) + 'b'
const cleo = '0'.repeat(31) + 'c'
const person = (i: number): string => i.toString(16).padStart(32, '0')

const charge = (id: string, dataset: string, epsilon = 1, delta = 0): PrivacyCharge => ({
  ...{ id, dataset, epsilon, delta },
  adjacency: 'add-or-remove-one',
  mechanism: 'a release',
})
const wide = { epsilon: 1e6, delta: 0.9 }

describe('what a group bears', () => {
  it('is the sum along the steps from the data without it to the data with it', () => {
    const one: PrivacySpent = { epsilon: 0.7, delta: 1e-6, adjacency: 'replace-one' }
    let stepwise = 0
    for (let k = 1; k <= 8; k++) {
      stepwise += 1e-6 * Math.exp(0.7 * (k - 1))
      const group = groupCost(one, k)
      expect(group).toMatchObject({ epsilon: 0.7 * k, adjacency: 'replace-one' })
      expect(group.delta / stepwise).toBeCloseTo(1, 12)
    }
  })

  it('has a delta of k times that of one where epsilon is 0, none where there was none, and never more than 1', () => {
    expect(groupCost({ epsilon: 0, delta: 1e-6, adjacency: 'replace-one' }, 5).delta / 5e-6).toBeCloseTo(1, 12)
    expect(groupCost({ epsilon: 3, delta: 0, adjacency: 'replace-one' }, 500)).toMatchObject({
      epsilon: 1500,
      delta: 0,
    })
    expect(groupCost({ epsilon: 3, delta: 1e-5, adjacency: 'replace-one' }, 4e9)).toMatchObject({ delta: 1 })
  })
})

it('a charge that named nobody costs a person for the most records that the dataset ever had of them', async () => {
  const ledger = openLedger(ledgerInMemory())
  await ledger.charge(charge('a', 'march', 0.5), wide)
  await ledger.charge(charge('b', 'march', 0.1), wide, [ada, ada, ada])
  await ledger.charge(charge('c', 'march', 0.1), wide, [ada])
  const { record, person: whole } = await ledger.spentOnPeople([ada])
  expect(record.epsilon).toBeCloseTo(0.7, 12)
  expect(whole.epsilon).toBeCloseTo(3 * 0.5 + 3 * 0.1 + 0.1, 12)
})

interface Asked {
  readonly dataset: string
  readonly some: readonly number[]
  readonly epsilon: number
  readonly isExchange: boolean
}

describe('the budget of a person as a whole', () => {
  const limit = { ...wide, person: { epsilon: 6, delta: 1e-3 } }

  it('is charged for all records of a person together, over datasets', async () => {
    const file = await freshFile()
    await openLedger({ file }).charge(charge('run-1', 'march', 1), limit, [ada, ada, ada, bo])
    await expect(
      openLedger({ file }).charge(charge('run-2', 'april', 2), limit, [cleo, ada, bo, ada]),
    ).rejects.toMatchObject({
      code: 'DP-E022',
      message:
        'epsilon 7 > budget 6 of a person as a whole for 1 of 3 people of this data: other releases have spent up to 3 on them',
      notes: expect.arrayContaining(['the worst of them has 2 records in this data, and is charged as a group of 2']),
      help: expect.stringMatching(/^ask for at most epsilon 1\.5, train without the rows of these people, or/),
    })
    await openLedger({ file }).charge(charge('run-2', 'april', 1.5), limit, [cleo, ada, bo, ada])
    expect(await privacySpendingOfPeople(file)).toEqual({
      people: 3,
      most: { epsilon: 2.5, delta: 0, adjacency: 'add-or-remove-one' },
      peopleAtMost: 2,
      mostOfPerson: { epsilon: 6, delta: 0, adjacency: 'add-or-remove-one' },
      budget: { epsilon: 6, delta: 1e-3 },
      exhausted: 1,
    })
    expect(await openLedger({ file }).spentOnPeople([bo, cleo])).toMatchObject({ person: { epsilon: 2.5 } })
    expect(await openLedger({ file }).spentOnPeople([person(99)])).toMatchObject({ person: { epsilon: 0 } })
  })

  it('holds for delta, which grows with the records, and tells an epsilon that would fit', async () => {
    const ledger = openLedger(ledgerInMemory())
    const asked = charge('run-1', 'march', 1, 1e-5)
    const person = { epsilon: 100, delta: 2e-4 }
    const refused = ledger.charge(asked, { ...wide, person }, [ada, ada, ada, ada])
    await expect(refused).rejects.toMatchObject({ code: 'DP-E022', message: expect.stringMatching(/^delta 0\.00031/) })
    const { help } = (await refused.catch((failure: unknown) => failure)) as { help: string }
    const left = Number(/at most epsilon ([\d.]+),/.exec(help)![1])
    expect(left).toBeGreaterThan(0.7)
    expect(
      await codeOf(() => ledger.charge({ ...asked, epsilon: left + 1e-4 }, { ...wide, person }, [ada, ada, ada, ada])),
    ).toBe('DP-E022')
    await ledger.charge({ ...asked, epsilon: left }, { ...wide, person }, [ada, ada, ada, ada])
  })

  it('tells no epsilon where none is left, and counts a delta that is used up as exhausted', async () => {
    const file = await freshFile()
    const person = { epsilon: 5, delta: 1e-5 }
    await openLedger({ file }).charge(charge('run-1', 'march', 1, 1e-5), { ...wide, person }, [ada])
    await expect(
      openLedger({ file }).charge(charge('run-2', 'april', 1, 1e-6), { ...wide, person }, [ada]),
    ).rejects.toMatchObject({ help: expect.stringMatching(/^ask for less, /) })
    expect(await privacySpendingOfPeople(file)).toMatchObject({ exhausted: 1 })
  })

  it('takes a charge on the dataset that named nobody for one on the most records that it is known to have', async () => {
    const ledger = openLedger(ledgerInMemory())
    await ledger.charge(charge('old', 'march', 1), wide)
    expect(await codeOf(() => ledger.charge(charge('new', 'march', 1.1), limit, [ada, ada, ada]))).toBe('DP-E022')
    await ledger.charge(charge('new', 'march', 1), limit, [ada, ada, ada])
    expect(await codeOf(() => ledger.charge(charge('more', 'april', 0.1), limit, [ada]))).toBe('DP-E022')
  })

  it('is refused without people, or out of range, and in a line that was made up', async () => {
    const ledger = openLedger(ledgerInMemory())
    expect(await codeOf(() => ledger.charge(charge('a', 'x'), limit))).toBe('DP-E014')
    expect(
      await codeOf(() => ledger.charge(charge('a', 'x'), { ...wide, person: { epsilon: 0, delta: 0 } }, [ada])),
    ).toBe('DP-E001')
    const { file, members } = ledgerInMemory()
    const line = entryLine(
      { ...charge('a', 'x'), personLimit: 3 as unknown as typeof wide },
      genesis,
      '2026-01-01T00:00:00Z',
    )
    await file.append(`${line}\n`)
    expect(await codeOf(() => openLedger({ file, members }).spent('x'))).toBe('DP-E012')
  })

  const some = fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 6 })
  const charges = fc.array(
    fc.record({
      dataset: fc.constantFrom('a', 'b', 'c'),
      some,
      epsilon: fc.integer({ min: 1, max: 3 }),
      isExchange: fc.boolean(),
    }),
    { maxLength: 6 },
  )
  const put = (
    ledger: PrivacyLedger,
    { dataset, epsilon, isExchange, some }: Asked,
    id: number,
    person?: { epsilon: number; delta: number },
  ): Promise<void> =>
    ledger.charge(
      { ...charge(`${id}`, dataset, epsilon, 1e-9), adjacency: isExchange ? 'replace-one' : 'add-or-remove-one' },
      { ...wide, ...(person && { person }) },
      some.map(one => one.toString(16).padStart(32, '0')),
    )

  it('is never counted below the sum over the records that were charged, in whatever order the charges come', async () => {
    await fc.assert(
      fc.asyncProperty(charges, fc.infiniteStream(fc.nat()), async (all, keys) => {
        const [inOrder, shuffled] = [openLedger(ledgerInMemory()), openLedger(ledgerInMemory())]
        for (const [i, one] of all.entries()) await put(inOrder, one, i)
        const order = all.map((one, i) => ({ one, i, key: keys.next().value })).sort((a, b) => a.key - b.key)
        for (const { one, i } of order) await put(shuffled, one, i)
        for (let i = 0; i < 4; i++) {
          const total = (await inOrder.spentOnPeople([person(i)])).person
          const recount = all.reduce(
            (sum, { some, epsilon }) => sum + epsilon * some.filter(one => one === i).length,
            0,
          )
          expect(total.epsilon).toBeGreaterThanOrEqual(recount)
          expect((await shuffled.spentOnPeople([person(i)])).person).toMatchObject({
            epsilon: total.epsilon,
            adjacency: total.adjacency,
          })
        }
      }),
      { numRuns: 100 },
    )
  })

  it('is never overspent by writers that come at the same time', async () => {
    await fc.assert(
      fc.asyncProperty(charges, async all => {
        const disk = ledgerInMemory()
        const person = { epsilon: 8, delta: 0.5 }
        const results = await Promise.allSettled(all.map((one, i) => put(openLedger(disk), one, i, person)))
        for (const result of results)
          if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'DP-E022' })
        const paid = all.filter((_, i) => results[i]!.status === 'fulfilled')
        for (let i = 0; i < 4; i++) {
          const recount = paid.reduce(
            (sum, { some, epsilon }) => sum + epsilon * some.filter(one => one === i).length,
            0,
          )
          expect(recount).toBeLessThanOrEqual(8)
        }
      }),
      { numRuns: 60 },
    )
  })
})

describe('the privacy statement', () => {
  const plan = {
    privacy: {
      sampler: 'poisson',
      samplingProbability: 0.01,
      noiseMultiplier: 1.1,
      clippingNorm: 1,
      accountant: 'rdp',
      epsilon: 3,
      delta: 1e-5,
      unit: 'record',
    },
    steps: 100,
    logicalBatch: 50,
  } as const
  const spent: PrivacySpent = { epsilon: 3, delta: 1e-5, adjacency: 'add-or-remove-one' }

  it('says what people bear over all releases, about a record and as a whole, and of which budget', () => {
    const people = { record: spent, person: { ...spent, epsilon: 6, delta: 2e-4 }, budget: { epsilon: 8, delta: 1e-3 } }
    const said = privacyStatement(plan, undefined, people)!.sentences.join(' ')
    expect(said).toContain(
      'nobody of this data bears more than (3, 0.00001) about any one record, or (6, 0.0002) about all of their records together, of a budget of (8, 0.001).',
    )
    expect(privacyStatement(plan, undefined, { ...people, budget: null })!.sentences.join(' ')).toContain(
      'for which no budget was set.',
    )
  })

  it('says so where nobody is named', () => {
    expect(privacyStatement(plan)!.sentences.join(' ')).toContain('charged to nobody by a subject column')
  })
})
