import { mkdir, open, readFile, truncate } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { canonicalJson, sha256, syncDirectory } from '@attestry/core'
import { factsDamaged } from './errors.js'
import { withLock } from './lock.js'

/** Reads one fact; undefined for what is none. */
export type FactReader<F> = (value: unknown) => F | undefined

/** Facts of a file while this process alone may add to it. */
export interface FactFile<F> {
  /** All facts, oldest first, those appended here included. */
  facts(): readonly F[]
  /** Adds a fact; resolves when it is on disk. */
  append(fact: F): Promise<void>
}

const first = `sha256:${'0'.repeat(64)}`

/**
 * Facts of a file, oldest first; none when there is no file. One line each, RFC 8785 JSON, with the digest of the line
 * before as `prev`. A last line without its newline was cut off by a crash before anybody acted on it, and is passed over.
 *
 * The chain shows a line that was changed, taken out or moved. It does not show lines cut off at the end: the audit log
 * holds an event for each of them.
 *
 * @throws GOV-E201 when a line is damaged
 */
export const readFacts = async <F>(path: string, read: FactReader<F>): Promise<readonly F[]> =>
  (await parse(path, read)).facts

/**
 * Runs an action while this process alone may add facts.
 *
 * @throws GOV-E201 when a line is damaged, GOV-E202 when another process does not give the file back
 */
export async function withFacts<F, T>(
  path: string,
  read: FactReader<F>,
  action: (file: FactFile<F>) => Promise<T>,
): Promise<T> {
  await mkdir(dirname(path), { recursive: true })
  return withLock(`${path}.lock`, async () => {
    const { facts, wholeBytes, last } = await parse(path, read)
    const known = [...facts]
    let end = wholeBytes
    let prev = last
    return action({
      facts: () => known,
      async append(fact) {
        const line = canonicalJson({ ...fact, prev })
        await appendAt(path, end, `${line}\n`)
        end += Buffer.byteLength(line) + 1
        prev = sha256(line)
        known.push(fact)
      },
    })
  })
}

async function parse<F>(
  path: string,
  read: FactReader<F>,
): Promise<{ readonly facts: readonly F[]; readonly wholeBytes: number; readonly last: string }> {
  const bytes = await readFile(path).catch((failure: NodeJS.ErrnoException) => {
    if (failure.code === 'ENOENT') return Buffer.alloc(0)
    throw failure
  })
  const wholeBytes = bytes.lastIndexOf(0x0a) + 1
  const lines = bytes.subarray(0, wholeBytes).toString().split('\n').slice(0, -1)
  let last = first
  const facts = lines.map((line, index) => {
    const fact = factOf(line, last, read)
    if (fact === undefined) throw factsDamaged(basename(path), index + 1)
    last = sha256(line)
    return fact
  })
  return { facts, wholeBytes, last }
}

function factOf<F>(line: string, expected: string, read: FactReader<F>): F | undefined {
  try {
    const value = JSON.parse(line) as Record<string, unknown>
    if (canonicalJson(value) !== line) return undefined
    const { prev, ...fact } = value
    return prev === expected ? read(fact) : undefined
  } catch {
    return undefined
  }
}

/** Writes at a position: what a crash left after it is cut off first. */
async function appendAt(path: string, position: number, text: string): Promise<void> {
  const file = await open(path, 'a', 0o600)
  try {
    const { size } = await file.stat()
    if (size > position) await truncate(path, position)
    try {
      await file.writeFile(text)
      await file.sync()
    } catch (failure) {
      await file.truncate(position).catch(() => undefined)
      throw failure
    }
  } finally {
    await file.close()
  }
  await syncDirectory(dirname(path))
}
