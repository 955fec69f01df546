import { readFile } from 'node:fs/promises'
import { dirname, extname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseConfig, type Plugin, type RunConfig } from '@attestry/core'
import { configUnreadable } from './errors.js'
import { loadPlugins } from './plugins.js'

/** A config file with everything that it names. */
export interface Project {
  readonly config: RunConfig
  readonly plugins: readonly Plugin[]
  /** Folder of the config file. */
  readonly baseDirectory: string
  /** `.attestry` beside it. */
  readonly workspace: string
}

/**
 * Reads a config (JSON, or a module with a default export) and loads its plugins.
 *
 * @throws SDK-E002, SDK-E003, SDK-E004, CORE-E001
 */
export async function openProject(file: string): Promise<Project> {
  const path = resolve(file)
  const baseDirectory = dirname(path)
  const config = parseConfig(await readConfig(path, file), file)
  const plugins = await loadPlugins(config.plugins, baseDirectory, config.model)
  return { config, plugins, baseDirectory, workspace: join(baseDirectory, '.attestry') }
}

async function readConfig(path: string, file: string): Promise<unknown> {
  try {
    if (extname(path) === '.json') return JSON.parse(await readFile(path, 'utf8'))
    const module = (await import(pathToFileURL(path).href)) as { default?: unknown }
    return module.default
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
    throw configUnreadable(
      file,
      cause,
      isMissing ? 'there is no such file' : 'it is neither JSON nor a module that loads',
    )
  }
}
