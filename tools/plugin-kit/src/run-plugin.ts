import {
  AccessControl,
  AuditLog,
  Approvals,
  canonicalJson,
  checkPlugins,
  combinePolicy,
  ConsentRegistry,
  controlStates,
  createDispatcher,
  isoTime,
  openServices,
  parseConfig,
  PiiScrubber,
  provide,
  Register,
  Retention,
  rowCount,
  sha256,
  StatementStore,
  SubjectRequests,
  tokenName,
  ulid,
  type Alert,
  type Assessment,
  type ControlState,
  type DeployRequest,
  type Digest,
  type EvaluateInput,
  type Evidence,
  type HookContext,
  type Obligation,
  type Plugin,
  type PredictionWindow,
  type Provider,
  type RecordBatch,
  type RunConfig,
  type ServiceToken,
  type StepReport,
  type Stop,
  type Verdict,
} from '@attestry/core'
import { FakeClock } from './fakes/fake-clock.js'
import { MemoryAccess } from './fakes/memory-access.js'
import { MemoryApprovals } from './fakes/memory-approvals.js'
import { MemoryConsent } from './fakes/memory-consent.js'
import { MemoryLog } from './fakes/memory-log.js'
import { MemoryRegister } from './fakes/memory-register.js'
import { MemoryRetention } from './fakes/memory-retention.js'
import { MemoryScrubber } from './fakes/memory-scrubber.js'
import { MemoryStatements } from './fakes/memory-statements.js'
import { MemorySubjectRequests } from './fakes/memory-subject-requests.js'
import { batchOf, digestOfRows, rowsOf, type Row } from './rows.js'

/** Part of a config; what is left out is filled with something small and valid. */
export interface ConfigParts {
  readonly name?: string
  readonly purpose?: string
  readonly author?: string
  readonly data?: Readonly<Record<string, unknown>>
  readonly training?: Readonly<Record<string, unknown>>
  readonly evaluation?: Readonly<Record<string, unknown>>
  readonly deployment?: { readonly changeTicket?: string }
  readonly environment?: string
  readonly network?: Readonly<Record<string, unknown>>
  readonly monitoring?: { readonly source: string }
}

/** What one plugin is run on. */
export interface PluginRunInput {
  /** Data that passes the `preprocess` hook. */
  readonly rows?: readonly Row[]
  /** Laid over a small valid config, whose purpose is `test`, author `author`, and whose data keeps every column of `rows`. */
  readonly config?: ConfigParts
  /** Services instead of the kit's fakes: `service(ConsentRegistry, new MemoryConsent([…]))`. */
  readonly services?: readonly Provider[]
  /** Services that nobody provides in this run. */
  readonly without?: readonly ServiceToken<unknown>[]
  /** Told to the `trainStep` hook one after the other, until it stops. */
  readonly steps?: readonly StepReport[]
  /** Given to the `evaluate` hook; without it the hook is not called. */
  readonly evaluate?: EvaluateInput
  /** Laid over a request that follows from config and rows. */
  readonly deploy?: Partial<DeployRequest>
  /** Folder of the run, for handlers that look at its files; one that does not exist unless given. */
  readonly directory?: string
  /** Given to the `monitor` hook one after the other. */
  readonly windows?: readonly PredictionWindow[]
  /** Stands still at 2026-11-23 unless given. */
  readonly clock?: FakeClock
}

/** Rows that a plugin dropped, and the control that its evidence names for it; null when no evidence explains them. */
export interface Dropped {
  readonly plugin: string
  readonly control: string | null
  readonly count: number
}

/** What one plugin did. */
export interface PluginRun {
  /** What `preprocess` left. */
  readonly rows: readonly Row[]
  readonly batch: RecordBatch
  readonly dropped: readonly Dropped[]
  /** Set when `trainStep` stopped training. */
  readonly stopped: (Stop & { readonly step: number }) | null
  readonly assessments: readonly Assessment[]
  /** Null when the plugin has no `deploy` hook. */
  readonly verdict: Verdict | null
  readonly alerts: readonly Alert[]
  /** In the order in which it was recorded. */
  readonly evidence: readonly Evidence[]
  /** How far this evidence alone supports each control of the plugin. */
  readonly controls: readonly ControlState[]
}

/** Puts a ready-made value in the place of a service. */
export const service = <T>(token: ServiceToken<T>, value: T): Provider => provide({ token, factory: () => value })

/**
 * Runs one plugin's hooks on small data in memory, through the kernel's own dispatcher: same order, same attribution of
 * failures, same refusal of undeclared services as in a run. Nothing is trained and nothing is written to disk.
 *
 * Without other services, the plugin meets fakes with an empty register, no consent, no approvals, no requests of people, nothing
 * kept, nobody allowed anything, and a small scrubber.
 *
 * @throws what the kernel refuses at load, and what a handler throws in any hook but `deploy`, where a throw is a deny
 */
export async function runPlugin(plugin: Plugin, input: PluginRunInput = {}): Promise<PluginRun> {
  const { rows = [], steps = [], windows = [], clock = new FakeClock(), directory = 'memory' } = input
  const config = configOf(input.config, rows)
  const dataset = digestOfRows(rows)
  const environment = { runId: ulid(), directory, workspace: 'memory' }
  const surroundings = surroundingsOf(plugin, input, clock)
  checkPlugins([plugin, surroundings], [])

  const policy = combinePolicy([plugin])
  const configDigest = sha256(canonicalJson(config))
  const policyDigest = sha256(canonicalJson(policy))
  const container = openServices([...(plugin.provides ?? []), ...(surroundings.provides ?? [])], environment)
  const evidence: Evidence[] = []
  const statements = new MemoryStatements()
  const contextOf = ({ name, requires = [], uses = [] }: Plugin): HookContext => ({
    ...container.view(name, [...requires, ...uses]),
    run: { ...environment, config, configDigest, policyDigest, baseDirectory: 'memory' },
    policy,
    signal: new AbortController().signal,
    datasetDigest: dataset,
    evidence: async one => {
      evidence.push(structuredClone(one))
      const { subjects = [], ...rest } = structuredClone(one)
      const collectedAt = isoTime(clock)
      await statements.write({ type: 'evidence', subjects, predicate: { ...rest, plugin: name, collectedAt } })
    },
  })
  try {
    const hooks = createDispatcher([plugin], contextOf)
    const before = batchOf(rows, dataset)
    const batch = await hooks.pipe('preprocess', before)
    const dropped = explainDrops(plugin.name, rowCount(before) - rowCount(batch), evidence)
    const stopped = await tellSteps(steps, step => hooks.tell('trainStep', step))
    const assessed = input.evaluate ? await hooks.gather('evaluate', input.evaluate) : []
    const request = requestOf(
      config,
      { dataset, configDigest, policyDigest },
      assessed.map(({ answer }) => answer),
    )
    const verdict = plugin.hooks?.deploy ? await hooks.judge('deploy', { ...request, ...input.deploy }) : null
    const alerts: Alert[] = []
    for (const window of windows)
      alerts.push(...(await hooks.gather('monitor', window)).map(({ answer }) => ({ ...answer, plugin: plugin.name })))
    return {
      rows: rowsOf(
        batch,
        rows.some(({ subject }) => subject !== undefined),
      ),
      batch,
      dropped,
      stopped,
      assessments: assessed.map(({ answer }) => answer),
      verdict,
      alerts,
      evidence,
      controls: controlStates(
        [{ name: plugin.name, version: plugin.version, controls: plugin.controls ?? [] }],
        statements.all,
        new Date(clock.now()),
      ),
    }
  } finally {
    await container.close()
  }
}

function configOf(parts: ConfigParts = {}, rows: readonly Row[]): RunConfig {
  const columns = [...new Set(rows.flatMap(row => Object.keys(row)))].filter(
    name => !['subject', 'label'].includes(name),
  )
  const { data, training = {}, ...rest } = parts
  return parseConfig({
    name: 'plugin test',
    purpose: 'test',
    author: 'author',
    data: {
      source: 'memory.csv',
      label: 'label',
      classes: ['no', 'yes'],
      ...(columns.length > 0 && { keep: columns }),
      ...data,
    },
    model: { architecture: 'embedding-bag' },
    training,
    ...rest,
  })
}

const allKinds: readonly Obligation['kind'][] = [
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
]

/** Everything around the plugin as one plugin, so that the kernel's own checks see a whole. */
function surroundingsOf(
  { provides = [] }: Plugin,
  { services = [], without = [] }: PluginRunInput,
  clock: FakeClock,
): Plugin {
  const fakes = [
    service(AuditLog, new MemoryLog()),
    service(StatementStore, new MemoryStatements()),
    service(Register, new MemoryRegister(clock)),
    service(ConsentRegistry, new MemoryConsent()),
    service(Approvals, new MemoryApprovals()),
    service(PiiScrubber, new MemoryScrubber()),
    service(Retention, new MemoryRetention()),
    service(SubjectRequests, new MemorySubjectRequests()),
    service(AccessControl, new MemoryAccess()),
  ]
  const given = new Set([...[...provides, ...services].map(({ token }) => tokenName(token)), ...without.map(tokenName)])
  return {
    name: '@attestry/plugin-kit',
    version: '0.1.0',
    core: '*',
    answers: allKinds,
    provides: [...services, ...fakes.filter(({ token }) => !given.has(tokenName(token)))],
  }
}

function requestOf(
  config: RunConfig,
  { dataset, configDigest, policyDigest }: { dataset: Digest; configDigest: Digest; policyDigest: Digest },
  assessments: readonly Assessment[],
): DeployRequest {
  const changeTicket = config.deployment?.changeTicket
  return {
    modelDigest: sha256('model'),
    datasetDigest: dataset,
    configDigest,
    policyDigest,
    assessmentsDigest: sha256(canonicalJson(assessments)),
    purpose: config.purpose,
    author: config.author,
    ...(changeTicket !== undefined && { changeTicket }),
    assessments,
  }
}

async function tellSteps(
  steps: readonly StepReport[],
  tell: (step: StepReport) => Promise<Stop | null>,
): Promise<PluginRun['stopped']> {
  for (const step of steps) {
    const stop = await tell(step)
    if (stop) return { ...stop, step: step.step }
  }
  return null
}

/** Evidence with a number `dropped` among its facts explains that many rows; the first control it names is the reason. */
function explainDrops(plugin: string, total: number, evidence: readonly Evidence[]): readonly Dropped[] {
  const explained = evidence.flatMap(({ facts, controls }) => {
    const count = Number(facts['dropped'] ?? 0)
    return count > 0 ? [{ plugin, control: controls[0] ?? null, count }] : []
  })
  const rest = total - explained.reduce((sum, { count }) => sum + count, 0)
  return rest === 0 ? explained : [...explained, { plugin, control: null, count: rest }]
}
