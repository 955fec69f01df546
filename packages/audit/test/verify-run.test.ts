import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { tmpdir } from 'node:os'
import { readLogVkey, verifyRun, loadLogKey, openLog, createPrincipalKey, signStatement } from '../src/index.js'
import { encodeEntry, headerOf } from '../src/entry.js'
import { encodeRecord } from '../src/journal.js'
import { commitTo, storePayload } from '../src/payload.js'
import { temporaryFolder } from './temporary-folder.js'
import { eventOf, services, writeSmallRun, type SmallRun } from './workspace.js'

const listFiles = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()

async function copyOf(run: SmallRun): Promise<string> {
  const folder = join(await temporaryFolder(), 'run')
  await cp(run.directory, folder, { recursive: true })
  return folder
}

// About 80,000 verifications, some minutes: each 131st bit otherwise, which comes by every bit of a byte.
const isEveryBit = process.env.ATTESTRY_EVERY_BIT === '1'

let small: SmallRun
beforeAll(async () => {
  const root = await mkdtemp(join(tmpdir(), 'attestry-verify-'))
  small = await writeSmallRun(3, undefined, root)
  return () => rm(root, { recursive: true, force: true })
})

describe('verifyRun', () => {
  it('covers every file of a run, away from its workspace, with the public key alone', async () => {
    const folder = await copyOf(small)
    const report = await verifyRun(folder, small.vkey)
    expect(report).toMatchObject({ ok: true, run: small.run, witness: 'not witnessed', problems: [], uncovered: [] })
    expect(report.covered.map(({ file }) => file).sort()).toEqual(await listFiles(folder))
    expect([report.events, report.unsignedEvents, report.statements.length]).toEqual([10, 0, 1])
  })

  it('names the file in which any single bit was flipped', async () => {
    const folder = await copyOf(small)
    const missed: string[] = []
    let flips = 0
    for (const file of await listFiles(folder)) {
      const path = join(folder, file)
      const bytes = await readFile(path)
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        if (!isEveryBit && bit % 131 !== 0) continue
        bytes[bit >> 3]! ^= 1 << (bit & 7)
        await writeFile(path, bytes)
        const { ok, problems } = await verifyRun(folder, small.vkey)
        if (ok || !problems.some(problem => problem.file === file)) missed.push(`${file} bit ${bit}`)
        bytes[bit >> 3]! ^= 1 << (bit & 7)
        flips++
      }
      await writeFile(path, bytes)
    }
    expect(missed).toEqual([])
    expect(flips).toBeGreaterThan(isEveryBit ? 50_000 : 400)
    expect((await verifyRun(folder, small.vkey)).ok).toBe(true)
  }, 3_600_000)

  it('names every file that is missing or cut short', async () => {
    // Data may go when its retention ends, and a partial tile when a wider one is there.
    const mustStay = (file: string): boolean => !file.startsWith('data/') && !file.endsWith('.p/1')
    for (const file of (await listFiles(small.directory)).filter(mustStay)) {
      const folder = await copyOf(small)
      const bytes = await readFile(join(folder, file))
      await writeFile(join(folder, file), bytes.subarray(0, -1))
      expect((await verifyRun(folder, small.vkey)).problems.map(({ file }) => file)).toContain(file)
      await rm(join(folder, file))
      expect((await verifyRun(folder, small.vkey)).problems.map(({ file }) => file)).toContain(file)
    }
  })

  it('lists what it does not cover, and what the log names and is gone', async () => {
    const folder = await copyOf(small)
    await writeFile(join(folder, 'notes.txt'), 'hello')
    const [shard] = await readdir(join(folder, 'data'))
    await rm(join(folder, 'data', shard!))
    const { ok, uncovered } = await verifyRun(folder, small.vkey)
    expect([ok, uncovered]).toEqual([
      true,
      [
        { file: `data/${shard}`, reason: 'it is not here, and the log names it' },
        { file: 'notes.txt', reason: 'no signed event or statement gives its digest' },
      ],
    ])
  })

  it('refuses the log of another key, and a log put in the place of another', async () => {
    const other = await writeSmallRun(3)
    const wrongKey = await verifyRun(small.directory, other.vkey)
    expect([wrongKey.ok, wrongKey.problems[0]?.file]).toEqual([false, 'log/checkpoint'])
    const folder = await copyOf(small)
    await rm(join(folder, 'log'), { recursive: true })
    await cp(join(other.directory, 'log'), join(folder, 'log'), { recursive: true })
    const [evidence] = await readdir(join(folder, 'evidence'))
    expect((await verifyRun(folder, other.vkey)).problems.map(({ file }) => file)).toEqual([`evidence/${evidence}`])
  })

  it('does not believe events that are only in the journal', async () => {
    const folder = await copyOf(small)
    // Whoever can write the folder but not sign: a journal record is only checksummed.
    const key = await loadLogKey(join(await temporaryFolder(), '.attestry'))
    const forged = join(await temporaryFolder(), 'log')
    const log = await openLog({ directory: forged, run: small.run, key })
    for (let i = 0; i < 11; i++)
      await log.append(
        eventOf(small.run, {
          type: 'attestry.run.finished',
          payload: { report: [] },
          time: '2030-01-01T00:00:00.000Z',
        }),
      )
    await cp(join(forged, 'journal'), join(folder, 'log/journal'))
    await log.close()
    const report = await verifyRun(folder, small.vkey)
    expect([report.ok, report.problems.map(({ file }) => file)]).toEqual([
      false,
      expect.arrayContaining(['log/journal', 'log/payloads.jsonl']),
    ])
    expect(report.covered.map(({ file }) => file)).toContain('report/model-card.md')
  })

  it('tells what is under no signature yet when the writer was killed', async () => {
    const workspace = join(await temporaryFolder(), '.attestry')
    const runId = 'killed'
    const directory = join(workspace, 'runs', runId)
    const { log, close } = services({ runId, directory, workspace })
    await log.append(eventOf(runId, { payload: 1 }))
    await log.append(eventOf(runId, { payload: 2 }))
    const report = await verifyRun(directory, await readLogVkey(workspace))
    expect(report).toMatchObject({ ok: true, events: 1, unsignedEvents: 2 })
    expect(report.uncovered.map(({ file }) => file).sort()).toEqual(['log/journal', 'log/lock'])
    const journal = await readFile(join(directory, 'log/journal'))
    for (let bit = 0; bit < journal.length * 8; bit += 43) {
      journal[bit >> 3]! ^= 1 << (bit & 7)
      await writeFile(join(directory, 'log/journal'), journal)
      const { problems } = await verifyRun(directory, await readLogVkey(workspace))
      expect(
        problems.map(({ file }) => file),
        `bit ${bit}`,
      ).toContain('log/journal')
      journal[bit >> 3]! ^= 1 << (bit & 7)
    }
    await close()
  })

  it('finds bytes of the payload file that no entry names, behind the last line and between two', async () => {
    const folder = await copyOf(small)
    const payloads = join(folder, 'log/payloads.jsonl')
    await writeFile(payloads, Buffer.concat([await readFile(payloads), Buffer.from('{"id":"hidden"}\n')]))
    expect((await verifyRun(folder, small.vkey)).problems).toEqual([
      { file: 'log/payloads.jsonl', problem: expect.stringContaining('16 bytes follow the last recorded payload') },
    ])

    // Only the holder of the log key can make this one: a journal whose entry leaves a gap before its line.
    const workspace = join(await temporaryFolder(), '.attestry')
    const key = await loadLogKey(workspace)
    const run = join(workspace, 'run')
    await mkdir(join(run, 'log'), { recursive: true })
    const header = headerOf(eventOf('gap'))
    const stored = await storePayload(header, 'late')
    const entry = encodeEntry({ ...header, commit: commitTo(stored, 6) })
    await writeFile(join(run, 'log/payloads.jsonl'), Buffer.concat([Buffer.from('hidden'), stored.line]))
    await writeFile(join(run, 'log/journal'), encodeRecord(0, [entry]))
    await (await openLog({ directory: join(run, 'log'), run: 'gap', key })).close()
    expect((await verifyRun(run, await readLogVkey(workspace))).problems).toEqual([
      { file: 'log/payloads.jsonl', problem: 'the line of entry 0 does not follow the one before' },
    ])
  })

  it('covers other files that the last event names', async () => {
    const workspace = join(await temporaryFolder(), '.attestry')
    const directory = join(workspace, 'runs', 'named')
    const { log, close } = services({ runId: 'named', directory, workspace })
    await mkdir(directory, { recursive: true })
    await writeFile(join(directory, 'lineage.jsonl'), 'abc')
    const digest = 'sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
    const files = [{ name: 'lineage.jsonl', digest }]
    await log.append(eventOf('named', { type: 'attestry.run.finished', payload: { status: 'finished', files } }))
    await close()
    const vkey = await readLogVkey(workspace)
    expect(await verifyRun(directory, vkey)).toMatchObject({ ok: true, uncovered: [] })
    await writeFile(join(directory, 'lineage.jsonl'), 'abd')
    expect((await verifyRun(directory, vkey)).problems.map(({ file }) => file)).toEqual(['lineage.jsonl'])
  })

  it('derives tiles of all levels again', async () => {
    const workspace = join(await temporaryFolder(), '.attestry')
    const directory = join(workspace, 'runs', 'big')
    const { log, close } = services({ runId: 'big', directory, workspace })
    await Promise.all(Array.from({ length: 600 }, () => log.append(eventOf('big'))))
    await close()
    const vkey = await readLogVkey(workspace)
    expect(await verifyRun(directory, vkey)).toMatchObject({ ok: true, uncovered: [] })
    for (const file of (await listFiles(directory)).filter(file => file.startsWith('log/tile'))) {
      const bytes = await readFile(join(directory, file))
      bytes[bytes.length - 1]! ^= 64
      await writeFile(join(directory, file), bytes)
      expect((await verifyRun(directory, vkey)).problems.map(({ file }) => file)).toContain(file)
      bytes[bytes.length - 1]! ^= 64
      await writeFile(join(directory, file), bytes)
    }
    expect((await listFiles(directory)).filter(file => file.includes('tile/1/'))).toEqual(['log/tile/1/000.p/2'])
  })

  it('refuses a well-signed statement that the log does not name, and one that lies under another name', async () => {
    const folder = await copyOf(small)
    const [evidence] = await readdir(join(folder, 'evidence'))
    await cp(join(folder, 'evidence', evidence!), join(folder, 'evidence', 'again.dsse.json'))
    const { problems } = await verifyRun(folder, small.vkey)
    expect(problems).toEqual([
      { file: 'evidence/again.dsse.json', problem: 'its signature is good, but the signed log does not name it' },
    ])
  })

  it('refuses a statement of a person whom the run does not know', async () => {
    const folder = await copyOf(small)
    const stranger = join(await temporaryFolder(), '.attestry')
    await mkdir(stranger, { recursive: true })
    const { key } = await createPrincipalKey(stranger, 'eve', ['approver'])
    const draft = { type: 'approval', subjects: [], predicate: { decision: 'approve' } } as const
    await signStatement(draft, key, join(folder, 'evidence', 'approval.dsse.json'))
    const { problems } = await verifyRun(folder, small.vkey)
    expect(problems.map(({ file }) => file)).toEqual(['evidence/approval.dsse.json'])
  })

  it('compares a file with the digest that a statement gives it by name', async () => {
    const workspace = join(await temporaryFolder(), '.attestry')
    const runId = 'subjects'
    const directory = join(workspace, 'runs', runId)
    const { log, statements, close } = services({ runId, directory, workspace })
    await mkdir(directory, { recursive: true })
    await writeFile(join(directory, 'extra.bin'), 'abc')
    const digest = 'sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
    const { digest: statement, file } = await statements.write({
      type: 'evidence',
      subjects: [{ name: 'extra.bin', digest }],
      predicate: {},
    })
    await log.append(eventOf(runId, { type: 'attestry.evidence.recorded', objects: [statement], payload: { file } }))
    await close()
    const vkey = await readLogVkey(workspace)
    expect(await verifyRun(directory, vkey)).toMatchObject({ ok: true, uncovered: [] })
    await writeFile(join(directory, 'extra.bin'), 'abd')
    expect((await verifyRun(directory, vkey)).problems.map(({ file }) => file)).toEqual(['extra.bin'])
  })
})
