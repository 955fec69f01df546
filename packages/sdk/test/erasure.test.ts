import { mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { afterAll, describe, expect, it } from 'vitest'
import { sha256, systemClock, type FoldedRun, type RecordBatch, type Shard, type ShardStore } from '@attestry/core'
import { openDataset, openShardStore, removeSubjectRows, subjectRows } from '@attestry/data'
import { eraseSubject, openSubjectHandles, type SubjectContext } from '@attestry/governance'
import { openSubjectKeys } from '@attestry/vault'

const root = mkdtempSync(join(tmpdir(), 'attestry-erasure-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

type Row = { readonly who: string; readonly text: string }

const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)

const written = {
  csv: (rows: readonly Row[]) =>
    ['who,text', ...rows.map(({ who, text }) => `${quoted(who)},${quoted(text)}`)].join('\n') + '\n',
  jsonl: (rows: readonly Row[]) => rows.map(row => `${JSON.stringify(row)}\n`).join(''),
  parquet: (rows: readonly Row[]) =>
    new Uint8Array(
      parquetWriteBuffer({
        columnData: [
          { name: 'who', data: rows.map(({ who }) => who), type: 'STRING' },
          { name: 'text', data: rows.map(({ text }) => text), type: 'STRING' },
        ],
        // So that a search through the bytes afterwards means something.
        codec: 'UNCOMPRESSED',
      }),
    ),
}

interface Built {
  readonly context: SubjectContext
  /** Opens the shards afresh, as another process would. */
  readonly store: () => ShardStore
  readonly shards: readonly Shard[]
}

/** A data file, shards of it as a run writes them, a prepared dataset and consent: real files, real keys. */
async function build(rows: readonly Row[], format: keyof typeof written, isSealed: boolean): Promise<Built> {
  const baseDirectory = mkdtempSync(join(root, 'case-'))
  const workspace = join(baseDirectory, '.attestry')
  const directory = join(workspace, 'runs', 'R1')
  const source = `tickets.${format}`
  writeFileSync(join(baseDirectory, source), written[format](rows))
  const prepared = written.jsonl(rows)
  mkdirSync(join(workspace, 'datasets'), { recursive: true })
  writeFileSync(join(workspace, 'datasets', `${sha256(prepared).slice(7)}.jsonl`), prepared)
  const consent = [...new Set(rows.map(({ who }) => who))].map(subject => ({
    subject,
    purpose: 'support',
    state: 'given',
    at: '2026-01-01',
    notice: 'v1',
  }))
  writeFileSync(join(baseDirectory, 'consent.jsonl'), consent.map(event => `${JSON.stringify(event)}\n`).join(''))

  const handles = openSubjectHandles(join(workspace, 'keys'))
  const keys = openSubjectKeys(workspace)
  const store = (): ShardStore =>
    openShardStore(join(directory, 'data'), undefined, isSealed ? openSubjectKeys(workspace) : undefined)
  const dataset = await openDataset(
    { path: source, subject: 'who', required: [], numeric: [] },
    { baseDirectory, handles, batchRows: 7 },
  )
  const shards: Shard[] = []
  for await (const batch of dataset.batches()) shards.push(await store().write(batch, 'train', { bySubject: true }))
  await handles.flush()
  const record = {
    id: 'R1',
    endedAt: '2026-01-02T00:00:00Z',
    config: { data: { source, subject: 'who' } },
    policy: { holds: [], conflicts: [], retention: [] },
    stages: { preprocess: { shards }, train: { modelDigest: sha256('model') } },
  }
  const context: SubjectContext = {
    workspace,
    baseDirectory,
    consent: 'consent.jsonl',
    clock: systemClock,
    actor: 'dana',
    files: { rows: subjectRows, remove: removeSubjectRows },
    lineage: [],
    keys,
    runs: [
      {
        directory,
        folded: { record, batches: new Map() } as unknown as FoldedRun,
        shards: store(),
        async *events() {},
      },
    ],
  }
  return { context, store, shards }
}

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true }).flatMap(entry =>
    entry.isFile() ? [join(entry.parentPath, entry.name)] : [],
  )

/** Marks that no other text holds, so that a trace of them is one of the person. */
const people = [
  'ada "a" Lovelace',
  'zoë, of Köln',
  "o'brien@example.org",
  '+49 30 1234567',
  'line\nbreak',
  'id-000-001',
]

const rowsOf = fc.array(
  fc.record({ person: fc.integer({ min: 0, max: people.length - 1 }), text: fc.string({ maxLength: 12 }) }),
  { minLength: 8, maxLength: 30 },
)

describe('after an erasure', () => {
  it('no byte of the identifier is in any file, its rows open nowhere, and everybody else is as before', async () => {
    await fc.assert(
      fc.asyncProperty(
        rowsOf,
        fc.constantFrom('csv' as const, 'jsonl' as const, 'parquet' as const),
        fc.boolean(),
        fc.integer({ min: 0, max: people.length - 1 }),
        async (drawn, format, isSealed, chosen) => {
          // A row of everybody, so that the one who is chosen is there.
          const rows = [...people.keys(), ...drawn.map(({ person }) => person)].map((person, i) => ({
            who: people[person]!,
            text: `t${i}: ${drawn[i % drawn.length]!.text.replaceAll('\r', '')} of ${people[person]!}`,
          }))
          const { context, store, shards } = await build(rows, format, isSealed)
          const before = await everything(store(), shards)
          const handle = openSubjectHandles(join(context.workspace, 'keys')).handleOf(people[chosen]!)

          const receipt = await eraseSubject(context, people[chosen]!, { acceptsMost: true })

          for (const file of filesBelow(context.baseDirectory)) {
            const bytes = readFileSync(file)
            for (const form of [people[chosen]!, JSON.stringify(people[chosen]).slice(1, -1), quoted(people[chosen]!)])
              expect(bytes.includes(form), `${file} holds ${form}`).toBe(false)
          }
          const expected = before.filter(([subject]) => subject !== handle)
          const after = await everything(store(), shards)
          // Shards that were not sealed for people go as a whole: what is left is as it was.
          if (isSealed) expect(after).toEqual(expected)
          else for (const row of after) expect(expected).toContainEqual(row)
          expect(after.some(([subject]) => subject === handle)).toBe(false)
          expect(receipt.retrainingDue).toEqual([sha256('model')])
          const left = await subjectRows(join(context.baseDirectory, `tickets.${format}`), {
            columns: ['who'],
            identifier: people[(chosen + 1) % people.length]!,
          })
          expect(left!.rows.length).toBe(rows.filter(({ who }) => who === people[(chosen + 1) % people.length]).length)
        },
      ),
      { numRuns: 12 },
    )
  })

  it('a restored copy of the keys opens nothing either', async () => {
    const rows = people.map(who => ({ who, text: 'x' }))
    const { context, store, shards } = await build(rows, 'jsonl', true)
    const folder = join(context.workspace, 'keys')
    const copies = readdirSync(folder).map(name => [name, readFileSync(join(folder, name))] as const)
    const { subject } = await eraseSubject(context, people[0]!)
    rmSync(folder, { recursive: true })
    mkdirSync(folder, { mode: 0o700 })
    for (const [name, bytes] of copies) writeFileSync(join(folder, name), bytes, { mode: 0o600 })
    const subjects = (await everything(store(), shards)).map(([one]) => one)
    expect(subjects).toHaveLength(people.length - 1)
    expect(subjects).not.toContain(subject)
  })
})

/** Person and text of every row that the shards still give. */
async function everything(store: ShardStore, shards: readonly Shard[]): Promise<(readonly [string, string])[]> {
  const batches: RecordBatch[] = []
  for (const shard of shards) if (await store.has(shard.digest)) batches.push(await store.read(shard))
  return batches.flatMap(({ subjects, columns }) =>
    subjects.map((subject, i) => [subject, String(columns.text!.values[i])] as const),
  )
}
