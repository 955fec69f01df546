import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  AuditLog,
  DataReader,
  EgressGuard,
  ShardStore,
  StatementStore,
  Trainer,
  definePlugin,
  provide,
  rowCount,
  sha256,
  type AuditEvent,
  type Plugin,
  type RecordBatch,
  type RecordedEvent,
  type Shard,
  type Statement,
  type StepReport,
  type TrainingPlan,
} from '../src/index.js'

/** A log in memory whose appends can be made to fail. Events survive the service, as a disk would keep them. */
export class MemoryLog implements AuditLog {
  readonly events: AuditEvent[] = []
  failAt: number | null = null
  async append(event: AuditEvent): Promise<number> {
    await Promise.resolve()
    if (this.failAt === this.events.length) throw new Error('disk full')
    return this.events.push(structuredClone(event)) - 1
  }
  async *read(from = 0): AsyncIterable<RecordedEvent> {
    // As a file would be read: up to where it ended when it was opened, with a pause between records.
    const end = this.events.length
    for (let index = from; index < end; index++) {
      await Promise.resolve()
      yield { index, event: this.events[index]! }
    }
  }
  async checkpoint(): Promise<{ size: number; root: string }> {
    return { size: this.events.length, root: '' }
  }
  types(): string[] {
    return this.events.map(
      ({ type, phase }) => `${type.replace('attestry.', '')}${phase === 'note' ? '' : `:${phase}`}`,
    )
  }
}

/** What outlives a process: the log, statements, shards. */
export interface Disk {
  readonly log: MemoryLog
  readonly statements: Statement[]
  readonly shards: Map<string, RecordBatch>
  /** Shards written, to see what a resumed run did again. */
  written: number
}

export const newDisk = (): Disk => ({ log: new MemoryLog(), statements: [], shards: new Map(), written: 0 })

export const batchOf = (values: readonly number[], start = 0): RecordBatch => ({
  rowIds: values.map((_, i) => `feed:${start + i + 1}`),
  subjects: values.map((_, i) => `s${start + i}`),
  columns: {
    x: { kind: 'number', values: Float64Array.from(values) },
    label: { kind: 'text', values: values.map(v => (v > 0 ? 'yes' : 'no')) },
  },
})

export interface FakeOptions {
  readonly batches?: readonly RecordBatch[]
  readonly steps?: number
  /** Thrown by the trainer at this step, as a crash would. */
  readonly crashAtStep?: number
  /** Of the plan that the trainer makes. */
  readonly privacy?: TrainingPlan['privacy']
  readonly released?: string[]
  /** What the guard was told, in order. */
  readonly egress?: string[]
}

/** Notes what it was told to close and to release; refuses one connection. */
const fakeGuard = (told: string[]): EgressGuard => ({
  close(allowed) {
    told.push(`close ${allowed.join(',')}`)
    return {
      allowed,
      refused: () => [{ host: 'elsewhere.example', way: 'net' }],
      refusals: () => 1,
      release: () => void told.push('release'),
    }
  },
})

/** Every service that a run needs, in memory: a trainer that predicts by the sign of x, a reader over given batches. */
export function fakeMechanisms(disk: Disk, options: FakeOptions = {}): Plugin {
  const batches = options.batches ?? [
    batchOf([-3, -2, -1, 1, 2, 3, -4, 4, -5, 5, 6, -6].concat(Array(40).fill(1), Array(40).fill(-1))),
  ]
  const steps = options.steps ?? 3
  const release = (name: string) => () => void options.released?.push(name)
  return definePlugin(() => ({
    name: 'fake-mechanisms',
    version: '1.0.0',
    core: '^0.1.0',
    answers: [
      'remove-identifiers',
      'limit-epsilon',
      'limit-metric',
      'require-approvals',
      'encrypt-at-rest',
      'audit-training',
      'retain',
      'require-document',
      'local-only',
      'connect-to',
      'honour-erasure',
      'hold',
    ],
    provides: [
      provide({ token: EgressGuard, factory: () => fakeGuard(options.egress ?? []) }),
      provide({ token: AuditLog, factory: () => disk.log, release: release('AuditLog') }),
      provide({
        token: StatementStore,
        release: release('StatementStore'),
        factory: () => ({
          async write(draft) {
            const statement = {
              ...draft,
              digest: sha256(`${disk.statements.length}`),
              signer: 'run',
              keyId: 'run-key',
              roles: [],
              file: `evidence/${disk.statements.length}.json`,
            }
            disk.statements.push(statement)
            return statement
          },
          read: async type => disk.statements.filter(statement => statement.type === type),
          rejected: async () => [],
        }),
      }),
      provide({
        token: DataReader,
        factory: () => ({
          open: async () => ({
            digest: sha256('feed'),
            format: 'csv' as const,
            sizeBytes: 1,
            bytesRead: () => null,
            async *batches() {
              yield* batches
            },
            quarantined: () => ({ count: 1, reasons: { 'too-few-fields': 1 } }),
          }),
        }),
      }),
      provide({
        token: ShardStore,
        factory: () => ({
          async write(batch, split): Promise<Shard> {
            disk.written++
            const digest = sha256(JSON.stringify([split, batch.rowIds]))
            disk.shards.set(digest, batch)
            return { digest, rows: rowCount(batch), split, encrypted: false }
          },
          read: async shard => disk.shards.get(shard.digest)!,
          has: async digest => disk.shards.has(digest),
        }),
      }),
      provide({ token: Trainer, factory: () => fakeTrainer(steps, options.crashAtStep, options.privacy) }),
    ],
  }))()
}

function fakeTrainer(steps: number, crashAtStep?: number, privacy: TrainingPlan['privacy'] = null): Trainer {
  const predict = async (batch: RecordBatch) => {
    const x = batch.columns.x!
    const probabilities = Float32Array.from(
      (x.values as Float64Array).length * 2
        ? [...(x.values as Float64Array)].flatMap(v => (v > 0 ? [0, 1] : [1, 0]))
        : [],
    )
    return { classes: ['no', 'yes'], probabilities }
  }
  const plan: TrainingPlan = {
    digest: sha256('plan'),
    engine: 'fake',
    model: { architecture: 'mlp', hidden: [] },
    classes: ['no', 'yes'],
    steps,
    logicalBatch: 4,
    physicalBatch: 4,
    optimizer: 'sgd',
    learningRate: 0.1,
    parameters: 2,
    privacy,
    because: 'it is the only one',
  }
  return {
    plan: () => plan,
    load: async () => ({ predict, close: async () => undefined }),
    async open() {
      let step = 0
      return {
        predict,
        close: async () => undefined,
        epsilonSpent: () => null,
        async step(): Promise<StepReport | undefined> {
          if (step === steps) return undefined
          step++
          if (step === crashAtStep) throw new Error('killed')
          return {
            step,
            steps,
            loss: 1 / step,
            batchSize: 4,
            clippedFraction: null,
            gradientNorm: null,
            epsilon: null,
            durationMs: 1,
          }
        },
        async export(directory) {
          await mkdir(directory, { recursive: true })
          await writeFile(join(directory, 'weights'), 'w')
          return { files: [{ name: 'weights', digest: sha256('w') }], facts: {} }
        },
      }
    },
  }
}

/** A plugin that permits, so that a run can finish. */
export const permitting: Plugin = definePlugin(() => ({
  name: 'permitting',
  version: '1.0.0',
  core: '^0.1.0',
  hooks: { deploy: () => ({ decision: 'permit' as const }) },
}))()

export const config: Readonly<Record<string, unknown>> = {
  name: 'fake',
  purpose: 'testing',
  author: 'ada',
  data: { source: 'feed.csv', label: 'label', classes: ['no', 'yes'], features: { x: { min: -10, max: 10 } } },
  model: { architecture: 'mlp', hidden: [] },
  training: { epochs: 1, auditEverySteps: 1 },
  evaluation: { testFraction: 0.3 },
}

export const hex = (text: string): string => createHash('sha256').update(text).digest('hex')
