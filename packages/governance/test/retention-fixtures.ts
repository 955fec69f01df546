import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  canonicalJson,
  sha256,
  type AuditEvent,
  type AuditLog,
  type Digest,
  type Duration,
  type EffectivePolicy,
  type StatementDraft,
} from '@attestry/core'
import type { DisposalContext } from '../src/retention/dispose.js'
import { clockAt, folder } from './fixtures.js'

/** A log in memory, which can be told to fail. */
export class MemoryLog implements AuditLog {
  readonly events: AuditEvent[] = []
  /** Called before each append: throws to make it fail. */
  before: (event: AuditEvent) => void = () => undefined

  async append(event: AuditEvent): Promise<number> {
    this.before(event)
    return this.events.push(event) - 1
  }

  async *read(from = 0): AsyncGenerator<{ index: number; event: AuditEvent }> {
    for (const [index, event] of this.events.entries()) if (index >= from) yield { index, event }
  }

  async checkpoint(): Promise<{ size: number; root: string }> {
    return { size: this.events.length, root: '' }
  }
}

type Retained = EffectivePolicy['retention'][number]

export const runId: string = '01JD8T0000000000000000RUN1'

export const rule = (
  dataClass: string,
  min: Duration | null,
  max: Duration | null,
  trigger: string = 'end of training',
): Retained => ({
  value: { dataClass, min, max, trigger },
  sources: [{ plugin: 'p', control: 'C-1' }],
})

export const policyOf = (
  ...retention: readonly Retained[]
): Pick<EffectivePolicy, 'retention' | 'conflicts' | 'holds'> => ({ retention, conflicts: [], holds: [] })

export const shards: readonly { readonly content: string; readonly object: string; readonly digest: Digest }[] = [
  'first rows',
  'second rows',
].map(content => ({
  content,
  object: `runs/${runId}/data/${sha256(content).slice(7)}.shard`,
  digest: sha256(content),
}))

export const put = (workspace: string, object: string, content: string): void => {
  mkdirSync(dirname(join(workspace, object)), { recursive: true })
  writeFileSync(join(workspace, object), content)
}

/** A workspace with one run: two shards, a model, a log, a report. */
export function workspaceWithRun(policy: object = policyOf()): string {
  const workspace = folder()
  for (const { object, content } of shards) put(workspace, object, content)
  put(workspace, `runs/${runId}/model/weights.bin`, 'weights')
  put(workspace, `runs/${runId}/log/checkpoint`, 'signed')
  put(workspace, `runs/${runId}/log/tile/0/000`, 'tile')
  put(workspace, `runs/${runId}/report/report.html`, 'report')
  put(workspace, `runs/${runId}/policy.json`, canonicalJson({ policy, plugins: [] }))
  return workspace
}

export interface WrittenReceipt {
  readonly run: string | null
  readonly draft: StatementDraft
}

export function disposalAt(
  workspace: string,
  now: string,
  more: Partial<DisposalContext> = {},
): DisposalContext & { readonly log: MemoryLog; readonly written: WrittenReceipt[] } {
  const written: WrittenReceipt[] = []
  const log = new MemoryLog()
  return {
    workspace,
    clock: clockAt(now),
    actor: 'dana',
    written,
    writeReceipt: async (run, draft) => void written.push({ run, draft }),
    ...more,
    log: (more.log as MemoryLog | undefined) ?? log,
  }
}
