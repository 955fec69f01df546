import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder with public corpora: ATTESTRY_SHARED, else `shared` in the repository or beside it. */
export function sharedFolder(): string | undefined {
  let root = process.env['ATTESTRY_ROOT'] ?? dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(root, 'nx.json')) && dirname(root) !== root) root = dirname(root)
  const places = [process.env['ATTESTRY_SHARED'], join(root, 'shared'), join(root, '..', 'shared')]
  return places.find(place => place !== undefined && existsSync(join(place, 'data', 'pii', 'dev')))
}

/** A gold span: UTF-16 offsets; level and entity where the corpus has them. */
export type GoldSpan = readonly [start: number, end: number, type: string, level?: string, entity?: string]

export interface Labelled {
  readonly text: string
  readonly spans: readonly GoldSpan[]
}

/** A file as read, with the digest that figures are reported under. */
export interface Corpus<T> {
  readonly documents: readonly T[]
  /** First 12 hexadecimal digits of the SHA-256 of the file. */
  readonly digest: string
}

function read(path: string): { readonly text: string; readonly digest: string } {
  const bytes = readFileSync(path)
  return { text: bytes.toString('utf8'), digest: createHash('sha256').update(bytes).digest('hex').slice(0, 12) }
}

/** Documents of one JSONL file, without the spans that the annotators marked as not to be masked. */
export function readLabelled(folder: string, name: string): Corpus<Labelled> {
  const { text, digest } = read(join(folder, 'data', 'pii', 'dev', name))
  const documents = text
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Labelled)
    .map(one => ({ text: one.text, spans: one.spans.filter(span => span[3] !== 'NO_MASK') }))
  return { documents, digest }
}

/** The texts of banking77's test file: the first column of a CSV with quoted fields. */
export function readBanking(folder: string): Corpus<string> {
  const { text, digest } = read(join(folder, 'data', 'text', 'banking77', 'test.csv'))
  const documents = [...text.matchAll(/^(?:"((?:[^"]|"")*)"|([^",\n]*)),[^\n]*$/gm)]
    .slice(1)
    .map(([, quoted, plain]) => (quoted ?? plain ?? '').replaceAll('""', '"'))
  return { documents, digest }
}

/** The texts of clinc150's test splits, in and out of scope. */
export function readClinc(folder: string): Corpus<string> {
  const { text, digest } = read(join(folder, 'data', 'text', 'clinc150', 'data_small.json'))
  const splits = JSON.parse(text) as Record<string, readonly (readonly [string, string])[]>
  return { documents: [...splits['test']!, ...splits['oos_test']!].map(([query]) => query), digest }
}
