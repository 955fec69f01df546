import { createReadStream } from 'node:fs'
import { mkdir, open, rm, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { Digest } from '@attestry/core'
import { readLines } from './lines.js'
import type { BadReason } from './source-record.js'

/** Where the rows of one dataset that could not be read are noted: line and reason, never the content. */
export interface Quarantine {
  add(line: number, reason: BadReason): void
  /** Writes what has gathered. Called between batches, so that memory stays bounded. */
  flush(): Promise<void>
  /** Makes the file durable and gives its path; undefined when nothing was bad or no folder was given. */
  close(): Promise<string | undefined>
  count(): number
  reasons(): Readonly<Record<string, number>>
}

/**
 * Starts the quarantine of one pass over a dataset, from scratch.
 *
 * The file is `quarantine.jsonl`, or `quarantine-<12 digits>.jsonl` when that one belongs to another dataset of the run,
 * such as the training data while a later window is read. Its first line names the dataset, each other line is
 * `{"line":7,"reason":"too-few-fields"}`. The file is there only when a row was bad.
 */
export async function openQuarantine(directory: string | undefined, dataset: Digest): Promise<Quarantine> {
  const path = directory === undefined ? undefined : await pathFor(directory, dataset)
  if (path !== undefined) await rm(path, { force: true })
  const reasons: Partial<Record<BadReason, number>> = {}
  let count = 0
  let waiting: string[] = []
  let file: FileHandle | undefined

  const flush = async (): Promise<void> => {
    if (waiting.length === 0) return
    const text = waiting.join('')
    waiting = []
    if (path === undefined || directory === undefined) return
    if (!file) {
      await mkdir(directory, { recursive: true })
      file = await open(path, 'w', 0o600)
      await file.write(`${JSON.stringify({ dataset })}\n`)
    }
    await file.write(text)
  }

  return {
    add(line, reason) {
      count++
      reasons[reason] = (reasons[reason] ?? 0) + 1
      waiting.push(`${JSON.stringify({ line, reason })}\n`)
    },
    flush,
    async close() {
      try {
        await flush()
        await file?.sync()
      } finally {
        await file?.close()
      }
      return file && path
    },
    count: () => count,
    reasons: () => ({ ...reasons }),
  }
}

async function pathFor(directory: string, dataset: Digest): Promise<string> {
  const usual = join(directory, 'quarantine.jsonl')
  const owner = await firstLine(usual)
  return owner === undefined || owner === JSON.stringify({ dataset })
    ? usual
    : join(directory, `quarantine-${dataset.slice(7, 19)}.jsonl`)
}

async function firstLine(path: string): Promise<string | undefined> {
  try {
    for await (const [line] of readLines(createReadStream(path), 1_000)) return line?.bytes?.toString() ?? ''
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  return undefined
}
