import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { digestOf, sha256 } from '@attestry/core'
import { listCases, openCase } from '../src/subject/cases.js'
import { eraseSubject } from '../src/subject/erase-subject.js'
import { refuseDuringErasure } from '../src/subject/erasure-at-work.js'
import { readReceipt } from '../src/subject/erasure-receipt.js'
import { exportSubject } from '../src/subject/export-subject.js'
import { findSubject } from '../src/subject/find-subject.js'
import { lookUpHandle } from '../src/subject/subject-handles.js'
import { findTraces } from '../src/subject/traces.js'
import { consentOf, rowsOf, world, type World } from './subject-fixtures.js'

const ada = 'ada@example.org'
const bob = 'bob@example.org'
const cleo = 'cleo@example.org'

/** A source, a run, a prepared dataset, consent and an export: everything that a person can stand in. */
async function everywhere(options: { plain?: boolean } = {}): Promise<World> {
  const context = world()
  context.put('tickets.jsonl', rowsOf(ada, bob, ada, cleo))
  await context.addRun('01RUN1', { source: 'tickets.jsonl', train: [ada, bob], test: [ada, cleo], ...options })
  await context.addRun('01RUN2', { source: 'tickets.jsonl', train: [bob], test: [cleo], ...options })
  context.dataset(rowsOf(ada, bob))
  consentOf(context, ada, bob, ada)
  await exportSubject(context, ada, join(context.workspace, 'exports', 'one'))
  return context
}

const actionsOf = (items: readonly { kind: string; object: string; action: string }[]): string[] =>
  items.map(({ kind, action }) => `${kind} ${action}`)

describe('eraseSubject', () => {
  it('leaves no letter of the identifier in any file, and of the others everything', async () => {
    const context = await everywhere()
    const { outcome, items } = await eraseSubject(context, ada)
    expect((await findTraces(context.baseDirectory, ada)).files).toEqual([])
    expect(actionsOf(items)).toEqual([
      'key key-destroyed',
      'shard key-destroyed',
      'shard key-destroyed',
      'source rewritten',
      'dataset rewritten',
      'export removed',
      'consent rewritten',
      'log kept',
      'model retraining-due',
      'report kept',
      'handle removed',
    ])
    expect(outcome).toBe('partly')
    const left = await findSubject(context, bob)
    expect(left).toMatchObject({ sources: [{ rows: { length: 1 } }], datasets: [{ rows: { length: 1 } }] })
    expect(left.shards).toHaveLength(2)
    expect(left.consent).toHaveLength(1)
    expect(readFileSync(join(context.baseDirectory, 'tickets.jsonl'), 'utf8').trim().split('\n')).toHaveLength(2)
  })

  it('names the models that saw the person, and no other, as due for retraining', async () => {
    const context = await everywhere()
    const { retrainingDue } = await eraseSubject(context, ada)
    expect(retrainingDue).toEqual([sha256('model of 01RUN1')])
    expect(await listCases(context.workspace)).toMatchObject([{ outcome: 'partly', retrainingDue }])
  })

  it('names a model that lineage says was made of any shard with the person', async () => {
    const context = await everywhere()
    const [, test] = context.runs[0]!.folded.record.stages.preprocess!.shards
    const outputs = [sha256('calibrated')]
    const lineage = [
      ...context.lineage,
      { kind: 'model', name: 'calibrated', inputs: [test!.digest], outputs } as const,
    ]
    const { retrainingDue } = await eraseSubject({ ...context, lineage }, ada)
    expect(retrainingDue).toHaveLength(2)
    expect(retrainingDue).toContain(outputs[0])
  })

  it('makes shards unreadable without touching a byte of them', async () => {
    const context = await everywhere()
    const { shards, directory, folded } = context.runs[0]!
    const [train] = folded.record.stages.preprocess!.shards
    const path = join(directory, 'data', `${train!.digest.slice(7)}.shard`)
    const before = readFileSync(path)
    await eraseSubject(context, ada)
    expect(readFileSync(path)).toEqual(before)
    expect((await shards.read(train!)).subjects).toHaveLength(1)
  })

  it('deletes shards whose rows were not sealed for people', async () => {
    const context = await everywhere({ plain: true })
    const { items } = await eraseSubject(context, ada)
    expect(items.filter(({ kind }) => kind === 'shard')).toMatchObject([{ action: 'removed' }, { action: 'removed' }])
    expect(existsSync(join(context.runs[0]!.directory, 'data'))).toBe(true)
    expect(readdirSync(join(context.runs[0]!.directory, 'data'))).toEqual([])
    expect(readdirSync(join(context.runs[1]!.directory, 'data'))).toHaveLength(2)
  })

  it('gives a prepared dataset the name of what is left in it', async () => {
    const context = await everywhere()
    const { items } = await eraseSubject(context, ada)
    const { after } = items.find(({ kind }) => kind === 'dataset')!
    const folder = join(context.workspace, 'datasets')
    expect(readdirSync(folder)).toEqual([`${after!.slice(7)}.jsonl`])
    expect(sha256(readFileSync(join(folder, readdirSync(folder)[0]!)))).toBe(after)
  })

  it('is done when no model saw the person and nothing is left to anybody', async () => {
    const context = world()
    context.put('tickets.jsonl', rowsOf(ada, bob))
    await context.addRun('01RUN1', { source: 'tickets.jsonl', train: [bob], test: [ada] })
    expect(await eraseSubject(context, ada)).toMatchObject({ outcome: 'done', retrainingDue: [] })
  })

  it('answers the open case, or opens one, and forgets whom the handle stood for', async () => {
    const context = await everywhere()
    const handle = lookUpHandle(join(context.workspace, 'keys'), ada)!
    const opened = await openCase(context, { subject: handle, kind: 'erasure', at: '2026-05-20T00:00:00Z' })
    const receipt = await eraseSubject(context, ada)
    expect(receipt.case).toBe(opened.id)
    expect(lookUpHandle(join(context.workspace, 'keys'), ada)).toBeUndefined()
    expect(lookUpHandle(join(context.workspace, 'keys'), bob)).toBeDefined()
    await eraseSubject(context, bob)
    expect(await listCases(context.workspace)).toHaveLength(2)
    await expect(eraseSubject(context, ada)).rejects.toMatchObject({ code: 'GOV-E106' })
  })

  it('refuses a case that is not theirs, before anything is touched', async () => {
    const context = await everywhere()
    const handle = lookUpHandle(join(context.workspace, 'keys'), bob)!
    const other = await openCase(context, { subject: handle, kind: 'erasure' })
    await expect(eraseSubject(context, ada, { case: other.id })).rejects.toMatchObject({ code: 'GOV-E103' })
    expect(context.keys.gone.size).toBe(0)
  })

  it('says it in the log before and after, with the digest of the receipt and nothing personal', async () => {
    const context = await everywhere()
    const receipt = await eraseSubject(context, ada)
    const events = context.log.events.filter(({ type }) => type === 'attestry.subject.erased')
    expect(events).toMatchObject([
      { phase: 'intent', id: receipt.intent },
      { phase: 'outcome', ref: receipt.intent, objects: [digestOf(receipt)] },
    ])
    expect(await readReceipt(context.workspace, receipt.subject)).toEqual(receipt)
    expect(JSON.stringify([context.log.events, receipt])).not.toMatch(/ada@|"ada"/)
  })

  it('has its receipt signed once, under the id of the intent', async () => {
    const context = await everywhere()
    const signed: [string, unknown][] = []
    const record = async (id: string, { predicate }: { predicate: object }): Promise<void> =>
      void signed.push([id, predicate])
    const receipt = await eraseSubject({ ...context, record }, ada)
    expect(signed).toMatchObject([[receipt.intent, { type: 'erasure-receipt', facts: { outcome: 'partly' } }]])
  })

  it('leaves to a person what it cannot rewrite, cannot search or does not understand', async () => {
    const context = await everywhere()
    context.put('old.parquet', rowsOf(ada, bob))
    context.put('gone.jsonl', rowsOf(bob))
    await context.addRun('01RUN3', { source: 'old.parquet', train: [bob] })
    await context.addRun('01RUN4', { source: 'gone.jsonl', train: [bob] })
    rmSync(join(context.baseDirectory, 'gone.jsonl'))
    context.put('tickets.jsonl', [...rowsOf(ada, bob), { who: bob, text: `it was ${ada}` }])
    mkdirSync(join(context.workspace, 'notes'))
    writeFileSync(join(context.workspace, 'notes', 'a.txt'), `call ${ada}`)
    writeFileSync(join(context.workspace, 'notes', `${ada}.txt`), 'x')
    const { items } = await eraseSubject(context, ada)
    const left = items.filter(({ action }) => action === 'person-decides')
    expect(left.map(({ kind, object }) => [kind, object]).sort()).toEqual([
      ['file', 'file 2 whose name tells who it is'],
      ['file', 'gone.jsonl'],
      ['file', 'notes/a.txt'],
      ['file', 'old.parquet'],
      ['file', 'tickets.jsonl'],
      ['source', 'old.parquet'],
    ])
  })

  it('leaves to a person a source in which others name the one who is gone, also where bytes are compressed', async () => {
    const context = await everywhere()
    const rows: typeof context.files.rows = async (file, query) => {
      const found = await context.files.rows(file, query)
      return found && { ...found, mentions: file.endsWith('tickets.jsonl') ? 1 : 0 }
    }
    const { items } = await eraseSubject({ ...context, files: { ...context.files, rows } }, ada)
    expect(items.filter(({ kind, action }) => kind === 'file' && action === 'person-decides')).toMatchObject([
      { object: 'tickets.jsonl', note: 'the identifier stands in it' },
    ])
  })

  it('names a model as due when shards of its run are gone and its source held the person', async () => {
    const context = await everywhere()
    const { directory, folded } = context.runs[1]!
    const [train] = folded.record.stages.preprocess!.shards
    rmSync(join(directory, 'data', `${train!.digest.slice(7)}.shard`))
    const { retrainingDue } = await eraseSubject(context, ada)
    expect(retrainingDue).toHaveLength(2)
  })

  it('is refused while a run is at work, before anything is touched, and refuses runs while it works', async () => {
    const context = await everywhere()
    const busy = { ...context, runsAtWork: () => Promise.resolve(['01RUN2']) }
    await expect(eraseSubject(busy, ada)).rejects.toMatchObject({
      code: 'GOV-E110',
      message: expect.stringContaining('01RUN2') as string,
    })
    expect(await findSubject(context, ada)).toMatchObject({ sources: [{ rows: { length: 2 } }] })
    await refuseDuringErasure(context.workspace)
    let during: unknown
    const runsAtWork = async (): Promise<readonly string[]> => {
      during = await refuseDuringErasure(context.workspace).catch((failure: unknown) => failure)
      return []
    }
    await eraseSubject({ ...context, runsAtWork }, ada)
    expect(during).toMatchObject({ code: 'GOV-E111' })
    await refuseDuringErasure(context.workspace)
  })

  it('refuses what would take more than half of the data, unless that is accepted', async () => {
    const context = world()
    const many = Array.from({ length: 12 }, () => 'unknown')
    context.put('tickets.jsonl', rowsOf(...many, bob, cleo))
    await context.addRun('01RUN1', { source: 'tickets.jsonl', train: [bob] })
    await expect(eraseSubject(context, 'unknown')).rejects.toMatchObject({ code: 'GOV-E107' })
    expect(readFileSync(join(context.baseDirectory, 'tickets.jsonl'), 'utf8')).toContain('unknown')
    const { items } = await eraseSubject(context, 'unknown', { acceptsMost: true })
    expect(items.find(({ kind }) => kind === 'source')).toMatchObject({ rows: 12, action: 'rewritten' })
  })

  it('says that it did not search for an identifier of a few letters', async () => {
    const context = world()
    context.put('tickets.jsonl', rowsOf('7', bob))
    await context.addRun('01RUN1', { source: 'tickets.jsonl', train: [bob] })
    const { items } = await eraseSubject(context, '7')
    expect(items.find(({ kind }) => kind === 'file')).toMatchObject({ object: 'all files', action: 'person-decides' })
  })
})
