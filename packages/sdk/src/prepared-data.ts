import { createHash, randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { once } from 'node:events'
import { basename, join, relative, resolve } from 'node:path'
import { finished } from 'node:stream/promises'
import { rowCount, type Digest, type RecordBatch } from '@attestry/core'
import { digestFile } from '@attestry/data'
import { dataRefused } from './errors.js'

/** Rows as an application has them in memory. */
export type Row = Readonly<Record<string, string | number | null>>

/** A file of rows that a step of preparation left in the workspace, named by its content. */
export interface PreparedData {
  readonly file: string
  readonly digest: Digest
  /** Digest of the file that preparation began with: privacy is charged to it. */
  readonly source: Digest
  readonly rows: number
  readonly columns: readonly string[]
}

/** A file relative to the SDK's directory, rows in memory, or what an earlier step left. */
export type DataInput = string | readonly Row[] | PreparedData

const isPrepared = (data: DataInput): data is PreparedData => typeof data === 'object' && 'digest' in data

/** Where prepared files lie. */
const folderOf = (workspace: string): string => join(workspace, 'datasets')

/**
 * The file behind data of any form. Rows in memory are written first.
 *
 * @throws SDK-E010 for no rows
 */
export async function fileOf(
  data: DataInput,
  { directory, workspace }: { readonly directory: string; readonly workspace: string },
): Promise<Pick<PreparedData, 'file' | 'digest' | 'source'>> {
  if (isPrepared(data)) return data
  if (typeof data === 'string') {
    const file = resolve(directory, data)
    const digest = await digestFile(file, data)
    return { file, digest, source: digest }
  }
  if (data.length === 0) throw dataRefused('there are no rows')
  const { file, digest } = await writeRows(workspace, [data])
  return { file, digest, source: digest }
}

/** A path that a config can hold: relative to the SDK's directory. */
export const pathOf = (file: string, directory: string): string => {
  const path = relative(directory, file)
  return path.startsWith('.') ? path : `./${path}`
}

export const nameOf = (data: DataInput): string =>
  typeof data === 'string' ? basename(data) : isPrepared(data) ? basename(data.file) : 'rows in memory'

/** Plain rows of a batch; missing values are null. */
export function* rowsOf({ rowIds, columns }: RecordBatch): Iterable<Row> {
  for (let row = 0; row < rowIds.length; row++)
    yield Object.fromEntries(
      Object.entries(columns).map(([name, { values }]) => {
        const value = values[row] ?? null
        return [name, Number.isNaN(value) ? null : value]
      }),
    )
}

/** Writes batches as JSON lines into the workspace, readable by its owner alone, under the name of their digest. */
export async function writePrepared(
  workspace: string,
  batches: AsyncIterable<RecordBatch>,
  source: Digest,
): Promise<PreparedData> {
  let rows = 0
  const columns = new Set<string>()
  async function* groups(): AsyncIterable<Iterable<Row>> {
    for await (const batch of batches) {
      rows += rowCount(batch)
      for (const name of Object.keys(batch.columns)) columns.add(name)
      yield rowsOf(batch)
    }
  }
  const { file, digest } = await writeRows(workspace, groups())
  if (rows === 0) throw dataRefused('no row is left')
  return { file, digest, source, rows, columns: [...columns] }
}

async function writeRows(
  workspace: string,
  groups: AsyncIterable<Iterable<Row>> | Iterable<Iterable<Row>>,
): Promise<{ readonly file: string; readonly digest: Digest }> {
  const folder = folderOf(workspace)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const unfinished = join(folder, `.${randomUUID()}.part`)
  const hash = createHash('sha256')
  const out = createWriteStream(unfinished, { mode: 0o600, flush: true })
  try {
    for await (const rows of groups)
      for (const row of rows) {
        const line = `${JSON.stringify(row)}\n`
        hash.update(line)
        if (!out.write(line)) await once(out, 'drain')
      }
    out.end()
    await finished(out)
    const hex = hash.digest('hex')
    const file = join(folder, `${hex}.jsonl`)
    await rename(unfinished, file)
    return { file, digest: `sha256:${hex}` }
  } catch (failure) {
    out.destroy()
    await rm(unfinished, { force: true })
    throw failure
  }
}
