import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { sha256, type PrivacyCharge } from '@attestry/core'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { openLedger, privacySpending, type LedgerFile } from '../src/index.js'
import { entryLine } from '../src/ledger-entries.js'
import { codeOf } from './support.js'

const folders: string[] = []

async function freshFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'attestry-ledger-'))
  folders.push(folder)
  return join(folder, 'workspace', 'privacy-ledger.jsonl')
}

afterAll(() => Promise.all(folders.map(folder => rm(folder, { recursive: true, force: true }))))

const charge = (id: string, epsilon = 1, delta = 1e-6, dataset = 'sha256:d1'): PrivacyCharge => ({
  dataset,
  epsilon,
  delta,
  adjacency: 'add-or-remove-one',
  mechanism: 'poisson q 0.01, gaussian sigma 1.1, 1000 steps, rdp',
  id,
})

const limit = { epsilon: 3, delta: 1e-5 }

describe('the privacy ledger', () => {
  it('adds up epsilons and deltas of a dataset, across runs and processes', async () => {
    const file = await freshFile()
    await openLedger({ file }).charge(charge('run-1', 1, 1e-6), limit)
    await openLedger({ file }).charge(charge('run-2', 1.5, 2e-6), limit)
    await openLedger({ file }).charge(charge('run-3', 2.5, 1e-6, 'sha256:d2'), limit)
    expect(await openLedger({ file }).spent('sha256:d1')).toMatchObject({ epsilon: 2.5, delta: 3e-6 })
    expect(await openLedger({ file }).spent('sha256:other')).toMatchObject({ epsilon: 0, delta: 0 })
  })

  it('refuses what would go over the limit, with both numbers, and spends nothing', async () => {
    const ledger = openLedger({ file: await freshFile() })
    await ledger.charge(charge('run-1', 2), limit)
    await expect(ledger.charge(charge('run-2', 1.5), limit)).rejects.toMatchObject({
      code: 'DP-E011',
      message: 'epsilon 3.5 > budget 3: 2 is spent on this dataset and this charge asks for 1.5',
      help: expect.stringContaining('at most epsilon 1,'),
    })
    await expect(ledger.charge(charge('run-3', 0.5, 1e-5), limit)).rejects.toMatchObject({
      code: 'DP-E011',
      message: expect.stringMatching(/^delta 0.000011 > budget 0.00001: /),
    })
    expect(await ledger.spent('sha256:d1')).toMatchObject({ epsilon: 2, delta: 1e-6 })
  })

  it('lets a budget be used up exactly, whatever the last binary digit says', async () => {
    const ledger = openLedger({ file: await freshFile() })
    for (const id of ['a', 'b', 'c']) await ledger.charge(charge(id, 0.1, 0), { epsilon: 0.3, delta: 0 })
    expect(await codeOf(() => ledger.charge(charge('d', 1e-9, 0), { epsilon: 0.3, delta: 0 }))).toBe('DP-E011')
  })

  it('charges an id once, and refuses the id for something else', async () => {
    const ledger = openLedger({ file: await freshFile() })
    await ledger.charge(charge('run-1', 2), limit)
    await ledger.charge(charge('run-1', 2), limit)
    await ledger.charge(charge('run-1', 1.9), { epsilon: 1, delta: 1e-5 })
    expect(await ledger.spent('sha256:d1')).toMatchObject({ epsilon: 2, delta: 1e-6 })
    expect(await codeOf(() => ledger.charge(charge('run-1', 2.1), limit))).toBe('DP-E015')
    expect(await codeOf(() => ledger.charge(charge('run-1', 2, 2e-6), limit))).toBe('DP-E015')
    expect(await codeOf(() => ledger.charge(charge('run-1', 2, 1e-6, 'sha256:d2'), limit))).toBe('DP-E015')
  })

  it('brings charges under one relation: what holds for one record more or less costs twice where records are exchanged', async () => {
    const file = await freshFile()
    const ledger = openLedger({ file })
    const exchanged = (id: string, epsilon: number): PrivacyCharge => ({
      ...charge(id, epsilon, 1e-7),
      adjacency: 'replace-one',
    })
    await ledger.charge(charge('run-1', 1, 1e-6), limit)
    expect(await ledger.spent('sha256:d1')).toEqual({ epsilon: 1, delta: 1e-6, adjacency: 'add-or-remove-one' })
    await expect(ledger.charge(exchanged('run-2', 1.1), limit)).rejects.toMatchObject({
      code: 'DP-E011',
      message: 'epsilon 3.1 > budget 3: 1 is spent on this dataset and this charge asks for 1.1',
      notes: expect.arrayContaining([expect.stringContaining('under replace-one')]),
    })
    await ledger.charge(exchanged('run-2', 0.5), limit)
    const both = await openLedger({ file }).spent('sha256:d1')
    expect(both).toMatchObject({ epsilon: 2.5, adjacency: 'replace-one' })
    expect(both.delta).toBeCloseTo(1e-6 * (1 + Math.E) + 1e-7, 15)
    // What comes later is converted too, whichever way the charges came.
    expect(await codeOf(() => ledger.charge(charge('run-3', 0.3, 0), limit))).toBe('DP-E011')
    await ledger.charge(charge('run-3', 0.25, 0), limit)
    expect(await privacySpending(file)).toMatchObject([{ epsilon: 3, adjacency: 'replace-one' }])
    expect(await codeOf(() => ledger.charge({ ...charge('run-2', 0.5, 1e-7) }, limit))).toBe('DP-E015')
    expect(await codeOf(() => ledger.charge({ ...charge('x'), adjacency: 'both' as 'replace-one' }, limit))).toBe(
      'DP-E014',
    )
  })

  it('refuses a line that does not say for which neighbours its numbers hold', async () => {
    const file = await freshFile()
    const { adjacency: _, ...old } = charge('run-1')
    await openLedger({ file }).charge(charge('run-0', 0.5, 0), limit)
    const [line] = (await readFile(file, 'utf8')).split('\n')
    await appendFile(file, `${entryLine(old as PrivacyCharge, sha256(line!), '2026-01-01T00:00:00Z')}\n`)
    expect(await codeOf(() => openLedger({ file }).spent('sha256:d1'))).toBe('DP-E012')
  })

  it('flushes the file before it calls a known charge paid', async () => {
    const disk = new CrashingFile()
    await openLedger({ file: disk }).charge(charge('run-1'), limit)
    disk.crash = { after: 0 }
    expect(await codeOf(() => openLedger({ file: disk }).charge(charge('run-1'), limit))).toBe('DP-E013')
  })

  it('gives the same budget once to writers that come at the same time', async () => {
    const file = await freshFile()
    const results = await Promise.allSettled(
      Array.from({ length: 12 }, (_, i) => openLedger({ file }).charge(charge(`run-${i}`, 0.6), limit)),
    )
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(5)
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'DP-E011' })
    expect((await openLedger({ file }).spent('sha256:d1')).epsilon).toBeCloseTo(3, 12)
  })

  it('recovers from a last line that a crash cut short, wherever it was cut', async () => {
    const file = await freshFile()
    await openLedger({ file }).charge(charge('run-1'), limit)
    const whole = await readFile(file, 'utf8')
    for (let cut = 0; cut < whole.length; cut += cut < 20 || cut > whole.length - 20 ? 1 : 7) {
      await writeFile(file, whole.slice(0, cut))
      const ledger = openLedger({ file })
      expect(await ledger.spent('sha256:d1')).toMatchObject({ epsilon: 0, delta: 0 })
      await ledger.charge(charge('run-2', 2), limit)
      expect(await openLedger({ file }).spent('sha256:d1')).toMatchObject({ epsilon: 2, delta: 1e-6 })
    }
  })

  it('keeps every acknowledged charge, counts none twice and never exceeds the limit, however writes crash', async () => {
    const crash = fc.record({ after: fc.double({ min: 0, max: 1, noNaN: true }) })
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ run: fc.integer({ min: 0, max: 5 }), crash: fc.option(crash) }), { maxLength: 25 }),
        async attempts => {
          const disk = new CrashingFile()
          const acknowledged = new Set<number>()
          const refused = new Set<number>()
          for (const { run, crash } of attempts) {
            disk.crash = crash
            const code = await codeOf(() =>
              openLedger({ file: disk }).charge(charge(`run-${run}`, 0.5 + run / 4, 1e-7), limit),
            )
            if (code === undefined) acknowledged.add(run)
            else if (code === 'DP-E011') refused.add(run)
            else expect(code).toBe('DP-E013')
            disk.crash = null
            const { epsilon } = await openLedger({ file: disk }).spent('sha256:d1')
            expect(epsilon).toBeLessThanOrEqual(limit.epsilon)
            expect(epsilon).toBeGreaterThanOrEqual([...acknowledged].reduce((sum, one) => sum + 0.5 + one / 4, 0))
          }
          // Once the disk behaves, asking again settles every charge: paid once, or refused.
          for (let run = 0; run < 6; run++)
            if (
              (await codeOf(() =>
                openLedger({ file: disk }).charge(charge(`run-${run}`, 0.5 + run / 4, 1e-7), limit),
              )) === undefined
            )
              acknowledged.add(run)
          const { epsilon } = await openLedger({ file: disk }).spent('sha256:d1')
          expect(epsilon).toBe([...acknowledged].reduce((sum, one) => sum + 0.5 + one / 4, 0))
        },
      ),
      { numRuns: 300 },
    )
  })

  it('notices any changed byte and any removed line before the newest', async () => {
    const file = await freshFile()
    for (const id of ['run-1', 'run-2', 'run-3']) await openLedger({ file }).charge(charge(id, 0.5), limit)
    const whole = await readFile(file, 'utf8')
    const lines = whole.trimEnd().split('\n')
    const newest = whole.length - lines[2]!.length - 1
    for (let place = 0; place < newest; place++)
      for (const flip of [1, 4]) {
        const changed =
          whole.slice(0, place) + String.fromCharCode(whole.charCodeAt(place) ^ flip) + whole.slice(place + 1)
        await writeFile(file, changed)
        expect(await codeOf(() => openLedger({ file }).spent('sha256:d1')), `byte ${place}`).toBe('DP-E012')
      }
    for (const kept of [
      [1, 2],
      [0, 2],
      [1, 0, 2],
      [0, 1, 2, 2],
    ]) {
      await writeFile(file, kept.map(i => `${lines[i]}\n`).join(''))
      const code = await codeOf(() => openLedger({ file }).spent('sha256:d1'))
      // A line that stands twice is one that lost a race to itself: nothing is counted twice.
      if (kept.length === 4) expect((await openLedger({ file }).spent('sha256:d1')).epsilon).toBe(1.5)
      else expect(code).toBe('DP-E012')
    }
  })

  it('refuses a whole line that is not an entry, and charges nothing then', async () => {
    const file = await freshFile()
    await openLedger({ file }).charge(charge('run-1'), limit)
    await appendFile(file, 'not an entry\n')
    expect(await codeOf(() => openLedger({ file }).charge(charge('run-2'), limit))).toBe('DP-E012')
  })

  it('rejects when the disk does', async () => {
    const full: LedgerFile = {
      read: async () => '',
      append: () => Promise.reject(new Error('ENOSPC')),
      sync: async () => {},
    }
    expect(await codeOf(() => openLedger({ file: full }).charge(charge('run-1'), limit))).toBe('DP-E013')
    const folder = await mkdtemp(join(tmpdir(), 'attestry-ledger-'))
    folders.push(folder)
    expect(await codeOf(() => openLedger({ file: folder }).spent('sha256:d1'))).toBe('DP-E013')
  })

  it('refuses charges and limits that cannot be meant', async () => {
    const ledger = openLedger({ file: await freshFile() })
    for (const broken of [
      charge('a', Number.NaN),
      charge('a', -1),
      charge('a', Infinity),
      charge('a', 1, 1),
      charge('', 1),
      charge('a', 1, 0, ''),
      { ...charge('a'), mechanism: 'x'.repeat(2001) },
    ])
      expect(await codeOf(() => ledger.charge(broken, limit))).toBe('DP-E014')
    expect(await codeOf(() => ledger.charge(charge('a'), { epsilon: 0, delta: 0 }))).toBe('DP-E001')
    expect(await codeOf(() => ledger.charge(charge('a'), { epsilon: 1, delta: 1 }))).toBe('DP-E002')
    expect(await ledger.spent('sha256:d1')).toMatchObject({ epsilon: 0, delta: 0 })
  })

  const dist = join(import.meta.dirname, '..', 'dist', 'index.js')
  it.skipIf(!existsSync(dist))(
    'keeps what a killed process was told is written (needs the built package)',
    async () => {
      for (const lifeMs of [5, 25, 60]) {
        const file = await freshFile()
        const acknowledged = await chargeUntilKilled(dist, file, lifeMs)
        expect(acknowledged).toBeGreaterThan(0)
        const { epsilon } = await openLedger({ file }).spent('sha256:d1')
        // One more charge may be on disk than was heard of.
        expect(epsilon - acknowledged).toBeGreaterThanOrEqual(0)
        expect(epsilon - acknowledged).toBeLessThanOrEqual(1)
      }
    },
  )
})

/** A process that charges epsilon 1 again and again, killed `lifeMs` after its first acknowledgement; how many it had. */
function chargeUntilKilled(dist: string, file: string, lifeMs: number): Promise<number> {
  const program = `
    import { openLedger } from ${JSON.stringify(pathToFileURL(dist).href)}
    const ledger = openLedger({ file: ${JSON.stringify(file)} })
    for (let i = 0; i < 100000; i++) {
      await ledger.charge({ dataset: 'sha256:d1', epsilon: 1, delta: 0, adjacency: 'replace-one', mechanism: 'm', id: 'run-' + i }, { epsilon: 1e6, delta: 0 })
      process.stdout.write('.')
    }`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let acknowledged = 0
  child.stdout.on('data', (bytes: Uint8Array) => {
    if (acknowledged === 0) setTimeout(() => child.kill('SIGKILL'), lifeMs)
    acknowledged += bytes.length
  })
  return new Promise(resolve => child.on('close', () => resolve(acknowledged)))
}

/** A file that may lose power in the middle of an append, or after it and before saying so. */
class CrashingFile implements LedgerFile {
  text = ''
  crash: { readonly after: number } | null = null

  async read(): Promise<string> {
    return this.text
  }

  async append(text: string): Promise<void> {
    if (!this.crash) {
      this.text += text
      return
    }
    this.text += text.slice(0, Math.floor(this.crash.after * (text.length + 1)))
    throw new Error('power lost')
  }

  async sync(): Promise<void> {
    if (this.crash) throw new Error('power lost')
  }
}
