import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder with public corpora: ATTESTRY_SHARED, else `shared` in the repository or beside it. */
export function sharedFolder(): string | undefined {
  let root = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(root, 'nx.json')) && dirname(root) !== root) root = dirname(root)
  const places = [process.env['ATTESTRY_SHARED'], join(root, 'shared'), join(root, '..', 'shared')]
  return places.find(place => place !== undefined && existsSync(join(place, 'data', 'pii', 'dev')))
}

export interface Labelled {
  readonly text: string
  readonly spans: readonly (readonly [start: number, end: number, type: string, level?: string, entity?: string])[]
}

export const readLabelled = (folder: string, name: string): readonly Labelled[] =>
  readFileSync(join(folder, 'data', 'pii', 'dev', name), 'utf8')
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Labelled)

/** The texts of banking77, one per row: the first column of a CSV with quoted fields. */
export function readQueries(folder: string): readonly string[] {
  const csv = readFileSync(join(folder, 'data', 'text', 'banking77', 'test.csv'), 'utf8')
  return [...csv.matchAll(/^(?:"((?:[^"]|"")*)"|([^",\n]*)),[^\n]*$/gm)]
    .slice(1)
    .map(([, quoted, plain]) => (quoted ?? plain ?? '').replaceAll('""', '"'))
}
