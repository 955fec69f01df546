import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { folderNotEmpty } from './errors.js'
import { namesOf } from './names.js'
import { pluginFiles } from './template.js'

export interface CreatePluginOptions {
  /** Such as `ccpa`; the folder's name unless given. */
  readonly name?: string
  /** `attestry-plugin-<name>` unless given. */
  readonly packageName?: string
  /** ISO date for the example control. */
  readonly today: string
}

/**
 * Writes a plugin package into a new or empty folder, with its own build and test configs and without nx.
 *
 * @returns the paths written, relative to the folder
 * @throws SCAFFOLD-E001, SCAFFOLD-E002
 */
export function createPlugin(folder: string, { name, packageName, today }: CreatePluginOptions): readonly string[] {
  const { fileName } = namesOf(name ?? basename(resolve(folder)))
  const files = pluginFiles({
    name: fileName,
    packageName: packageName ?? `attestry-plugin-${fileName}`,
    surroundings: 'standalone',
    today,
  })
  if (existsSync(folder) && readdirSync(folder).length > 0) throw folderNotEmpty(folder)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return Object.keys(files)
}
