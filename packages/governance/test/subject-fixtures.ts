import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  digestOf,
  sha256,
  type Digest,
  type EffectivePolicy,
  type FoldedRun,
  type RecordBatch,
  type Shard,
  type SubjectKeys,
} from '@attestry/core'
import type { RowsInFile, SubjectContext, SubjectFiles, SubjectRun } from '../src/subject/subject-context.js'
import { openSubjectHandles } from '../src/subject/subject-handles.js'
import { clockAt, folder } from './fixtures.js'
import { MemoryLog, policyOf } from './retention-fixtures.js'

type Row = Readonly<Record<string, string>>

const linesOf = (file: string): string[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter(line => line !== '')

/** JSON lines, as simple as can be. */
export const jsonLines: SubjectFiles = {
  async rows(file, { columns, identifier }): Promise<RowsInFile | null> {
    const rows = linesOf(file).map(line => JSON.parse(line) as Row)
    const known = columns.filter(column => rows.some(row => column in row))
    if (known.length === 0 && rows.length > 0) return null
    return {
      digest: sha256(readFileSync(file)),
      total: rows.length,
      unreadable: 0,
      mentions: 0,
      rows: rows.filter(row => known.some(column => row[column] === identifier)),
    }
  },
  async remove(file, { columns, identifier }) {
    if (file.endsWith('.parquet')) return null
    const lines = linesOf(file)
    const kept = lines.filter(line => !columns.some(column => (JSON.parse(line) as Row)[column] === identifier))
    const before = sha256(readFileSync(file))
    writeFileSync(file, kept.map(line => `${line}\n`).join(''))
    return { removed: lines.length - kept.length, before, after: sha256(readFileSync(file)) }
  },
}

/** Keys of people in memory. */
export const memoryKeys = (): SubjectKeys & { readonly gone: Set<string> } => {
  const gone = new Set<string>()
  return {
    gone,
    seal: async (_, plaintext) => plaintext,
    open: async (subject, sealed) => (gone.has(subject) ? null : sealed),
    async destroy(subjects) {
      const held = subjects.filter(subject => !gone.has(subject))
      for (const subject of subjects) gone.add(subject)
      return held
    },
    isDestroyed: subject => gone.has(subject),
  }
}

export interface World extends SubjectContext {
  readonly workspace: string
  readonly log: MemoryLog
  readonly keys: ReturnType<typeof memoryKeys>
  readonly runs: SubjectRun[]
  /** Puts a file of rows beside the config. */
  put(name: string, rows: readonly Row[]): string
  /** Puts a prepared dataset into the workspace. */
  dataset(rows: readonly Row[]): string
  /** A finished run over a source, with one shard for each split, whose rows are sealed for people unless `plain`. */
  addRun(id: string, options: RunOptions): Promise<SubjectRun>
}

export interface RunOptions {
  readonly source: string
  readonly train: readonly string[]
  readonly test?: readonly string[]
  readonly plain?: boolean
  readonly policy?: Partial<EffectivePolicy>
  readonly endedAt?: string | null
}

/** A folder with a config's data and a workspace below it. */
export function world(now = '2026-06-01T12:00:00Z'): World {
  const baseDirectory = folder()
  const workspace = join(baseDirectory, '.attestry')
  const keys = memoryKeys()
  const runs: SubjectRun[] = []
  const lineage: SubjectContext['lineage'][number][] = []
  const log = new MemoryLog()
  mkdirSync(workspace)
  return {
    workspace,
    baseDirectory,
    consent: 'consent.jsonl',
    clock: clockAt(now),
    actor: 'dana',
    log,
    files: jsonLines,
    keys,
    runs,
    lineage,
    put(name, rows) {
      const file = join(baseDirectory, name)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, rows.map(row => `${JSON.stringify(row)}\n`).join(''))
      return file
    },
    dataset(rows) {
      const text = rows.map(row => `${JSON.stringify(row)}\n`).join('')
      const file = join(workspace, 'datasets', `${sha256(text).slice(7)}.jsonl`)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, text)
      return file
    },
    async addRun(id, { source, train, test = [], plain = false, policy = {}, endedAt = now }) {
      const handles = openSubjectHandles(join(workspace, 'keys'))
      const directory = join(workspace, 'runs', id)
      const contents = new Map<Digest, readonly string[]>()
      const shards: Shard[] = []
      for (const [split, people] of Object.entries({ train, test })) {
        if (people.length === 0) continue
        const bytes = JSON.stringify({ id, split, people: plain ? people : people.map(one => handles.handleOf(one)) })
        const shard: Shard = { digest: sha256(bytes), rows: people.length, split, encrypted: !plain }
        contents.set(
          shard.digest,
          people.map(one => handles.handleOf(one)),
        )
        shards.push(shard)
        mkdirSync(join(directory, 'data'), { recursive: true })
        writeFileSync(pathOf(directory, shard.digest), bytes)
      }
      await handles.flush()
      const modelDigest = sha256(`model of ${id}`)
      writeFileSync(join(directory, 'policy.json'), JSON.stringify({ policy: { ...policyOf(), ...policy } }))
      const file = readFileSync(join(baseDirectory, source))
      const inputs = [sha256(file)]
      lineage.push(
        { kind: 'source', name: source, inputs: [], outputs: inputs },
        { kind: 'transformation', name: 'preprocess', inputs, outputs: shards.map(({ digest }) => digest) },
        { kind: 'model', name: 'train', inputs: [shards[0]!.digest], outputs: [modelDigest] },
        { kind: 'report', name: 'report', inputs: [modelDigest], outputs: [digestOf({ report: id })] },
      )
      const run = {
        directory,
        folded: {
          record: {
            id,
            endedAt,
            config: { data: { source, subject: 'who' } },
            policy: { ...policyOf(), ...policy },
            stages: { preprocess: { shards }, train: { modelDigest } },
          },
          batches: new Map(),
        } as unknown as FoldedRun,
        shards: {
          has: async (digest: Digest) => existsSync(pathOf(directory, digest)),
          async read({ digest }: Shard): Promise<RecordBatch> {
            const people = contents.get(digest)!
            const subjects = people.filter(one => plain || !keys.isDestroyed(one))
            return { rowIds: subjects.map((_, i) => `${i}`), subjects, columns: {} }
          },
        },
        async *events() {
          yield { index: 0, event: { subjects: contents.get(shards[0]!.digest)! } } as never
        },
      } satisfies SubjectRun
      runs.push(run)
      return run
    },
  }
}

const pathOf = (directory: string, digest: Digest): string => join(directory, 'data', `${digest.slice(7)}.shard`)

/** Rows of people, each with a text that names them. */
export const rowsOf = (...people: string[]): readonly Row[] =>
  people.map((who, i) => ({ who, text: `ticket ${i} of ${who}` }))

/** Consent events of people, one each time they are named. */
export function consentOf({ baseDirectory }: Pick<World, 'baseDirectory'>, ...people: readonly string[]): void {
  const events = people.map((subject, i) => ({
    subject,
    purpose: 'support',
    state: 'given',
    at: `2026-01-0${i + 1}`,
    notice: 'v1',
  }))
  writeFileSync(join(baseDirectory, 'consent.jsonl'), events.map(event => `${JSON.stringify(event)}\n`).join(''))
}
