import { formatFiles, type Tree } from '@nx/devkit'
import { folderNotEmpty } from './errors.js'
import { namesOf } from './names.js'
import { pluginFiles } from './template.js'
import { systemToday } from './today.js'

/** What `schema.json` describes. */
export interface PluginGeneratorOptions {
  /** Such as `ccpa`. */
  readonly name: string
  /** Folder of packages. `packages` unless given. */
  readonly directory?: string
  /** ISO date for the example control. Today unless given. */
  readonly today?: string
}

/**
 * Scaffolds a plugin package into an nx workspace: `<directory>/plugin-<name>`. In a workspace with Attestry's shared
 * configs the package uses them and is called `@attestry/plugin-<name>`; in any other it brings its own and is called
 * `attestry-plugin-<name>`.
 *
 * @returns a task that says what to run next
 * @throws SCAFFOLD-E001, SCAFFOLD-E002
 */
export default async function pluginGenerator(
  tree: Tree,
  { name, directory = 'packages', today = systemToday() }: PluginGeneratorOptions,
): Promise<() => void> {
  const { fileName } = namesOf(name)
  const folder = `${directory}/plugin-${fileName}`
  if (tree.exists(folder) && tree.children(folder).length > 0) throw folderNotEmpty(folder)
  const isShared = tree.exists('tsup.config.base.ts') && tree.exists('vitest.config.base.ts')
  const packageName = `${isShared ? '@attestry/' : 'attestry-'}plugin-${fileName}`
  const surroundings = isShared && !directory.includes('/') ? 'workspace' : 'standalone'
  const files = pluginFiles({ name: fileName, packageName, surroundings, today })
  for (const [path, text] of Object.entries(files)) tree.write(`${folder}/${path}`, text)
  await formatFiles(tree)
  return () => {
    process.stdout.write(
      `${packageName} is in ${folder}. Run 'npm install' once, so that the workspace links it and 'npm ci' accepts the ` +
        `lockfile; then 'npx nx run-many -t build test -p ${packageName}'.\n`,
    )
  }
}
