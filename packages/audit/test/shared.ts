import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The folder of shared vectors, or undefined where it is not at hand. */
export function sharedFolder(): string | undefined {
  const asked = process.env.ATTESTRY_SHARED
  if (asked) return existsSync(asked) ? asked : undefined
  let root = import.meta.dirname
  while (!existsSync(join(root, 'nx.json')) && dirname(root) !== root) root = dirname(root)
  return [join(root, 'shared'), join(root, '..', 'shared')].find(folder => existsSync(join(folder, 'data')))
}
