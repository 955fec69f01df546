import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { TextFormat } from '@attestry/pii'
import { notReadable, unreadableOption } from './errors.js'

/** Bytes of a text that are looked at together, so that an address over several lines is one. */
const blockSize = 64 * 1024
const longestLine = 8_000_000

/** Part of a file: its first line and its text. In JSON lines it is one record. */
export interface Block {
  readonly line: number
  readonly text: string
  readonly kind: 'text' | 'record'
}

const kinds: Readonly<Record<string, Block['kind']>> = {
  '.txt': 'text',
  '.md': 'text',
  '.log': 'text',
  '.jsonl': 'record',
  '.ndjson': 'record',
}

/** Files that can be read, of a file or of a folder with all its folders. @throws CLI-E017 */
export async function readableFiles(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch(() => undefined)
  if (!found) throw notReadable(path, 'it is not there')
  if (found.isFile()) {
    if (!(extname(path).toLowerCase() in kinds)) throw notReadable(path, 'it is neither text nor JSON lines')
    return [path]
  }
  const names = await readdir(path, { recursive: true })
  return names
    .filter(name => extname(name).toLowerCase() in kinds)
    .sort()
    .map(name => join(path, name))
}

/** The blocks of a file, one after another; memory is bounded by one of them. @throws CLI-E017 */
export async function* blocksOf(file: string): AsyncGenerator<Block> {
  const kind = kinds[extname(file).toLowerCase()]
  if (!kind) throw notReadable(file, 'it is neither text nor JSON lines')
  const lines = createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity })
  let line = 0
  let held: string[] = []
  let size = 0
  let first = 1
  for await (const text of lines) {
    line++
    if (text.length > longestLine) throw notReadable(file, `line ${line} has more than ${longestLine} characters`)
    if (kind === 'record') {
      yield { line, text, kind }
      continue
    }
    held.push(text)
    size += text.length
    if (size < blockSize || (text.trim() !== '' && size < 16 * blockSize)) continue
    yield { line: first, text: held.join('\n'), kind }
    ;[held, size, first] = [[], 0, line + 1]
  }
  if (held.length > 0) yield { line: first, text: held.join('\n'), kind }
}

/** A record with every text in it replaced, at any depth; keys and other values stay. @throws CLI-E017 */
export function rewriteRecord(file: string, { line, text }: Block, rewrite: (text: string) => string): string {
  if (text.trim() === '') return text
  let record: unknown
  try {
    record = JSON.parse(text)
  } catch {
    throw notReadable(file, `line ${line} is not JSON`)
  }
  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') return rewrite(value)
    if (Array.isArray(value)) return value.map(walk)
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner)]))
    return value
  }
  return JSON.stringify(walk(record))
}

const formats: Readonly<Record<string, TextFormat>> = {
  '.txt': 'text',
  '.md': 'text',
  '.log': 'text',
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.json': 'json',
  '.csv': 'csv',
  '.tsv': 'tsv',
}

/** How a file is rewritten, by its ending. @throws CLI-E017 */
export function formatOf(file: string): TextFormat {
  const format = formats[extname(file).toLowerCase()]
  if (!format) throw notReadable(file, 'its ending is none of text, JSON lines, JSON or tables')
  return format
}

/** `name=EMAIL` as often as it is given, as one record. The last equals sign counts. @throws CLI-E019 */
export function hintsOf(given: readonly string[], option: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    given.map(hint => {
      const at = hint.lastIndexOf('=')
      if (at < 1) throw unreadableOption(option, hint, 'name=text, name=keep or name=TYPE')
      return [hint.slice(0, at), hint.slice(at + 1)]
    }),
  )
}
