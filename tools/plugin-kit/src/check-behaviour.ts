import {
  AttestryError,
  combinePolicy,
  isAttestryError,
  type HookName,
  type Plugin,
  type PluginHooks,
  type Provider,
  type Reason,
} from '@attestry/core'
import { checkClaims, stringsIn } from './check-manifest.js'
import { changedNumbers, deepFreeze } from './deep-freeze.js'
import { runPlugin, type PluginRun, type PluginRunInput } from './run-plugin.js'
import type { Row } from './rows.js'

/** A value that no plugin may repeat in evidence, reasons or errors. */
const canary = 'zq7canary@example.org'

const sample: readonly Row[] = [
  { subject: 'sub_1', text: `write to ${canary}`, label: 'yes', age: 41 },
  { subject: 'sub_2', text: 'nothing to see', label: 'no', age: null },
  { subject: 'sub_3', text: null, label: 'no', age: 17 },
]

/** Rows that every plugin must survive: none at all, values missing, columns missing, text that is no word. */
const awkward: readonly PluginRunInput[] = [
  { rows: [], config: { data: { text: 'text' } } },
  { rows: sample, config: { data: { text: 'text' } } },
  { rows: [{ text: null, label: null }], config: { data: { text: 'text' } } },
  { rows: [{ other: 1 }], config: { data: { keep: [], text: 'text' } } },
  { rows: [{ text: '\u0000\ud83d\ude00\n'.repeat(50), label: 'yes' }], config: { data: { text: 'text' } } },
]

/** What a plugin did on one input: its answers, or how it failed. */
type Outcome = { readonly run: PluginRun } | { readonly failure: unknown }

async function outcomeOf(plugin: Plugin, input: PluginRunInput): Promise<Outcome> {
  try {
    return { run: await runPlugin(plugin, input) }
  } catch (failure) {
    return { failure }
  }
}

/** Problems that show only when handlers run, under the name of the rule they break. */
export interface BehaviourProblems {
  readonly missingServices: readonly string[]
  readonly undeclaredServices: readonly string[]
  readonly mutations: readonly string[]
  readonly differences: readonly string[]
  readonly uncodedThrows: readonly string[]
  readonly unexplainedDrops: readonly string[]
  readonly foreignControls: readonly string[]
  readonly leaks: readonly string[]
  readonly claims: readonly string[]
}

/**
 * Runs all handlers on the given inputs and on awkward ones of the kit, and collects what no plugin may do.
 *
 * @param inputs   such that handlers reach the decisions that matter; made anew per call, so that fakes keep no state
 * @param services for every input that names none: what the plugin needs beyond the kit's fakes
 */
export async function checkBehaviour(
  plugin: Plugin,
  inputs: () => readonly PluginRunInput[] = () => [],
  services: () => readonly Provider[] = () => [],
): Promise<BehaviourProblems> {
  const problems = {
    missingServices: new Set<string>(),
    undeclaredServices: new Set<string>(),
    mutations: new Set<string>(),
    differences: new Set<string>(),
    uncodedThrows: new Set<string>(),
    unexplainedDrops: new Set<string>(),
    foreignControls: new Set<string>(),
    leaks: new Set<string>(),
    claims: new Set<string>(),
  }
  const all = (): readonly PluginRunInput[] => [
    ...awkward.map(input => ({ ...input, services: services() })),
    ...inputs().map(input => ({ ...input, services: [...(input.services ?? services())] })),
  ]
  const first = all()
  const second = all()
  const watched = watching(plugin, mutation => problems.mutations.add(mutation))
  for (const [index, input] of first.entries()) {
    const outcome = await outcomeOf(watched, input)
    const again = await outcomeOf(plugin, second[index]!)
    const texts = textsOf(outcome)
    if (JSON.stringify([texts, rowsLeft(outcome)]) !== JSON.stringify([textsOf(again), rowsLeft(again)]))
      problems.differences.add(`input ${index + 1}: two runs on the same input differ`)
    for (const { code, message } of failuresOf(outcome)) {
      if (code === 'CORE-E004') problems.missingServices.add(message)
      if (code === 'CORE-E010') problems.undeclaredServices.add(message)
      if (code === null || code === 'CORE-E012' || code === 'CORE-E015') problems.uncodedThrows.add(message)
    }
    for (const text of stringsIn(texts))
      if (text.includes(canary)) problems.leaks.add('a value of the data is repeated')
    for (const problem of checkClaims(texts)) problems.claims.add(problem)
    if ('failure' in outcome) continue
    for (const { control, count } of outcome.run.dropped)
      if (control === null) problems.unexplainedDrops.add(`${count} dropped rows have no evidence that names a control`)
    for (const id of foreignControls(plugin, outcome.run)) problems.foreignControls.add(`evidence names ${id}`)
  }
  return Object.fromEntries(
    Object.entries(problems).map(([rule, found]) => [rule, [...found]]),
  ) as unknown as BehaviourProblems
}

/** The plugin with every handler given frozen input whose numbers are compared afterwards. */
function watching(plugin: Plugin, report: (mutation: string) => void): Plugin {
  const entries = Object.entries(plugin.hooks ?? {}).map(([name, entry]) => {
    const detail = typeof entry === 'function' ? { handler: entry } : entry
    const handler = detail.handler as (input: unknown, context: unknown) => unknown
    const watched = async (input: unknown, context: unknown): Promise<unknown> => {
      const copy = structuredClone(withoutFunctions(input))
      try {
        return await handler(deepFreeze(input), context)
      } catch (failure) {
        if (failure instanceof TypeError && /read only|not extensible|Cannot delete/.test(failure.message))
          report(`'${name}' writes to its input`)
        throw failure
      } finally {
        if (name === 'preprocess' && changedNumbers(copy as never, input as never).length > 0)
          report(`'${name}' writes to the numbers of its input`)
      }
    }
    return [name, { ...detail, handler: watched }]
  })
  return { ...plugin, hooks: Object.fromEntries(entries) as { [H in HookName]?: PluginHooks[H] } as PluginHooks }
}

const withoutFunctions = (input: unknown): unknown =>
  typeof input === 'object' && input !== null
    ? Object.fromEntries(Object.entries(input).filter(([, value]) => typeof value !== 'function'))
    : input

/** Everything that leaves a plugin as text: what it records, answers and says. Rows are not among it, but count. */
function textsOf(outcome: Outcome): unknown {
  if ('failure' in outcome)
    return outcome.failure instanceof AttestryError || isAttestryError(outcome.failure)
      ? withoutRun(outcome.failure.toJSON())
      : String(outcome.failure)
  const { rows, evidence, verdict, assessments, alerts, stopped } = outcome.run
  return { rows: rows.length, evidence, verdict, assessments, alerts, stopped }
}

const rowsLeft = (outcome: Outcome): unknown => ('run' in outcome ? outcome.run.rows : null)

const withoutRun = ({ where, ...rest }: ReturnType<AttestryError['toJSON']>): unknown => ({
  ...rest,
  where: { ...where, run: undefined },
})

function failuresOf(outcome: Outcome): readonly { readonly code: string | null; readonly message: string }[] {
  if ('failure' in outcome) {
    const { failure } = outcome
    return [isAttestryError(failure) ? failure : { code: null, message: String(failure) }]
  }
  return (outcome.run.verdict?.reasons ?? []).map(({ code, note }: Reason) => ({ code, message: note }))
}

function foreignControls(plugin: Plugin, { evidence }: PluginRun): readonly string[] {
  const policy = combinePolicy([plugin])
  const known = new Set([
    ...(plugin.controls ?? []).map(({ id }) => id),
    ...(plugin.obligations ?? []).map(({ control }) => control),
    ...policy.documents.flatMap(({ sources }) => sources.map(({ control }) => control)),
  ])
  return evidence.flatMap(({ controls }) => controls).filter(id => !known.has(id))
}
