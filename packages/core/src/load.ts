import { createRequire } from 'node:module'
import semver from 'semver'
import { AttestryError } from './errors.js'
import { orderHandlers } from './order.js'
import { checkAnswers } from './policy.js'
import { findCycle } from './graph.js'
import { tokenName, type ServiceToken } from './services.js'
import { hooks, type HookName } from './hooks.js'
import type { Plugin } from './plugin.js'

/**
 * The version in the package.json of the package that a module belongs to, so that evidence names the version that ran.
 *
 * @param moduleUrl `import.meta.url` of a module in `src/` or `dist/`
 */
export const versionOf = (moduleUrl: string): string =>
  (createRequire(moduleUrl)('../package.json') as { version: string }).version

/** The version of the kernel that is running. */
export const coreVersion: string = versionOf(import.meta.url)

/**
 * Checks all plugins together, before anything runs: versions, duplicate names, services that nobody or several provide,
 * cycles, obligations that nobody carries out, handlers of unknown hooks.
 *
 * @param kernelNeeds services that the run itself resolves
 * @throws CORE-E002 … CORE-E009
 */
export function checkPlugins(plugins: readonly Plugin[], kernelNeeds: readonly ServiceToken<unknown>[]): void {
  for (const plugin of plugins) checkManifest(plugin)
  checkNames(plugins)
  checkProviders(plugins, kernelNeeds)
  checkAnswers(plugins)
  for (const hook of Object.keys(hooks) as HookName[]) orderHandlers(plugins, hook)
}

function checkManifest({ name, version, core, hooks: handlers = {} }: Plugin): void {
  if (!name.trim() || !semver.valid(version))
    throw new AttestryError({
      code: 'CORE-E002',
      message: `plugin '${name}' has no valid ${name.trim() ? `version: '${version}'` : 'name'}`,
      where: { plugin: name },
      help: 'give it a package name and a semantic version',
    })
  if (!semver.satisfies(coreVersion, core, { includePrerelease: true }))
    throw new AttestryError({
      code: 'CORE-E003',
      message: `${name} ${version} works with @attestry/core ${core}, this is ${coreVersion}`,
      where: { plugin: name },
      help: `install a version of ${name} that works with @attestry/core ${coreVersion}`,
    })
  for (const hook of Object.keys(handlers))
    if (!(hook in hooks))
      throw new AttestryError({
        code: 'CORE-E009',
        message: `${name} handles '${hook}', which is no hook point`,
        where: { plugin: name },
        help: `use one of ${Object.keys(hooks).join(', ')}`,
      })
}

function checkNames(plugins: readonly Plugin[]): void {
  const seen = new Set<string>()
  for (const { name } of plugins) {
    if (seen.has(name))
      throw new AttestryError({
        code: 'CORE-E006',
        message: `plugin ${name} is loaded twice`,
        where: { plugin: name },
        help: 'name it once in the config; options of both can be merged by hand',
      })
    seen.add(name)
  }
}

function checkProviders(plugins: readonly Plugin[], kernelNeeds: readonly ServiceToken<unknown>[]): void {
  const providers = new Map<string, { plugin: string; needs: readonly string[] }>()
  for (const { name, provides = [] } of plugins)
    for (const { token, requires = [] } of provides) {
      const other = providers.get(tokenName(token))
      if (other)
        throw new AttestryError({
          code: 'CORE-E007',
          message: `${other.plugin} and ${name} both provide ${tokenName(token)}`,
          where: { plugin: name },
          help: 'load one of them',
        })
      providers.set(tokenName(token), { plugin: name, needs: requires.map(tokenName) })
    }

  const needed = [
    ...kernelNeeds.map(token => ({ who: 'a run', token })),
    ...plugins.flatMap(({ name, requires = [] }) => requires.map(token => ({ who: name, token }))),
  ]
  for (const { who, token } of needed)
    if (!providers.has(tokenName(token)))
      throw new AttestryError({
        code: 'CORE-E004',
        message: `no plugin provides ${tokenName(token)}, which ${who} needs`,
        where: who === 'a run' ? {} : { plugin: who },
        help: `load a plugin that provides ${tokenName(token)}`,
      })

  const cycle = findCycle([...providers.keys()], name => providers.get(name)?.needs ?? [])
  if (cycle)
    throw new AttestryError({
      code: 'CORE-E008',
      message: `services need each other: ${cycle.join(' -> ')}`,
      notes: cycle.slice(0, -1).map(name => `${name} is provided by ${providers.get(name)?.plugin ?? 'nobody'}`),
      help: 'break the cycle: let one of them take the other as an argument of a call',
    })
}
