import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of shared data sets, or undefined with a printed reason. */
export function sharedFolder(): string | undefined {
  let root = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(root, 'nx.json')) && root !== dirname(root)) root = dirname(root)
  const candidates = [process.env.ATTESTRY_SHARED, join(root, 'shared'), join(dirname(root), 'shared')]
  const found = candidates.find(folder => folder !== undefined && existsSync(join(folder, 'data')))
  if (found === undefined) console.log('skipped: no shared data sets; set ATTESTRY_SHARED to their folder')
  return found
}
