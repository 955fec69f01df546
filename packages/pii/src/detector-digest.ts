import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readModelFile } from './model-file.js'

/** What detects: digests of its rules and of its models, in hexadecimal SHA-256. */
export interface DetectorDigest {
  /** Of the code of the package, which is its rules; null where it was put into another file and cannot be told from other code. */
  readonly rules: string | null
  readonly models: Readonly<Record<string, string>>
}

const models = ['caseless-tagger.bin', 'common-words.bin', 'names.bin', 'tagger.bin']

let known: DetectorDigest | undefined

/** The digests of this copy of the package. Two copies with the same digests find the same. */
export const detectorDigest = (): DetectorDigest =>
  (known ??= {
    rules: digestOfCode(),
    models: Object.fromEntries(models.map(name => [name, sha256(readModelFile(name))])),
  })

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex')

function digestOfCode(): string | null {
  try {
    const folder = dirname(fileURLToPath(import.meta.url))
    const held: unknown = JSON.parse(readFileSync(join(folder, '..', 'package.json'), 'utf8'))
    if ((held as { name?: unknown }).name !== '@attestry/pii') return null
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter(name => /\.[jt]s$/.test(name) && !basename(name).endsWith('.d.ts'))
      .map(name => relative(folder, join(folder, name)).split(sep).join('/'))
      .sort()
    return sha256(files.map(name => `${name} ${sha256(readFileSync(join(folder, name)))}\n`).join(''))
  } catch {
    return null
  }
}
