import { addDuration } from './duration.js'
import type { Control } from './plugin.js'
import type { PluginFacts } from './run-record.js'
import type { Statement } from './contracts/statements.js'

/** How far a run's evidence supports a control. An installed plugin is never evidence. */
export interface ControlState {
  readonly plugin: string
  readonly control: Control
  readonly state: 'present' | 'missing' | 'stale' | 'failed'
  /** Files of the statements that were counted. */
  readonly by: readonly string[]
  readonly detail: string
}

/** What an evidence statement's predicate holds. */
interface EvidencePredicate {
  readonly type: string
  readonly controls: readonly string[]
  readonly outcome: 'pass' | 'fail' | 'info'
  readonly collectedAt: string
}

/**
 * The state of every control: `present` only when the newest verified evidence of each of its types names the control,
 * did not fail, and is younger than the control's `maxAge` at `at`.
 */
export function controlStates(
  plugins: readonly PluginFacts[],
  statements: readonly Statement[],
  at: Date,
): readonly ControlState[] {
  const evidence = statements
    .filter(({ type, predicate }) => type === 'evidence' && Array.isArray(predicate.controls))
    .map(statement => ({ file: statement.file, predicate: statement.predicate as unknown as EvidencePredicate }))
    .sort((a, b) => inTime(a.predicate, b.predicate) || (a.file < b.file ? -1 : 1))
  return plugins.flatMap(({ name, controls }) =>
    controls.map(control => {
      const newest = control.evidence.map(type => ({
        type,
        found: evidence.findLast(({ predicate }) => predicate.type === type && predicate.controls.includes(control.id)),
      }))
      const by = newest.flatMap(({ found }) => found?.file ?? [])
      return { plugin: name, control, by, ...judge(control, newest, at) }
    }),
  )
}

/** Older first; of two from the same millisecond the failed one counts as newer. */
const inTime = (a: EvidencePredicate, b: EvidencePredicate): number =>
  Date.parse(a.collectedAt) - Date.parse(b.collectedAt) || Number(a.outcome === 'fail') - Number(b.outcome === 'fail')

function judge(
  control: Control,
  newest: readonly { type: string; found: { predicate: EvidencePredicate } | undefined }[],
  at: Date,
): Pick<ControlState, 'state' | 'detail'> {
  if (newest.length === 0)
    return { state: 'missing', detail: 'nothing here collects evidence for it: a person attests' }
  const failed = newest.find(({ found }) => found?.predicate.outcome === 'fail')
  if (failed) return { state: 'failed', detail: `${failed.type} failed` }
  const missing = newest.filter(({ found }) => !found).map(({ type }) => type)
  if (missing.length > 0) return { state: 'missing', detail: `no ${missing.join(', no ')}` }
  const stale = newest.find(({ found }) => addDuration(new Date(found!.predicate.collectedAt), control.maxAge) < at)
  if (stale) return { state: 'stale', detail: `${stale.type} is older than ${control.maxAge}` }
  return { state: 'present', detail: newest.map(({ type }) => type).join(', ') }
}
