import type { RecordBatch } from '@attestry/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addNoise, openLedger, type NoiseCharge } from '../src/index.js'
import { codeOf, ledgerInMemory, secretOf } from './support.js'

const person = (i: number): string => i.toString(16).padStart(32, '0')

/** A batch of whose numbers every look is counted. */
function watched(rows: number): { readonly batch: RecordBatch; readonly looks: () => number } {
  let looks = 0
  const values = new Proxy(new Float64Array(rows).fill(5), {
    get(target, key) {
      looks++
      const found: unknown = Reflect.get(target, key)
      return typeof found === 'function' ? (found.bind(target) as unknown) : found
    },
  })
  const ids = Array.from({ length: rows }, (_, i) => `r${i}`)
  return { batch: { rowIds: ids, subjects: ids, columns: { age: { kind: 'number', values } } }, looks: () => looks }
}

const noise = { epsilon: 1, delta: 1e-6, bounds: { age: { min: 0, max: 10 } }, unsafeSeed: secretOf(5) } as const
const wide = { epsilon: 1e6, delta: 0.9 }

describe('noise on records of people who are named', () => {
  const charge = (over: Partial<NoiseCharge> = {}): NoiseCharge => ({
    ...{ ledger: openLedger(ledgerInMemory()), dataset: 'visits', id: 'one', limit: wide },
    ...over,
  })

  it('is charged to each of them as a group of their rows when the unit is a row', async () => {
    const first = charge()
    const subjects = [person(1), person(2), person(1), person(1)]
    const noisy = await addNoise(watched(4).batch, { ...noise, unit: 'record', charge: first, subjects })
    expect(noisy.people).toBe(2)
    expect(await first.ledger.spentOnPeople([person(1)])).toMatchObject({
      record: { epsilon: 1, delta: 1e-6 },
      person: { epsilon: 3, adjacency: 'replace-one' },
    })
    expect(await first.ledger.spentOnPeople([person(2)])).toMatchObject({ person: { epsilon: 1, delta: 1e-6 } })
  })

  it('is charged once to whoever has no more rows than the noise was made for, and more to the others', async () => {
    const one = charge()
    const subjects = [1, 1, 1, 2, 2, 3, 3, 3, 3, 3].map(person)
    await addNoise(watched(10).batch, { ...noise, unit: { rowsPerSubject: 3 }, charge: one, subjects })
    const borne = async (i: number) => (await one.ledger.spentOnPeople([person(i)])).person.epsilon
    expect([await borne(1), await borne(2), await borne(3)]).toEqual([1, 1, 2])
    // The list tells records, whatever they cost in that release: five of them in one that protects each.
    const { epsilon, delta, adjacency } = { epsilon: 1, delta: 0, adjacency: 'replace-one' as const }
    await one.ledger.charge({ id: 'x', dataset: 'visits', epsilon, delta, adjacency, mechanism: 'of a row' }, wide)
    expect(await borne(3)).toBe(2 + 5)
  })

  it('is refused to people without budget, with a number that would fit', async () => {
    const limit = { ...wide, person: { epsilon: 2.5, delta: 0.5 } }
    const subjects = [person(1), person(1), person(1), person(2)]
    const refused = addNoise(watched(4).batch, { ...noise, unit: 'record', charge: charge({ limit }), subjects })
    await expect(refused).rejects.toMatchObject({
      code: 'DP-E022',
      message: expect.stringContaining('of a person as a whole for 1 of 2 people'),
      help: expect.stringContaining('at most epsilon 0.833333,'),
    })
    const { people } = await addNoise(watched(4).batch, {
      ...{ ...noise, unit: { rowsPerSubject: 3 }, charge: charge({ limit }), subjects },
    })
    expect(people).toBe(2)
  })

  it('is refused where a row has nobody, or nobody keeps the account', async () => {
    const { batch, looks } = watched(2)
    const before = looks()
    const ada = person(1)
    const cases: readonly [object, string][] = [
      [{ charge: charge(), subjects: [ada] }, 'there are 2 rows and 1 subjects'],
      [{ charge: charge(), subjects: [ada, ada, ada] }, 'there are 2 rows and 3 subjects'],
      [{ charge: charge(), subjects: ada }, 'there are 2 rows and no list of subjects'],
      [{ charge: charge(), subjects: [ada, ''] }, 'row 2 has no handle'],
      [{ charge: charge(), subjects: [undefined, ada] }, 'row 1 has no handle'],
      [{ charge: charge(), subjects: ['ada@example.org', ada] }, 'row 1 has no handle'],
      [{ subjects: [ada, ada] }, 'there is no ledger'],
    ]
    for (const [given, message] of cases) {
      const act = addNoise(batch, { ...noise, unit: 'record', ...given } as never)
      await expect(act).rejects.toMatchObject({ code: 'DP-E024', message: expect.stringContaining(message) })
      await expect(act).rejects.not.toMatchObject({ message: expect.stringContaining('ada') })
    }
    expect(looks()).toBe(before)
    const limit = { ...wide, person: { epsilon: 2, delta: 0.1 } }
    expect(await codeOf(() => addNoise(batch, { ...noise, unit: 'record', charge: charge({ limit }) }))).toBe('DP-E014')
  })

  const releases = fc.array(
    fc.record({
      dataset: fc.constantFrom('a', 'b'),
      some: fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 8 }),
      epsilon: fc.integer({ min: 1, max: 4 }),
      rows: fc.integer({ min: 1, max: 3 }),
    }),
    { minLength: 1, maxLength: 6 },
  )

  it('adds up to what the ledger says of each, and a refusal changes no byte and reads no number', async () => {
    await fc.assert(
      fc.asyncProperty(releases, async all => {
        const disk = ledgerInMemory()
        const ledger = openLedger(disk)
        const spent = [0, 0, 0, 0]
        const limit = { ...wide, person: { epsilon: 9, delta: 0.5 } }
        for (const [id, { dataset, some, epsilon, rows }] of all.entries()) {
          const units = (i: number): number => Math.ceil(some.filter(one => one === i).length / rows)
          const fits = spent.every((total, i) => units(i) === 0 || total + epsilon * units(i) <= 9)
          const before = await disk.file.read()
          const { batch, looks } = watched(some.length)
          const code = await codeOf(() =>
            addNoise(batch, {
              ...{ ...noise, delta: 0, epsilon, unit: rows === 1 ? 'record' : { rowsPerSubject: rows } },
              charge: { ledger, dataset, id: `${id}`, limit },
              subjects: some.map(person),
            }),
          )
          expect(code).toBe(fits ? undefined : 'DP-E022')
          if (fits) for (const i of spent.keys()) spent[i]! += epsilon * units(i)
          else expect([await disk.file.read(), looks()]).toEqual([before, 0])
        }
        for (const [i, total] of spent.entries())
          expect((await ledger.spentOnPeople([person(i)])).person.epsilon).toBeCloseTo(total, 9)
      }),
      { numRuns: 80 },
    )
  })
})

describe('a ledger that is asked first', () => {
  const limit = { ...wide, person: { epsilon: 5, delta: 0.5 } }
  const some = fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 5 })
  const charges = fc.array(fc.tuple(fc.constantFrom('a', 'b'), some, fc.integer({ min: 1, max: 3 })), {
    minLength: 1,
    maxLength: 5,
  })

  it('refuses what charging one after the other would refuse, tells what it would come to, and writes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(charges, fc.nat({ max: 4 }), async (all, done) => {
        const disk = ledgerInMemory()
        const ledger = openLedger(disk)
        const proposed = all.map(([dataset, some, epsilon], i) => ({
          charge: { id: `${i}`, dataset, epsilon, delta: 0, adjacency: 'replace-one' as const, mechanism: 'a release' },
          people: some.map(person),
        }))
        for (const { charge, people } of proposed.slice(0, done))
          await ledger.charge(charge, { ...wide, person: wide }, people)
        const before = await disk.file.read()
        const checked = await ledger.check(proposed, limit).catch((failure: { code: string }) => failure.code)
        expect(await disk.file.read()).toBe(before)
        let charged: string | undefined
        for (const { charge, people } of proposed) charged ??= await codeOf(() => ledger.charge(charge, limit, people))
        if (charged !== undefined) expect(checked).toBe(charged)
        else expect(checked).toEqual(await ledger.spentOnPeople(proposed.flatMap(({ people }) => people)))
      }),
      { numRuns: 100 },
    )
  })

  it('holds a dataset to its limit, needs people for one of people, and says null where nobody is named', async () => {
    const ledger = openLedger(ledgerInMemory())
    const charge = { id: 'a', dataset: 'd', epsilon: 2, delta: 0, adjacency: 'replace-one', mechanism: 'x' } as const
    expect(await ledger.check([{ charge }], { epsilon: 3, delta: 0 })).toBeNull()
    const twice = [{ charge }, { charge: { ...charge, id: 'b' } }]
    expect(await codeOf(() => ledger.check(twice, { epsilon: 3, delta: 0 }))).toBe('DP-E011')
    expect(await codeOf(() => ledger.check([{ charge }], limit))).toBe('DP-E014')
  })

  it('does not take a charge of nobody, or of fewer records, for one of these people', async () => {
    const ledger = openLedger(ledgerInMemory())
    const charge = { id: 'a', dataset: 'd', epsilon: 2, delta: 0, adjacency: 'replace-one', mechanism: 'x' } as const
    await ledger.charge(charge, wide)
    expect(await codeOf(() => ledger.charge(charge, wide, [person(1)]))).toBe('DP-E015')
    const named = { ...charge, id: 'b' }
    await ledger.charge(named, wide, [1, 1, 2].map(person))
    expect(await codeOf(() => ledger.charge(named, wide, [1, 1, 1].map(person)))).toBe('DP-E015')
    expect(await codeOf(() => ledger.charge(named, wide, [1, 3].map(person)))).toBe('DP-E015')
    expect(await codeOf(() => ledger.charge({ ...named, recordsPerUnit: 2 }, wide, [person(1)]))).toBe('DP-E015')
    await ledger.charge(named, wide, [1, 2].map(person))
    await ledger.charge(named, wide)
    expect(await codeOf(() => ledger.charge({ ...named, id: 'c', recordsPerUnit: 0.5 }, wide))).toBe('DP-E014')
  })
})
