import { describe, expect, it } from 'vitest'
import type { Plugin, PluginFactory, Provider } from '@attestry/core'
import { checkBehaviour, type BehaviourProblems } from './check-behaviour.js'
import { checkClaims, checkControls, checkFactory, checkManifest, type Freshness } from './check-manifest.js'
import type { PluginRunInput } from './run-plugin.js'

/** What the suite needs to know about a plugin. */
export interface ConformanceOptions<Options> {
  /** Options that make a valid plugin. */
  readonly options: Options
  /** Options that the schema must refuse, beside an unknown key, which is always tried. */
  readonly refused?: readonly unknown[]
  /** Inputs on which handlers reach the decisions that matter: a pass and a violation of each. Made anew per run. */
  readonly inputs?: () => readonly PluginRunInput[]
  /** Services that the plugin needs beyond the kit's fakes. Made anew per run. */
  readonly services?: () => readonly Provider[]
  /** When given, controls must have been checked recently enough. */
  readonly freshness?: Freshness
}

/** One broken rule. */
export interface Finding {
  readonly rule: string
  readonly problem: string
}

const behaviourRules: Readonly<Record<keyof BehaviourProblems, string>> = {
  missingServices: 'finds the services that it needs',
  undeclaredServices: 'asks only for services that it declares',
  mutations: 'leaves its input as it was',
  differences: 'answers the same input the same way',
  uncodedThrows: 'fails with a code',
  unexplainedDrops: 'explains every dropped row with evidence that names a control',
  foreignControls: 'records evidence for its own controls only',
  leaks: 'repeats no value of the data in what it records or says',
  claims: 'claims nothing that no software can earn in what it records or says',
}

/** Every rule of the suite, in the order in which it is checked. */
export const rules: readonly string[] = [
  'has a factory that refuses unknown options',
  'has a valid manifest',
  'states complete controls, and obligations that name them',
  'claims nothing that no software can earn',
  ...Object.values(behaviourRules),
]

/** All broken rules of a plugin; empty when it conforms. */
export async function checkPlugin<Options>(
  factory: PluginFactory<Options>,
  { options, refused, inputs, services, freshness }: ConformanceOptions<Options>,
): Promise<readonly Finding[]> {
  const plugin: Plugin = factory(options)
  const { hooks: _, provides: __, ...texts } = plugin
  const [first, second, third, fourth] = rules as [string, string, string, string]
  const under = (rule: string, problems: readonly string[]): Finding[] => problems.map(problem => ({ rule, problem }))
  const manifest = checkManifest(plugin)
  const found = [
    ...under(first, await checkFactory(factory, options, refused)),
    ...under(second, manifest),
    ...under(third, checkControls(plugin, freshness)),
    ...under(fourth, checkClaims(texts)),
  ]
  // A plugin that the kernel refuses at load never runs.
  if (manifest.length > 0) return found
  const behaviour = await checkBehaviour(plugin, inputs, services)
  return [
    ...found,
    ...Object.entries(behaviourRules).flatMap(([key, rule]) => under(rule, behaviour[key as keyof BehaviourProblems])),
  ]
}

/**
 * Declares a vitest suite with one test per rule that any plugin must keep.
 *
 * @example
 *   conformance(gdpr, { options: { legalBasis: { kind: 'consent' } }, inputs: () => [{ rows: [...] }] })
 */
export function conformance<Options>(factory: PluginFactory<Options>, options: ConformanceOptions<Options>): void {
  const { name } = factory(options.options)
  describe(`${name} as a plugin`, () => {
    let findings: Promise<readonly Finding[]> | undefined
    for (const rule of rules)
      it(rule, async () => {
        findings ??= checkPlugin(factory, options)
        expect((await findings).filter(finding => finding.rule === rule)).toEqual([])
      })
  })
}
