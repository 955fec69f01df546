import { createReadStream } from 'node:fs'
import { opendir } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'

/** Shorter identifiers stand by chance in many files. */
export const shortestTrace = 6

/** Files in which the letters of an identifier stand. */
export interface Traces {
  /** Relative to the folder, with `/`; whether the name or the content holds it. */
  readonly files: readonly { readonly file: string; readonly isName: boolean }[]
  readonly looked: number
  readonly bytes: number
}

/**
 * Looks for the letters of an identifier, in UTF-8 and as JSON writes them, escaped or not, in the names and the bytes of all files below a
 * folder. Read in pieces; links are not followed. What is compressed or encrypted shows nothing.
 */
export async function findTraces(folder: string, identifier: string): Promise<Traces> {
  const needles = needlesOf(identifier)
  const files: { file: string; isName: boolean }[] = []
  let looked = 0
  let bytes = 0
  const open = [folder]
  for (let below = open.pop(); below !== undefined; below = open.pop())
    for await (const entry of await opendir(below)) {
      const path = join(below, entry.name)
      const file = relative(folder, path).split(sep).join('/')
      if (entry.isDirectory()) open.push(path)
      const isName = entry.name.includes(identifier)
      if (isName) files.push({ file, isName })
      if (!entry.isFile() || isName) continue
      const { found, read } = await holdsAny(path, needles)
      looked++
      bytes += read
      if (found) files.push({ file, isName })
    }
  return { files: files.sort((a, b) => (a.file < b.file ? -1 : 1)), looked, bytes }
}

/** Whether the bytes of a file hold the letters of an identifier. */
export const holdsTrace = async (path: string, identifier: string): Promise<boolean> =>
  (await holdsAny(path, needlesOf(identifier))).found

function needlesOf(identifier: string): readonly Buffer[] {
  const json = JSON.stringify(identifier).slice(1, -1)
  const ascii = json.replace(/[^ -~]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return [...new Set([identifier, json, ascii])].map(text => Buffer.from(text))
}

async function holdsAny(
  path: string,
  needles: readonly Buffer[],
): Promise<{ readonly found: boolean; readonly read: number }> {
  const overlap = Math.max(...needles.map(({ length }) => length)) - 1
  let kept = Buffer.alloc(0)
  let read = 0
  for await (const part of createReadStream(path, { highWaterMark: 1 << 20 })) {
    read += (part as Buffer).length
    const window = Buffer.concat([kept, part as Buffer])
    if (needles.some(needle => window.includes(needle))) return { found: true, read }
    kept = window.subarray(Math.max(0, window.length - overlap))
  }
  return { found: false, read }
}
