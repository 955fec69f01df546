import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { sha256 } from '@attestry/core'
import { exportSubject } from '../src/subject/export-subject.js'
import { readExportFacts } from '../src/subject/export-facts.js'
import { findSubject } from '../src/subject/find-subject.js'
import { openCase } from '../src/subject/cases.js'
import { rowsOf, world } from './subject-fixtures.js'

const ada = 'ada@example.org'
const bob = 'bob@example.org'

/** A source, a run over it, a prepared dataset, a consent file and a case. */
async function everywhere(): Promise<ReturnType<typeof world>> {
  const context = world()
  context.put('tickets.jsonl', rowsOf(ada, bob, ada))
  await context.addRun('01RUN1', { source: 'tickets.jsonl', train: [ada, bob], test: [ada] })
  const prepared = `${JSON.stringify({ who: ada, text: 'prepared' })}\n`
  mkdirSync(join(context.workspace, 'datasets'))
  writeFileSync(join(context.workspace, 'datasets', `${sha256(prepared).slice(7)}.jsonl`), prepared)
  writeFileSync(
    join(context.baseDirectory, 'consent.jsonl'),
    [ada, bob]
      .map(
        subject =>
          `${JSON.stringify({ subject, purpose: 'support', state: 'given', at: '2026-01-02', notice: 'v1' })}\n`,
      )
      .join(''),
  )
  return context
}

describe('findSubject', () => {
  it('finds rows, shards, models, events, consent and cases of one person, and of nobody else', async () => {
    const context = await everywhere()
    const found = await findSubject(context, ada)
    await openCase(context, { subject: found.handle!, kind: 'access' })
    const again = await findSubject(context, ada)
    expect(again.sources.map(({ name, rows }) => [name, rows.length])).toEqual([['tickets.jsonl', 2]])
    expect(again.datasets.map(({ rows }) => rows)).toEqual([[{ who: ada, text: 'prepared' }]])
    expect(again.shards.map(({ run, shard, rows }) => [run, shard.split, rows])).toEqual([
      ['01RUN1', 'train', 1],
      ['01RUN1', 'test', 1],
    ])
    expect(again.models).toEqual([{ run: '01RUN1', digest: sha256('model of 01RUN1') }])
    expect(again.logs).toEqual([{ run: '01RUN1', events: 1 }])
    expect(again.consent.map(({ subject }) => subject)).toEqual([ada])
    expect(again.cases.map(({ kind }) => kind)).toEqual(['access'])
    expect(again.unsearched).toEqual([])
  })

  it('finds no model where the person is in the test split alone', async () => {
    const context = world()
    context.put('tickets.jsonl', rowsOf(ada, bob))
    await context.addRun('01RUN1', { source: 'tickets.jsonl', train: [bob], test: [ada] })
    expect((await findSubject(context, ada)).models).toEqual([])
  })

  it('gives nobody a handle by looking', async () => {
    const context = await everywhere()
    expect((await findSubject(context, 'eve@example.org')).handle).toBeNull()
    expect(
      readFileSync(join(context.workspace, 'keys', 'subjects.jsonl'), 'utf8')
        .trim()
        .split('\n'),
    ).toHaveLength(2)
  })

  it('says what could not be searched', async () => {
    const context = await everywhere()
    const { directory, folded } = context.runs[0]!
    const [shard] = folded.record.stages.preprocess!.shards
    rmSync(join(directory, 'data', `${shard!.digest.slice(7)}.shard`))
    rmSync(join(context.baseDirectory, 'tickets.jsonl'))
    expect((await findSubject(context, ada)).unsearched.map(({ reason }) => reason)).toEqual([
      'the file is not there',
      'the shard is not there',
    ])
  })

  it.each(['', '   '])('refuses an identifier without a character (%j)', async identifier => {
    await expect(findSubject(world(), identifier)).rejects.toMatchObject({ code: 'GOV-E106' })
  })
})

describe('exportSubject', () => {
  it('writes everything as JSON, the rows as CSV, and a manifest that fits both', async () => {
    const context = await everywhere()
    context.put('tickets.jsonl', [{ who: ada, text: 'he said "no",\nand left' }, ...rowsOf(bob)])
    const target = join(context.workspace, 'exports', 'case-1')
    const { files, manifest } = await exportSubject(context, ada, target)
    const read = (name: string): string => readFileSync(join(target, name), 'utf8')
    expect(read('rows.csv').split('\r\n').slice(0, 2)).toEqual([
      'file,who,text',
      `tickets.jsonl,${ada},"he said ""no"",\nand left"`,
    ])
    expect(JSON.parse(read('subject.json'))).toMatchObject({ sources: [{ file: 'tickets.jsonl' }] })
    expect(read('subject.json') + read('rows.csv')).not.toContain(bob)
    for (const { name, digest } of files) expect(sha256(read(name))).toBe(digest)
    expect(sha256(read('manifest.json'))).toBe(manifest)
  })

  it('notes where it lies, in facts and log, without saying whose it is', async () => {
    const context = await everywhere()
    const { manifest } = await exportSubject(context, ada, join(context.workspace, 'exports', 'case-1'))
    const facts = await readExportFacts(context.workspace)
    expect(facts).toMatchObject([{ folder: 'exports/case-1', manifest }])
    expect(context.log.events).toMatchObject([{ type: 'attestry.subject.exported', objects: [manifest] }])
    expect(JSON.stringify([facts, context.log.events])).not.toMatch(/ada@|"ada"/)
    await exportSubject(context, ada, join(context.baseDirectory, 'outside'))
    expect((await readExportFacts(context.workspace)).at(-1)!.folder).toBeNull()
  })

  it('gives the same content another manifest each time, so that its digest confirms no guess', async () => {
    const context = await everywhere()
    const target = join(context.workspace, 'exports', 'a')
    const first = await exportSubject(context, ada, target)
    const second = await exportSubject(context, ada, target)
    expect(second.manifest).not.toBe(first.manifest)
  })

  it('refuses a folder that tells whose it is, and a person of whom nothing is held', async () => {
    const context = await everywhere()
    const target = join(context.workspace, 'exports', ada)
    await expect(exportSubject(context, ada, target)).rejects.toMatchObject({ code: 'GOV-E109' })
    expect(existsSync(target)).toBe(false)
    await expect(exportSubject(context, 'eve', join(context.workspace, 'x'))).rejects.toMatchObject({
      code: 'GOV-E106',
    })
  })
})
