import type { ServiceToken } from './services.js'
import type { Provider } from './services.js'
import type { PluginHooks } from './hooks.js'
import type { Obligation, ObligationKind } from './obligations.js'
import type { Duration } from './duration.js'

/** What software may do with a control: block, collect proof, or only store what a person says. */
export type ControlClass = 'enforced' | 'evidenced' | 'attested'

/** One article or requirement that a plugin speaks for. */
export interface Control {
  /** The citation as lawyers write it, such as `GDPR-17`. Unique within the plugin. */
  readonly id: string
  readonly title: string
  /** The official citation. */
  readonly citation: string
  /** Our own words. The official text wins. */
  readonly paraphrase: string
  readonly class: readonly ControlClass[]
  /** What answers it: hook points or services. */
  readonly hooks: readonly string[]
  /** Evidence types that support it, all of them needed. Empty: this software supports nothing here. */
  readonly evidence: readonly string[]
  /** Older evidence is stale. */
  readonly maxAge: Duration
  /** Where the paraphrase was checked. */
  readonly source: string
  /** ISO date of that check. */
  readonly checkedOn: string
  /** False while the official text has not been compared word by word. */
  readonly verified: boolean
}

/** Which law or standard a plugin speaks for. */
export interface Regulation {
  readonly id: string
  readonly edition: string
  readonly jurisdiction: string
}

/**
 * The one kind of thing that Attestry knows: a mechanism, a regulation and a customer's extension are all plugins.
 * Plain data and functions; nothing runs until the kernel has checked all plugins together.
 */
export interface Plugin {
  /** Package name. */
  readonly name: string
  /** Semantic version of the plugin. */
  readonly version: string
  /** Range of `@attestry/core` versions it works with, checked at load. */
  readonly core: string
  readonly regulation?: Regulation
  readonly controls?: readonly Control[]
  /** What it demands. */
  readonly obligations?: readonly Obligation[]
  /** Kinds of obligations that it carries out. An obligation that no loaded plugin answers is refused. */
  readonly answers?: readonly ObligationKind[]
  /** Services that it registers. */
  readonly provides?: readonly Provider[]
  /** Services that its handlers may touch and that must exist. */
  readonly requires?: readonly ServiceToken<unknown>[]
  /** Services that its handlers may touch when they exist. */
  readonly uses?: readonly ServiceToken<unknown>[]
  readonly hooks?: PluginHooks
}

/** Checks options that come from a config file: the part of Standard Schema (standardschema.dev, v1) that is needed. */
export interface OptionsSchema<Options> {
  readonly '~standard': {
    readonly version: 1
    readonly validate: (value: unknown) => StandardResult<Options> | Promise<StandardResult<Options>>
  }
}

type StandardResult<T> =
  | { readonly value: T; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string; readonly path?: readonly unknown[] | undefined }[] }

/** Makes a plugin from its options. The default export of a plugin package. */
export interface PluginFactory<Options> {
  (options: Options): Plugin
  /** Set on every factory, so that anything else is recognised and refused. */
  readonly attestryPlugin: 1
  readonly schema?: OptionsSchema<Options>
}

/** A factory whose options are not known: one that was found by name. Check options with `schema` before calling it. */
export interface AnyPluginFactory {
  (options: never): Plugin
  readonly attestryPlugin: 1
  readonly schema?: OptionsSchema<unknown>
}

/**
 * Declares a plugin.
 *
 * @param create makes the plugin from checked options; must not touch files, network or clock
 * @param schema checks options that come from a config file; without one, options are passed on as they are
 * @example
 *   export default definePlugin(() => ({
 *     name: 'attestry-plugin-no-friday',
 *     version: '1.0.0',
 *     core: '^0.1.0',
 *     hooks: { deploy: () => ({ decision: 'abstain' }) },
 *   }))
 */
export function definePlugin<Options = void>(
  create: (options: Options) => Plugin,
  schema?: OptionsSchema<Options>,
): PluginFactory<Options> {
  return Object.assign((options: Options) => create(options), { attestryPlugin: 1 as const, ...(schema && { schema }) })
}

export const isPluginFactory = (value: unknown): value is AnyPluginFactory =>
  typeof value === 'function' && 'attestryPlugin' in value && value.attestryPlugin === 1
