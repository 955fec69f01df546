import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach } from 'vitest'
import { Approvals, CheckSchedules, ConsentRegistry, digestOf, Register, sha256, StatementStore } from '@attestry/core'
import {
  digestOfRows,
  FakeClock,
  MemoryApprovals,
  MemoryConsent,
  MemoryRegister,
  MemorySchedules,
  MemoryStatements,
  runPlugin,
  service,
  type FakeApproval,
  type FakeAttestation,
  type FakeCheck,
  type PluginRun,
  type PluginRunInput,
  type Row,
} from '@attestry/plugin-kit'
import { soc2, type Soc2Options } from '../src/index.js'

export const rows: readonly Row[] = [
  { subject: 'sub_1', text: 'hello', label: 'yes' },
  { subject: 'sub_2', text: 'bye', label: 'no' },
]

/** Files as training writes them: a header, a version field, an object. */
export const modelFiles: Readonly<Record<string, Buffer>> = {
  'weights.safetensors': Buffer.concat([Buffer.from([2, 0, 0, 0, 0, 0, 0, 0]), Buffer.from('{}')]),
  'inference.onnx': Buffer.from([0x08, 0x09, 0x12, 0x00]),
  'model.json': Buffer.from('{"classes":["no","yes"]}'),
}

/** Everything in which a run can differ from one that meets every question. */
export interface Case {
  readonly options?: Partial<Soc2Options>
  readonly approvals?: readonly FakeApproval[]
  readonly attestations?: readonly FakeAttestation[]
  readonly checks?: readonly FakeCheck[] | null
  readonly consent?: MemoryConsent
  readonly config?: PluginRunInput['config']
  readonly deploy?: PluginRunInput['deploy']
  /** Files on disk. */
  readonly files?: Readonly<Record<string, Buffer>>
  /** Files that training recorded. */
  readonly recorded?: Readonly<Record<string, Buffer>>
  /** Facts of the intake evidence; null for none. */
  readonly intake?: Readonly<Record<string, unknown>> | null
}

const folders: string[] = []
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
})

const totals = { rowsRead: 12, rowsUsed: 8, quarantined: 1, byPlugin: [{ plugin: 'x', dropped: 3, changed: 0 }] }

/** What the kit needs to run one case on a folder of its own. */
export async function inputOf(given: Case = {}, directory?: string): Promise<PluginRunInput> {
  const { files = modelFiles, recorded = files, intake = totals, checks = [{ name: 'daily-bias' }] } = given
  const folder = directory ?? (await folderWith(files))
  const list = Object.entries(recorded).map(([name, content]) => ({ name, digest: sha256(content) }))
  const dataset = digestOfRows(rows)
  const statements = new MemoryStatements()
  const evidence = (type: string, digest: typeof dataset, facts: Readonly<Record<string, unknown>>) =>
    statements.write({ type: 'evidence', subjects: [{ name: type, digest }], predicate: { type, facts } })
  await evidence('model-digest', digestOf(list), { files: list })
  if (intake) await evidence('data-intake', dataset, intake)
  const attestations = given.attestations ?? [{ kind: 'change-impact', purpose: 'test', dataset }]
  return {
    rows,
    directory: folder,
    config: given.config ?? { author: 'ada', deployment: { changeTicket: 'CHG-1' } },
    services: [
      service(StatementStore, statements),
      service(Approvals, new MemoryApprovals(given.approvals ?? [{ signer: 'bob' }])),
      service(Register, new MemoryRegister(new FakeClock(), attestations)),
      ...(checks ? [service(CheckSchedules, new MemorySchedules(checks))] : []),
      ...(given.consent ? [service(ConsentRegistry, given.consent)] : []),
    ],
    deploy: {
      modelDigest: digestOf(list),
      assessments: [{ metric: 'accuracy', value: 0.9, n: 100 }],
      ...given.deploy,
    },
  }
}

async function folderWith(files: Readonly<Record<string, Buffer>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'soc2-'))
  folders.push(folder)
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, 'model', name)), { recursive: true })
    await writeFile(join(folder, 'model', name), content)
  }
  return folder
}

export const options: Soc2Options = { classification: { data: 'confidential' }, disposeAfter: 'P2Y' }

/** Runs a case. Left empty, it meets every question. */
export const run = async (given: Case = {}): Promise<PluginRun> =>
  runPlugin(soc2({ ...options, ...given.options }), await inputOf(given))

export const state = ({ controls }: PluginRun, id: string): string | undefined =>
  controls.find(({ control }) => control.id === id)?.state

export const codes = ({ verdict }: PluginRun): readonly string[] =>
  (verdict?.reasons ?? [])
    .filter(({ kind }) => kind !== 'met')
    .map(({ code, kind, control }) => `${code} ${kind} ${control}`)

export const factsOf = ({ evidence }: PluginRun, type: string): Readonly<Record<string, unknown>> | undefined =>
  evidence.find(one => one.type === type)?.facts
