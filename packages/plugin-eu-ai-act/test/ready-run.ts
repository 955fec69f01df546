import {
  AuditLog,
  Register,
  sha256,
  StatementStore,
  type AuditEvent,
  type Digest,
  type RecordedEvent,
} from '@attestry/core'
import {
  FakeClock,
  MemoryLog,
  MemoryRegister,
  MemoryStatements,
  runPlugin,
  service,
  type FakeAttestation,
  type PluginRun,
  type PluginRunInput,
} from '@attestry/plugin-kit'
import { euAiAct, type EuAiActOptions } from '../src/index.js'

const modelDigest: Digest = sha256('model')

/** Everything in which a run can differ from one that meets every question. */
export interface Case {
  readonly options?: Partial<EuAiActOptions>
  readonly attestations?: readonly FakeAttestation[]
  readonly events?: readonly RecordedEvent[]
  readonly assessments?: NonNullable<PluginRunInput['deploy']>['assessments']
  /** FLOP that training metered; null for none. */
  readonly flops?: Readonly<Record<string, number>> | null
}

export const event = (time = '2026-11-20T10:00:00.000Z'): AuditEvent => ({
  id: '01J',
  type: 'attestry.run.started',
  time,
  phase: 'note',
  actor: 'ada',
  run: '01J',
})

export const assessments: NonNullable<Case['assessments']> = [
  { metric: 'accuracy', value: 0.91, interval: [0.89, 0.93], n: 400 },
  { metric: 'demographic-parity-difference', attribute: 'sex', value: 0.04, interval: [0, 0.1], n: 400 },
  { metric: 'membership-inference-auc', value: 0.51, n: 400 },
  { metric: 'adversarial-accuracy', value: 0.7, n: 400 },
]

export const options: EuAiActOptions = {
  use: ['triage of support tickets'],
  highRisk: 'yes',
  role: 'provider',
  datasets: [
    { name: 'tickets', origin: 'help desk', originalPurpose: 'support', licence: 'own', collectedOn: '2026-05-31' },
  ],
  declared: { metric: 'accuracy', value: 0.9 },
  disclosure: 'told',
}

export const signed: readonly FakeAttestation[] = [
  { kind: 'ai-act-classification', purpose: 'test' },
  { kind: 'ai-act-role', purpose: 'test' },
]

export async function inputOf(given: Case = {}): Promise<PluginRunInput> {
  const { flops = { matmul: 3e9, other: 1e9 } } = given
  const statements = new MemoryStatements()
  await statements.write({
    type: 'evidence',
    subjects: [{ name: 'model', digest: modelDigest }],
    predicate: { type: 'model-digest', facts: { ...(flops && { flops }) } },
  })
  const log = new MemoryLog()
  log.events.push(...(given.events ?? [0, 1].map(index => ({ index, event: event() }))))
  return {
    rows: [{ subject: 's', text: 'hello', label: 'yes' }],
    services: [
      service(StatementStore, statements),
      service(AuditLog, log),
      service(Register, new MemoryRegister(new FakeClock(), given.attestations ?? signed)),
    ],
    deploy: { modelDigest, assessments: given.assessments ?? assessments },
  }
}

/** Runs a case. Left empty, it meets every question. */
export const run = async (given: Case = {}): Promise<PluginRun> =>
  runPlugin(euAiAct({ ...options, ...given.options }), await inputOf(given))

export const codes = ({ verdict }: PluginRun): readonly string[] =>
  (verdict?.reasons ?? [])
    .filter(({ kind }) => kind !== 'met')
    .map(({ code, kind, control }) => `${code} ${kind} ${control}`)

export const factsOf = ({ evidence }: PluginRun, type: string): Readonly<Record<string, unknown>> | undefined =>
  evidence.find(one => one.type === type)?.facts
