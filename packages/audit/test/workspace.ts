import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  isoTime,
  sha256,
  systemClock,
  ulid,
  AuditLog,
  StatementStore,
  type AuditEvent,
  type Digest,
  type Environment,
  type JsonValue,
  type Provider,
  type ServiceToken,
  type Vault,
} from '@attestry/core'
import { audit, readLogVkey } from '../src/index.js'
import { temporaryFolder } from './temporary-folder.js'

export const eventOf = (run: string, fields: Partial<AuditEvent> = {}): AuditEvent => ({
  id: ulid(systemClock),
  time: isoTime(systemClock),
  type: 'attestry.stage.started',
  phase: 'note',
  actor: 'ana',
  run,
  ...fields,
})

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

/** The plugin's services, wired as the kernel wires them. */
export function services(
  environment: Environment,
  vault?: Vault,
): { log: AuditLog; statements: StatementStore; close(): Promise<void> } {
  const providers = audit().provides as readonly Provider[]
  const make = <T>(token: ServiceToken<T>): { service: T; release(): Promise<void> } => {
    const provider = providers.find(one => one.token === (token as ServiceToken<unknown>))!
    const find = () => vault as never
    const service = provider.factory({ find, get: find }, environment) as T
    return { service, release: async () => provider.release?.(service) }
  }
  const log = make(AuditLog)
  return { log: log.service, statements: make(StatementStore).service, close: log.release }
}

export interface SmallRun {
  readonly workspace: string
  readonly directory: string
  readonly run: string
  readonly vkey: string
}

/** A small finished run with every kind of file, written through the plugin's services as the kernel would. */
export async function writeSmallRun(events = 3, vault?: Vault, root?: string): Promise<SmallRun> {
  const workspace = join(root ?? (await temporaryFolder()), '.attestry')
  const run = ulid(systemClock)
  const directory = join(workspace, 'runs', run)
  const put = async (name: string, content: string): Promise<Digest> => {
    await mkdir(join(directory, name, '..'), { recursive: true })
    await writeFile(join(directory, name), content)
    return sha256(content)
  }
  const { log, statements, close } = services({ runId: run, directory, workspace }, vault)
  const note = (type: AuditEvent['type'], fields: Partial<AuditEvent> = {}) =>
    log.append(eventOf(run, { type, ...fields }))
  const config = await put('config.json', '{"name":"small"}')
  const policy = await put('policy.json', '{"policy":{}}')
  await note('attestry.run.started', { objects: [config, policy], payload: { config: { name: 'small' } } })
  const shard = sha256('shard')
  await put(`data/${shard.slice(7)}.shard`, 'shard')
  await note('attestry.preprocess.shard-written', { stage: 'preprocess', payload: { shards: [{ digest: shard }] } })
  for (let step = 0; step < events; step++)
    await note('attestry.train.step-finished', { stage: 'train', sealed: true, payload: { step, loss: 0.5 } })
  const weights = await put('model/weights.safetensors', 'weights')
  const files: JsonValue = [{ name: 'weights.safetensors', digest: weights }]
  await note('attestry.stage.finished', { stage: 'train', result: 'ok', payload: { files } })
  const statement = await statements.write({
    type: 'evidence',
    subjects: [],
    predicate: { type: 'model-digest', controls: ['SOX-404'], outcome: 'info', facts: {} },
  })
  await note('attestry.evidence.recorded', { objects: [statement.digest], payload: { file: statement.file } })
  const card = await put('report/model-card.md', '# small')
  await note('attestry.run.finished', {
    payload: { status: 'finished', report: [{ name: 'model-card.md', digest: card }] },
  })
  await close()
  return { workspace, directory, run, vkey: await readLogVkey(workspace) }
}
