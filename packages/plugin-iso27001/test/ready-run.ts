import {
  AccessControl,
  Approvals,
  AuditLog,
  CheckSchedules,
  PiiScrubber,
  sha256,
  StatementStore,
  Vault,
  type Assessment,
  type AuditEvent,
  type Digest,
  type EvaluateInput,
  type Provider,
  type RecordBatch,
  type RecordedEvent,
} from '@attestry/core'
import {
  batchOf,
  MemoryAccess,
  MemoryApprovals,
  MemoryLog,
  MemorySchedules,
  MemoryScrubber,
  MemoryStatements,
  runPlugin,
  service,
  type FakeApproval,
  type FakeCheck,
  type PluginRun,
  type PluginRunInput,
  type Row,
} from '@attestry/plugin-kit'
import { iso27001, type Iso27001Options } from '../src/index.js'

export const rows: readonly Row[] = [
  { subject: 'sub_1', text: 'hello', label: 'yes' },
  { subject: 'sub_2', text: 'bye', label: 'no' },
]
export const modelDigest: Digest = sha256('model')

export const accuracy: Assessment = { metric: 'accuracy', value: 0.9, n: 100 }
export const attacked: Assessment = { metric: 'membership-inference-auc', value: 0.52, n: 100 }

/** Everything in which a run can differ from one that meets every question. */
export interface Case {
  readonly options?: Partial<Iso27001Options>
  readonly approvals?: readonly FakeApproval[]
  readonly checks?: readonly FakeCheck[] | null
  readonly access?: MemoryAccess | null
  readonly config?: PluginRunInput['config']
  readonly deploy?: PluginRunInput['deploy']
  readonly keyBits?: number | null
  /** Identifiers that the scan of the test rows found; null when nobody looked. */
  readonly identifiers?: number | null
  readonly rejected?: number
  readonly events?: readonly RecordedEvent[]
}

const config = {
  author: 'ada',
  environment: 'development',
  deployment: { changeTicket: 'CHG-1' },
  monitoring: { source: 'later.csv' },
}

export const event = (more: Partial<AuditEvent> = {}): AuditEvent => ({
  id: '01J',
  type: 'attestry.run.started',
  time: '2026-06-01T00:00:00.000Z',
  phase: 'note',
  actor: 'ada',
  run: '01J',
  ...more,
})

function logOf(events: readonly RecordedEvent[]): MemoryLog {
  const log = new MemoryLog()
  log.events.push(...events)
  return log
}

/** What the kit needs to run one case. */
export async function inputOf(given: Case = {}): Promise<PluginRunInput> {
  const { keyBits = 256, identifiers = 0, rejected = 0, access = new MemoryAccess(), checks = null } = given
  const statements = new MemoryStatements()
  if (identifiers !== null)
    await statements.write({
      type: 'evidence',
      subjects: [{ name: 'model', digest: modelDigest }],
      predicate: { type: 'test-information', facts: { found: identifiers } },
    })
  const bad = Array.from({ length: rejected }, (_, i) => ({ file: `evidence/${i}.json`, reason: 'bad signature' }))
  const store = Object.assign(Object.create(statements) as MemoryStatements, { rejected: async () => bad })
  const vault = keyBits === null ? [] : [service(Vault, vaultOf(keyBits))]
  const events = given.events ?? [0, 1, 2].map(index => ({ index, event: event() }))
  return {
    rows,
    config: { ...config, ...given.config },
    services: [
      service(StatementStore, store),
      service(Approvals, new MemoryApprovals(given.approvals ?? [{ signer: 'bob' }])),
      service(AuditLog, logOf(events)),
      ...(access ? [service(AccessControl, access)] : []),
      ...(checks ? [service(CheckSchedules, new MemorySchedules(checks))] : []),
      ...vault,
    ],
    deploy: { modelDigest, assessments: [accuracy, attacked], ...given.deploy },
  }
}

const vaultOf = (keyBits: number): Vault => ({
  seal: async bytes => bytes,
  open: async bytes => bytes,
  derive: async () => new Uint8Array(32),
  describe: () => ({ algorithm: 'AES-GCM', keyBits, keyId: 'k1' }),
})

/** What the evaluate hook needs of a test set with these texts. */
export const evaluateOn = (texts: readonly string[]): EvaluateInput => {
  async function* testRows(): AsyncIterable<RecordBatch> {
    yield batchOf(texts.map((text, i) => ({ subject: `s${i}`, text, label: 'yes' })))
  }
  return { modelDigest, testRows } as unknown as EvaluateInput
}

export const scrubber: Provider = service(PiiScrubber, new MemoryScrubber())

export const options: Iso27001Options = {
  data: { owner: 'dana', licence: 'customer contract, section 4', classification: 'confidential' },
  model: { owner: 'emil' },
  deleteAfter: 'P2Y',
}

/** Runs a case. Left empty, it meets every question. */
export const run = async (given: Case = {}): Promise<PluginRun> =>
  runPlugin(iso27001({ ...options, ...given.options }), await inputOf(given))

export const codes = ({ verdict }: PluginRun): readonly string[] =>
  (verdict?.reasons ?? [])
    .filter(({ kind }) => kind !== 'met')
    .map(({ code, kind, control }) => `${code} ${kind} ${control}`)
