import type { AuditLog } from './contracts/audit-log.js'
import type { StatementStore, StatementType } from './contracts/statements.js'
import type { Evidence } from './contracts/evidence.js'
import type { Stage } from './contracts/events.js'
import type { ClosedEgress } from './contracts/network.js'
import type { Bus } from './bus.js'
import type { Clock } from './clock.js'
import type { Digest } from './digest.js'
import type { Dispatcher } from './dispatch.js'
import type { FoldedRun } from './fold.js'
import type { RunInfo } from './hooks.js'
import type { EffectivePolicy } from './policy.js'
import type { Services } from './services.js'
import type { PluginFacts } from './run-record.js'
import { isoTime } from './clock.js'

/** How far a long piece of work is. Not durable: for progress bars only. */
export interface Progress {
  readonly stage: Stage
  readonly done: number
  /** Null while it is not known. */
  readonly total: number | null
  readonly unit: 'bytes' | 'rows' | 'steps'
  /** Such as the loss of the latest step. */
  readonly note?: string
}

/** A run while it is open: what the five stages work with. */
export interface OpenRun {
  readonly info: RunInfo
  readonly policy: EffectivePolicy
  readonly plugins: readonly PluginFacts[]
  readonly services: Services
  readonly log: AuditLog
  readonly bus: Bus
  readonly hooks: Dispatcher
  /** What the log told when the run was opened; null for a new run. */
  readonly before: FoldedRun | null
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly dataset: { digest: Digest | null }
  /** The guard of a run that stays on this machine, once it is closed. */
  readonly egress: { closed: ClosedEgress | null }
  progress(progress: Progress): void
  /** Signs evidence, makes it durable, and names its file in the log. */
  evidence(evidence: Evidence, plugin?: string): Promise<void>
}

/** Ids of the loaded controls that a type of evidence supports. */
export const controlsWith = (plugins: readonly PluginFacts[], type: string): readonly string[] =>
  plugins.flatMap(({ controls }) => controls.filter(({ evidence }) => evidence.includes(type)).map(({ id }) => id))

/** Writes a signed evidence statement and names it in the log. */
export async function recordEvidence(
  statements: StatementStore,
  bus: Bus,
  clock: Clock,
  runId: string,
  { type, controls, outcome, subjects = [], facts }: Evidence,
  plugin: string,
): Promise<void> {
  const statement = await statements.write({
    type: 'evidence',
    subjects,
    predicate: { type, controls, outcome, facts, plugin, run: runId, collectedAt: isoTime(clock) },
  })
  await bus.note('attestry.evidence.recorded', {
    plugin,
    controls,
    objects: [statement.digest],
    payload: { file: statement.file, type, outcome },
  })
}

export const statementTypes: readonly StatementType[] = [
  'evidence',
  'approval',
  'attestation',
  'resolution',
  'deployment',
]

/** Names in the log every verified statement that it does not name yet: those of people, and those a crash cut off. */
export async function recordNewStatements(
  statements: StatementStore,
  bus: Bus,
  known: ReadonlySet<string>,
): Promise<void> {
  for (const type of statementTypes)
    for (const { digest, file, signer } of await statements.read(type))
      if (!known.has(digest))
        await bus.note('attestry.evidence.recorded', {
          objects: [digest],
          payload: { file, type, signer },
        })
}
