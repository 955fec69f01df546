import {
  AccessControl,
  Approvals,
  CheckSchedules,
  Retention,
  StatementStore,
  type AccessGrant,
  type Assessment,
  type DisposalReceipt,
  type RetentionItem,
} from '@attestry/core'
import {
  digestOfRows,
  FakeClock,
  MemoryAccess,
  MemoryApprovals,
  MemoryRetention,
  MemorySchedules,
  MemoryStatements,
  runPlugin,
  service,
  type FakeApproval,
  type FakeCheck,
  type FakePermission,
  type PluginRun,
  type PluginRunInput,
  type Row,
} from '@attestry/plugin-kit'
import { sox, type SoxOptions } from '../src/index.js'

export const rows: readonly Row[] = [
  { text: 'invoice 1', label: 'yes' },
  { text: 'invoice 2', label: 'no' },
]

export const totals: Readonly<Record<string, unknown>> = {
  rowsRead: 12,
  rowsUsed: 8,
  quarantined: 1,
  byPlugin: [{ plugin: 'x', dropped: 3, changed: 0 }],
}

/** A grant in force, by somebody else, with an end. */
export const grant = (parts: Partial<AccessGrant> = {}): AccessGrant => ({
  principal: 'bob',
  role: 'approver',
  grantedBy: 'cyd',
  grantedAt: '2026-09-01T00:00:00Z',
  expires: '2027-09-01T00:00:00Z',
  revokedAt: null,
  reviewedAt: null,
  ...parts,
})

export const item = (parts: Partial<RetentionItem> = {}): RetentionItem => ({
  dataClass: 'training-data',
  object: 'runs/1/data',
  min: 'P7Y',
  max: null,
  state: 'keep',
  keepUntil: '2033-01-01',
  disposeBy: null,
  heldBy: [],
  ...parts,
})

/** Everything in which a change can differ from one that is permitted. */
export interface Case {
  readonly options?: SoxOptions
  readonly approvals?: readonly FakeApproval[]
  readonly changeTicket?: string | null
  readonly assessments?: readonly Assessment[]
  /** Facts of the intake; null for none. */
  readonly intake?: Readonly<Record<string, unknown>> | null
  readonly permissions?: readonly FakePermission[]
  readonly grants?: readonly AccessGrant[] | null
  readonly checks?: readonly FakeCheck[] | null
  readonly items?: readonly RetentionItem[] | null
  readonly receipts?: readonly DisposalReceipt[]
  readonly windows?: PluginRunInput['windows']
}

/** What the kit needs to run one case. Left empty, nothing is open. */
export function inputOf(given: Case = {}): PluginRunInput {
  const { grants = [], checks = null, items = [], intake = totals, changeTicket = 'CHG-1042' } = given
  const statements = new MemoryStatements()
  if (intake)
    void statements.write({
      type: 'evidence',
      subjects: [{ name: 'dataset', digest: digestOfRows(rows) }],
      predicate: { type: 'data-intake', facts: intake },
    })
  return {
    rows,
    config: { author: 'ada', ...(changeTicket !== null && { deployment: { changeTicket } }) },
    services: [
      service(StatementStore, statements),
      service(Approvals, new MemoryApprovals(given.approvals ?? [{ signer: 'bob' }, { signer: 'cyd' }])),
      ...(grants ? [service(AccessControl, new MemoryAccess(given.permissions ?? [], grants))] : []),
      ...(checks ? [service(CheckSchedules, new MemorySchedules(checks))] : []),
      ...(items ? [service(Retention, new MemoryRetention(items, given.receipts))] : []),
    ],
    without: [...(grants ? [] : [AccessControl]), ...(items ? [] : [Retention])],
    deploy: { assessments: given.assessments ?? [{ metric: 'accuracy', value: 0.9, n: 100 }] },
  }
}

export const run = (given: Case = {}): Promise<PluginRun> =>
  runPlugin(sox({ trustedClock: new FakeClock(), ...given.options }), inputOf(given))

export const state = ({ controls }: PluginRun, id: string): string | undefined =>
  controls.find(({ control }) => control.id === id)?.state

/** What is open, as `code kind control`. */
export const open = ({ verdict }: PluginRun): readonly string[] =>
  (verdict?.reasons ?? [])
    .filter(({ kind }) => kind !== 'met')
    .map(({ code, kind, control }) => `${code} ${kind} ${control}`)
