import {
  addDuration,
  checkPlugins,
  hooks,
  isAttestryError,
  isPluginFactory,
  type Control,
  type Duration,
  type Plugin,
  type PluginFactory,
} from '@attestry/core'
import { forbiddenClaims } from './claims.js'

/** Services and other places that a control may name beside the five hook points. */
const places = [
  ...Object.keys(hooks),
  'access',
  'approvals',
  'audit',
  'dsr',
  'keys',
  'network',
  'lineage',
  'register',
  'report',
  'retention',
]

/** How old a control's check may be, and at what moment. */
export interface Freshness {
  readonly now: Date
  /** Such as `P12M`. */
  readonly checkedWithin: Duration
}

/** Problems with a factory: unrecognised, not repeatable, or a schema that lets unknown options pass. */
export async function checkFactory<Options>(
  factory: PluginFactory<Options>,
  options: Options,
  refused: readonly unknown[] = [],
): Promise<readonly string[]> {
  if (!isPluginFactory(factory)) return ['the factory was not made by definePlugin']
  const problems: string[] = []
  if (manifestText(factory(options)) !== manifestText(factory(options)))
    problems.push('the same options give two different plugins')
  const { schema } = factory
  if (!schema) return problems
  const validate = schema['~standard'].validate
  const accepted = await validate(options)
  if (accepted.issues) problems.push(`its own options are refused: ${accepted.issues[0]?.message}`)
  const unknown = { ...(typeof options === 'object' ? options : {}), notAnOption: true }
  for (const wrong of [unknown, ...refused])
    if (!(await validate(wrong)).issues) problems.push(`these options are accepted: ${JSON.stringify(wrong)}`)
  return problems
}

const manifestText = ({ hooks: handlers = {}, requires = [], uses = [], provides = [], ...plugin }: Plugin): string =>
  JSON.stringify([
    plugin,
    Object.keys(handlers),
    [...requires, ...uses, ...provides.map(({ token }) => token)].map(token => token.name),
  ])

/** Problems with name, version, core range and hooks, as the kernel finds them at load. */
export function checkManifest(plugin: Plugin): readonly string[] {
  const problems: string[] = []
  if (plugin.name !== plugin.name.trim()) problems.push('the name has white space at an end')
  try {
    checkPlugins([{ ...plugin, requires: [], obligations: [] }], [])
  } catch (failure) {
    problems.push(isAttestryError(failure) ? `${failure.code}: ${failure.message}` : String(failure))
  }
  return problems
}

/** Problems with controls and obligations. */
export function checkControls(plugin: Plugin, freshness?: Freshness): readonly string[] {
  const { controls = [], obligations = [] } = plugin
  const ids = controls.map(({ id }) => id)
  const problems = controls.flatMap(control => checkControl(control, freshness))
  for (const id of new Set(ids.filter((one, index) => ids.indexOf(one) !== index))) problems.push(`${id} stands twice`)
  for (const { kind, control } of obligations)
    if (!ids.includes(control)) problems.push(`obligation '${kind}' names ${control}, which is none of its controls`)
  return problems
}

function checkControl(control: Control, freshness?: Freshness): string[] {
  const problems: string[] = []
  const complain = (problem: string): number => problems.push(`${control.id || 'a control'}: ${problem}`)
  for (const field of ['id', 'title', 'citation', 'paraphrase', 'source', 'checkedOn'] as const)
    if (!control[field]?.trim()) complain(`${field} is empty`)
  if (control.class.length === 0) complain('it has no class')
  for (const one of control.class)
    if (!['enforced', 'evidenced', 'attested'].includes(one)) complain(`'${one}' is no class`)
  if (control.hooks.length === 0 && control.class.some(one => one !== 'attested')) complain('no hook answers it')
  for (const hook of control.hooks) if (!places.includes(hook)) complain(`'${hook}' is no hook point or service`)
  for (const type of control.evidence)
    if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(type)) complain(`evidence type '${type}' is not in kebab-case`)
  if (typeof control.verified !== 'boolean') complain('verified is neither true nor false')
  try {
    addDuration(new Date(0), control.maxAge)
  } catch {
    complain(`maxAge '${control.maxAge}' is no duration`)
  }
  const checkedOn = new Date(`${control.checkedOn}T00:00:00Z`)
  if (Number.isNaN(checkedOn.getTime())) complain(`checkedOn '${control.checkedOn}' is no ISO date`)
  else if (freshness && checkedOn > freshness.now) complain(`checkedOn ${control.checkedOn} lies in the future`)
  else if (freshness && addDuration(checkedOn, freshness.checkedWithin) < freshness.now)
    complain(`checkedOn ${control.checkedOn} is more than ${freshness.checkedWithin} ago`)
  return problems
}

/** Claims that no software can earn, in any text of the plugin. */
export const checkClaims = (texts: unknown): readonly string[] =>
  stringsIn(texts).flatMap(text =>
    forbiddenClaims(text).map(({ claim, instead }) => `'${claim}' in '${text.slice(0, 60)}': ${instead}`),
  )

/** Every string in plain data. */
export function stringsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return []
  return Object.values(value).flatMap(stringsIn)
}
