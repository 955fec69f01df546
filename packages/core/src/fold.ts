import type { RecordedEvent } from './contracts/events.js'
import type { StepReport } from './contracts/training.js'
import type { Shard } from './contracts/data.js'
import type { PreprocessFacts, RunRecord, StageFacts } from './run-record.js'

/** What one batch of preprocessing left, so that a resumed run need not do it again. */
export interface BatchFacts extends Pick<PreprocessFacts, 'rowsRead' | 'rowsUsed' | 'byPlugin' | 'classCounts'> {
  readonly batch: number
  readonly dataset: string
  readonly shards: readonly Shard[]
}

/** A run's log, read back: the record that people see, and what a resumed run needs. */
export interface FoldedRun {
  readonly record: RunRecord
  readonly batches: ReadonlyMap<number, BatchFacts>
  /** Intents that a crash left without outcome. */
  readonly open: readonly RecordedEvent[]
  /** Digests of statement files that the log already names. */
  readonly statements: ReadonlySet<string>
}

/** Folds events in order. The log is the only state of a run: there is no other file to keep in step with it. */
export async function foldRun(events: AsyncIterable<RecordedEvent>): Promise<FoldedRun | null> {
  let record = null as RunRecord | null
  const stages: Partial<StageFacts> = {}
  const steps = new Map<number, StepReport>()
  const resumedAt: string[] = []
  const batches = new Map<number, BatchFacts>()
  const open = new Map<string, RecordedEvent>()
  const statements = new Set<string>()

  for await (const recorded of events) {
    const { event } = recorded
    if (event.phase === 'intent') open.set(event.id, recorded)
    if (event.ref) open.delete(event.ref)
    if (event.phase === 'intent' || event.payload === undefined) continue
    const payload = event.payload as unknown
    switch (event.type) {
      case 'attestry.run.started':
      case 'attestry.run.resumed':
        if (event.type === 'attestry.run.resumed') resumedAt.push(event.time)
        record = {
          ...(payload as Pick<RunRecord, 'config' | 'configDigest' | 'policy' | 'policyDigest' | 'plugins'>),
          id: event.run,
          status: 'running',
          startedAt: record?.startedAt ?? event.time,
          endedAt: null,
          stages,
          steps: [],
          resumedAt,
          reason: null,
        }
        break
      case 'attestry.preprocess.shard-written':
        batches.set((payload as BatchFacts).batch, payload as BatchFacts)
        break
      case 'attestry.train.step-finished':
        steps.set((payload as StepReport).step, payload as StepReport)
        break
      case 'attestry.stage.finished':
        if (event.result === 'ok') Object.assign(stages, { [event.stage!]: payload })
        break
      case 'attestry.evidence.recorded':
        for (const digest of event.objects ?? []) statements.add(digest)
        break
      case 'attestry.run.finished':
        if (record) {
          const { status, reason, endedAt } = payload as Pick<RunRecord, 'status' | 'reason' | 'endedAt'>
          record = { ...record, status, reason, endedAt }
        }
        break
    }
  }
  if (!record) return null
  const ordered = [...steps.entries()].sort(([a], [b]) => a - b).map(([, step]) => step)
  return { record: { ...record, stages, steps: ordered, resumedAt }, batches, open: [...open.values()], statements }
}
