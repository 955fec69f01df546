import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isAttestryError, isPluginFactory, type Plugin, type AnyPluginFactory, type RunConfig } from '@attestry/core'
import { engineFor } from './engine.js'
import { optionsRefused, pluginNotLoadable } from './errors.js'
import { mechanismFactories, mechanisms, mechanismsOnRequest } from './mechanisms.js'
import { regulations } from './regulations.js'
import { withOpenedModel } from './second-opinion.js'

/**
 * The plugins that a config asks for, on top of the ready-made mechanisms.
 *
 * An entry names a regulation (`GDPR`), one of our packages, any installed package, or a file (`./rules.js`).
 *
 * @param model a layers model brings an engine of its own
 * @throws SDK-E002 when one cannot be loaded, SDK-E003 when it refuses its options
 */
export async function loadPlugins(
  entries: RunConfig['plugins'],
  baseDirectory: string,
  model?: RunConfig['model'],
): Promise<readonly Plugin[]> {
  const mechanismOptions: Record<string, Record<string, unknown>> = {}
  const plugins: Plugin[] = []
  for (const { use, options } of entries) {
    const factory = await findFactory(use, baseDirectory)
    const known = regulations.find(entry => entry.factory === factory)
    const opened = use === '@attestry/pii' ? withOpenedModel(options ?? {}, baseDirectory) : options
    const checked = await checkOptions(use, factory, { ...known?.defaults, ...opened })
    if (mechanismFactories[use]) mechanismOptions[use] = checked as Record<string, unknown>
    else plugins.push(factory(checked as never))
  }
  return [...mechanisms(baseDirectory, mechanismOptions, await engineFor(model, baseDirectory)), ...plugins]
}

async function findFactory(use: string, baseDirectory: string): Promise<AnyPluginFactory> {
  const builtIn =
    mechanismFactories[use] ??
    mechanismsOnRequest[use] ??
    regulations.find(entry => entry.name === use || entry.package === use)?.factory
  return builtIn ?? importFactory(use, baseDirectory)
}

async function importFactory(use: string, baseDirectory: string): Promise<AnyPluginFactory> {
  const module = (await importFrom(use, baseDirectory)) as Readonly<Record<string, unknown>>
  // A package may export its factory by name beside functions of its own; a single one leaves no doubt.
  const factories = Object.values(module).filter(isPluginFactory)
  const found = isPluginFactory(module.default) ? module.default : factories.length === 1 ? factories[0] : undefined
  if (found) return found
  throw pluginNotLoadable(use, undefined, 'it does not export a plugin made with definePlugin')
}

async function importFrom(use: string, baseDirectory: string): Promise<unknown> {
  try {
    if (use.startsWith('.') || use.startsWith('/')) return await import(pathToFileURL(join(baseDirectory, use)).href)
    const resolve = createRequire(join(baseDirectory, 'package.json')).resolve
    return await import(pathToFileURL(resolvePackage(use, resolve)).href)
  } catch (cause) {
    if (isAttestryError(cause)) throw cause
    const code = (cause as NodeJS.ErrnoException).code
    throw pluginNotLoadable(use, cause, code === 'MODULE_NOT_FOUND' ? 'it is not installed' : 'its code fails to load')
  }
}

/** The entry of an ESM-only package, which `require.resolve` alone refuses: its package.json is asked. */
function resolvePackage(use: string, resolve: NodeJS.RequireResolve): string {
  const manifest = resolve(`${use}/package.json`)
  const { exports: entries } = createRequire(manifest)(manifest) as {
    exports?: Record<string, string | { import?: string }>
  }
  const main = entries?.['.']
  const entry = typeof main === 'string' ? main : (main?.import ?? './dist/index.js')
  return join(manifest, '..', entry)
}

async function checkOptions(use: string, factory: AnyPluginFactory, options: unknown): Promise<unknown> {
  if (!factory.schema) return options
  const result = await factory.schema['~standard'].validate(options)
  if (!result.issues) return result.value
  throw optionsRefused(
    use,
    result.issues.map(({ message, path = [] }) => `${path.join('.') || 'options'}: ${message}`),
  )
}
