import { existsSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sharedFolderMissing } from './errors.js'

/** Something that a test needs and that may not be here. */
export type Found<T> = T | { readonly missing: string }

/**
 * A file or folder of the shared test data, which is not part of the repository.
 *
 * Looked for in `ATTESTRY_SHARED`, then in `shared/` of the repository, then beside the repository. The repository is the
 * nearest folder above `from` that holds `nx.json`; the current directory is never read.
 *
 * @param path  relative to the shared folder, with `/`
 * @param from  where to start looking; this module unless given
 * @throws KIT-E003 when ATTESTRY_SHARED is set and is no folder
 * @example
 *   const golden = shared('golden/dp.json')
 *   describe.skipIf('missing' in golden)(`epsilon${skipNote(golden)}`, () => { … })
 */
export function shared(path: string, from: string = fileURLToPath(import.meta.url)): Found<{ readonly path: string }> {
  const folder = sharedFolder(from)
  if (folder === null) return { missing: 'shared/ not found: set ATTESTRY_SHARED' }
  const file = join(folder, ...path.split('/'))
  return existsSync(file) ? { path: file } : { missing: `${path} is not in the shared folder` }
}

function sharedFolder(from: string): string | null {
  const asked = process.env['ATTESTRY_SHARED']
  if (asked !== undefined && asked !== '') {
    if (isFolder(asked)) return resolve(asked)
    throw sharedFolderMissing(asked)
  }
  const root = repositoryRoot(from)
  if (root === null) return null
  return [join(root, 'shared'), join(root, '..', 'shared')].find(isFolder) ?? null
}

function repositoryRoot(from: string): string | null {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'nx.json'))) return folder
    if (folder === dirname(folder)) return null
  }
}

const isFolder = (path: string): boolean => existsSync(path) && statSync(path).isDirectory()

/**
 * Something optional that a test needs, such as `python3 with torch`. A probe that throws, or gives undefined or false,
 * means that it is missing; the reason becomes one sentence for the name of the skipped test.
 */
export async function optional<T>(
  name: string,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<Found<{ readonly value: T }>> {
  try {
    const value = await probe()
    if (value !== undefined && value !== false) return { value }
    return { missing: `${name} is not here` }
  } catch (failure) {
    return { missing: `${name} is not here: ${failure instanceof Error ? failure.message : String(failure)}` }
  }
}

/** ` (skipped: <reason>)` for the name of a test whose need is missing, else nothing. */
export const skipNote = (found: object): string => ('missing' in found ? ` (skipped: ${String(found.missing)})` : '')
