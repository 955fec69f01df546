import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { sha256, type Digest, type PrivacyCharge } from '@attestry/core'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { openLedger, privacySpendingOfPeople, type LedgerFile, type MemberFiles } from '../src/index.js'
import { codeOf, ledgerInMemory } from './support.js'

const folders: string[] = []
afterAll(() => Promise.all(folders.map(folder => rm(folder, { recursive: true, force: true }))))

async function freshFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'attestry-people-'))
  folders.push(folder)
  return join(folder, 'privacy-ledger.jsonl')
}

const person = (i: number): string => i.toString(16).padStart(32, '0')
const people = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => person(from + i)).reverse()

const charge = (id: string, dataset: string, epsilon = 1, delta = 1e-6): PrivacyCharge => ({
  ...{ id, dataset, epsilon, delta },
  adjacency: 'add-or-remove-one',
  mechanism: 'a release',
})
const limit = { epsilon: 3, delta: 1e-5 }

describe('budgets of people', () => {
  it('are theirs across datasets: a file with one more row has the same people', async () => {
    const file = await freshFile()
    await openLedger({ file }).charge(charge('run-1', 'march', 2), limit, people(0, 10))
    await expect(openLedger({ file }).charge(charge('run-2', 'april', 2), limit, people(4, 11))).rejects.toMatchObject({
      code: 'DP-E022',
      message: 'epsilon 4 > budget 3 for 6 of 7 people of this data: other releases have spent up to 2 on them',
    })
    expect(await openLedger({ file }).spent('april')).toMatchObject({ epsilon: 0 })
    await openLedger({ file }).charge(charge('run-3', 'april', 1), limit, people(4, 11))
    await openLedger({ file }).charge(charge('run-4', 'may', 2), limit, people(10, 12))
    expect(await privacySpendingOfPeople(file)).toEqual({
      people: 12,
      most: { epsilon: 3, delta: 2e-6, adjacency: 'add-or-remove-one' },
      peopleAtMost: 7,
      mostOfPerson: { epsilon: 3, delta: 2e-6, adjacency: 'add-or-remove-one' },
      budget: null,
      exhausted: null,
    })
  })

  it('are refused for delta as for epsilon, and convert relations', async () => {
    const ledger = openLedger(ledgerInMemory())
    await ledger.charge(charge('a', 'march', 0.1, 8e-6), limit, people(0, 3))
    expect(await codeOf(() => ledger.charge(charge('b', 'april', 0.1, 3e-6), limit, people(2, 3)))).toBe('DP-E022')
    const exchanged: PrivacyCharge = { ...charge('c', 'april', 2.81, 0), adjacency: 'replace-one' }
    expect(await codeOf(() => ledger.charge(exchanged, { ...limit, delta: 1 - 1e-9 }, people(2, 3)))).toBe('DP-E022')
    await ledger.charge({ ...exchanged, epsilon: 2.8 }, { ...limit, delta: 1 - 1e-9 }, people(2, 3))
  })

  it('take in charges on the same dataset that named nobody', async () => {
    const ledger = openLedger(ledgerInMemory())
    await ledger.charge(charge('a', 'march', 2), limit)
    expect(await codeOf(() => ledger.charge(charge('b', 'march', 2), limit, people(0, 3)))).toBe('DP-E011')
    await ledger.charge(charge('c', 'march', 1), limit, people(0, 3))
    expect(await codeOf(() => ledger.charge(charge('d', 'april', 0.1), limit, people(2, 5)))).toBe('DP-E022')
  })

  it('take them in for people who were charged elsewhere', async () => {
    const ledger = openLedger(ledgerInMemory())
    await ledger.charge(charge('a', 'march', 0.5), limit)
    await ledger.charge(charge('b', 'april', 2), limit, people(2, 5))
    expect(await codeOf(() => ledger.charge(charge('c', 'march', 1), limit, people(0, 3)))).toBe('DP-E022')
    await ledger.charge(charge('d', 'march', 1), limit, people(0, 2))
  })

  it('let a resumed run pay once', async () => {
    const ledger = openLedger(ledgerInMemory())
    for (let i = 0; i < 2; i++) await ledger.charge(charge('run-1', 'march', 2), limit, people(0, 3))
    await ledger.charge(charge('run-2', 'april', 1), limit, people(0, 3))
  })

  it('keep handles out of the ledger, in lists that only the owner reads', async () => {
    const file = await freshFile()
    await openLedger({ file }).charge(charge('run-1', 'march'), limit, people(0, 3))
    expect(await readFile(file, 'utf8')).not.toContain(person(1))
    const folder = join(dirname(file), 'privacy-members')
    const [list] = await readdir(folder)
    expect((await stat(join(folder, list!))).mode & 0o777).toBe(0o600)
    expect(await stat(join(folder, list!))).toMatchObject({ size: 12 + 3 * 20 })
  })

  it('cannot be charged once a list is gone, cut, changed or forged', async () => {
    const file = await freshFile()
    await openLedger({ file }).charge(charge('run-1', 'march'), limit, people(0, 3))
    const folder = join(dirname(file), 'privacy-members')
    const list = join(folder, (await readdir(folder))[0]!)
    const bytes = await readFile(list)
    const again = (): Promise<string | undefined> =>
      codeOf(() => openLedger({ file }).charge(charge('run-2', 'april'), limit, people(5, 6)))
    for (const spoil of [
      () => truncate(list, bytes.length - 20),
      () =>
        writeFile(
          list,
          bytes.map((byte, i) => byte ^ (i === bytes.length - 1 ? 1 : 0)),
        ),
      () => writeFile(list, ''),
      () => rm(list),
    ]) {
      await spoil()
      expect(await again()).toBe('DP-E023')
      await expect(privacySpendingOfPeople(file)).rejects.toMatchObject({ code: 'DP-E023' })
    }
    await writeFile(list, bytes)
    await openLedger({ file }).charge(charge('run-2', 'april'), limit, people(5, 6))
  })

  it.each([
    ['another magic', 'ATTMEMB\x01\x01\0\0\0' + '\0'.repeat(16) + '\x01\0\0\0'],
    ['a count that is not its length', 'ATTMEMB\x02\x02\0\0\0' + '\0'.repeat(16) + '\x01\0\0\0'],
    ['handles twice', 'ATTMEMB\x02\x02\0\0\0' + ('\0'.repeat(16) + '\x01\0\0\0').repeat(2)],
    ['a person without a record', 'ATTMEMB\x02\x01\0\0\0' + '\0'.repeat(20)],
    ['nothing', ''],
  ])('refuse a list of that digest with %s', async (_, text) => {
    const { file, members } = ledgerInMemory()
    const forged = new TextEncoder().encode(text)
    await openLedger({ file, members: { ...members, write: async () => sha256(forged) } }).charge(
      ...([charge('run-1', 'march'), limit, people(0, 1)] as const),
    )
    const reader = openLedger({ file, members: { ...members, read: async () => forged } })
    expect(await codeOf(() => reader.charge(charge('run-2', 'april'), limit, people(0, 1)))).toBe('DP-E023')
  })

  it.each([['ada@example.org'], ['A'.repeat(32)], ['0'.repeat(31)], ['']])('refuse %s as a handle', async handle => {
    const ledger = openLedger(ledgerInMemory())
    expect(await codeOf(() => ledger.charge(charge('a', 'march'), limit, [handle]))).toBe('DP-E014')
    const { file } = ledgerInMemory()
    expect(await codeOf(() => openLedger({ file }).charge(charge('a', 'march'), limit, [person(1)]))).toBe('DP-E014')
  })

  it('never let anybody over the limit, and refuse nothing that keeps everybody within it', async () => {
    const some = fc.uniqueArray(fc.nat({ max: 6 }), { minLength: 1, maxLength: 5 })
    const aCharge = fc.record({
      dataset: fc.constantFrom('a', 'b', 'c'),
      some,
      epsilon: fc.integer({ min: 1, max: 3 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(aCharge, { maxLength: 10 }), async charges => {
        const ledger = openLedger(ledgerInMemory())
        const [bySet, byPerson] = [new Map<string, number>(), new Map<number, number>()]
        for (const [i, { dataset, some: named, epsilon }] of charges.entries()) {
          const code = await codeOf(() =>
            ledger.charge(charge(`${i}`, dataset, epsilon, 0), { epsilon: 5, delta: 0 }, named.map(person)),
          )
          const ofSet = (bySet.get(dataset) ?? 0) + epsilon
          const worst = Math.max(...named.map(one => (byPerson.get(one) ?? 0) + epsilon))
          expect(code).toBe(ofSet > 5 ? 'DP-E011' : worst > 5 ? 'DP-E022' : undefined)
          if (ofSet > 5 || worst > 5) continue
          bySet.set(dataset, ofSet)
          for (const one of named) byPerson.set(one, (byPerson.get(one) ?? 0) + epsilon)
        }
      }),
      { numRuns: 200 },
    )
  })

  it('hold when processes charge at the same time', async () => {
    const file = await freshFile()
    const module = pathToFileURL(join(import.meta.dirname, '../dist/index.js')).href
    const script = `
      import { openLedger } from '${module}'
      const [file, name] = process.argv.slice(1)
      const ledger = openLedger({ file })
      let done = 0
      for (let i = 0; i < 5; i++)
        await ledger.charge({ id: name + i, dataset: name + i, epsilon: 0.5, delta: 0, adjacency: 'add-or-remove-one', mechanism: 'm' },
          { epsilon: 3, delta: 0 }, ['${person(1)}', i.toString(16).padStart(32, 'f')]).then(() => done++, () => {})
      console.log(done)`
    const runs = ['left', 'right', 'middle'].map(
      name =>
        new Promise<number>(resolve => {
          const child = spawn(process.execPath, ['--input-type=module', '-e', script, file, name])
          child.stdout.once('data', (chunk: Buffer) => resolve(Number(chunk.toString())))
        }),
    )
    expect((await Promise.all(runs)).reduce((a, b) => a + b)).toBe(6)
    expect(await privacySpendingOfPeople(file)).toMatchObject({ most: { epsilon: 3 } })
  }, 30_000)
})
