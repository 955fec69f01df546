import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AuditLog } from './contracts/audit-log.js'
import { DataReader, Lineage, ShardStore } from './contracts/data.js'
import { SubjectHandles } from './contracts/governance.js'
import { PrivacyLedger } from './contracts/privacy.js'
import { ReportWriter } from './contracts/report.js'
import { Notifier } from './contracts/assessment.js'
import { Reweighing, Trainer } from './contracts/training.js'
import { StatementStore } from './contracts/statements.js'
import { Vault } from './contracts/vault.js'
import { EgressGuard } from './contracts/network.js'
import type { Stage } from './contracts/events.js'
import { createBus, type Bus } from './bus.js'
import { canonicalJson } from './canonical-json.js'
import { isoTime, systemClock, ulid, type Clock } from './clock.js'
import { parseConfig, type RunConfig } from './config.js'
import { sha256, type Digest } from './digest.js'
import { createDispatcher } from './dispatch.js'
import { AttestryError, isAttestryError } from './errors.js'
import { foldRun, type FoldedRun } from './fold.js'
import { checkPlugins } from './load.js'
import { openServices, type Environment, type Services, type ServiceToken } from './services.js'
import { endRun } from './end-run.js'
import { controlsWith, recordEvidence, recordNewStatements, type OpenRun, type Progress } from './open-run.js'
import { closeEgress } from './egress.js'
import { combinePolicy, type EffectivePolicy } from './policy.js'
import { resolveConflicts } from './resolution.js'
import { writeDurably } from './durable-file.js'
import type { Plugin } from './plugin.js'
import type { RunRecord, RunStatus, StageFacts } from './run-record.js'
import { preprocess } from './stages/preprocess.js'
import { train } from './stages/train.js'
import { evaluate } from './stages/evaluate.js'
import { deploy } from './stages/deploy.js'
import { monitor } from './stages/monitor.js'

export interface RunOptions {
  /** Checked here, once. */
  readonly config: unknown
  readonly plugins: readonly Plugin[]
  /** Folder that paths of the config are relative to. */
  readonly baseDirectory: string
  /** `.attestry`: keys, register, ledger and runs. */
  readonly workspace: string
  readonly clock?: Clock
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: Progress) => void
  /** Called once the bus is open, with events as they become durable. */
  readonly onOpen?: (bus: Bus, directory: string) => void
}

/** Every stage in order, with what it does. A stage that has finished is never run again. */
const stages: { readonly [S in Stage]: (run: OpenRun, facts: Partial<StageFacts>) => Promise<StageFacts[S]> } = {
  preprocess,
  train,
  evaluate,
  deploy,
  monitor,
}

const required: readonly ServiceToken<unknown>[] = [AuditLog, StatementStore, DataReader, ShardStore, Trainer]
const optional: readonly ServiceToken<unknown>[] = [
  Lineage,
  PrivacyLedger,
  SubjectHandles,
  ReportWriter,
  Notifier,
  Reweighing,
  Vault,
  EgressGuard,
]

/**
 * Runs the pipeline over a config, from the first stage to the verdict.
 *
 * @returns the record; its status says whether the run finished, was vetoed, or waits for people
 * @throws the coded error that stopped it, after it was recorded
 */
export async function startRun(options: RunOptions): Promise<RunRecord> {
  const config = parseConfig(options.config)
  checkPlugins(options.plugins, required)
  const runId = ulid(options.clock)
  const directory = runDirectory(options.workspace, runId)
  await mkdir(directory, { recursive: true })
  await writeDurably(join(directory, 'config.json'), canonicalJson(config))
  let isOpen = false
  const onOpen: RunOptions['onOpen'] = (...opened) => {
    isOpen = true
    options.onOpen?.(...opened)
  }
  try {
    return await perform({ runId, directory, workspace: options.workspace }, config, { ...options, onOpen })
  } catch (failure) {
    // Without a log there is no run to resume or verify: only a folder that looks like one.
    if (!isOpen) await rm(directory, { recursive: true, force: true })
    throw failure
  }
}

/**
 * Goes on with a run that was killed, failed, or waits for people. Finished stages and batches are not done again.
 *
 * @param options without config: the run's own is used
 * @throws CORE-E021 when the plugins demand something else than when the run began, CORE-E022 when there is no such run
 */
export async function resumeRun(runId: string, options: Omit<RunOptions, 'config'>): Promise<RunRecord> {
  checkPlugins(options.plugins, required)
  const directory = runDirectory(options.workspace, runId)
  const text = await readFile(join(directory, 'config.json'), 'utf8').catch((cause: unknown) => {
    throw new AttestryError({
      code: 'CORE-E022',
      message: `there is no run ${runId} in ${options.workspace}`,
      cause,
      help: 'list the runs with `attestry report --list`, or start a new one',
    })
  })
  return perform({ runId, directory, workspace: options.workspace }, parseConfig(JSON.parse(text)), options)
}

export const runDirectory = (workspace: string, runId: string): string => join(workspace, 'runs', runId)

async function perform(
  environment: Environment,
  config: RunConfig,
  options: Omit<RunOptions, 'config'>,
): Promise<RunRecord> {
  const { plugins, clock = systemClock } = options
  const container = openServices(
    plugins.flatMap(({ provides = [] }) => provides),
    environment,
  )
  try {
    const services = container.view('the run', [...required, ...optional])
    const log = services.get(AuditLog)
    const before = await foldRun(log.read())
    refuseFinished(before)
    const bus = createBus(log, environment.runId, config.author, clock)
    options.onOpen?.(bus, environment.directory)
    try {
      const run = await openRun(environment, config, options, { services, log, before, bus, clock, container })
      try {
        return await enterStages(run)
      } finally {
        run.egress.closed?.release()
      }
    } finally {
      await log.checkpoint()
      bus.close()
    }
  } finally {
    await container.close()
  }
}

interface Opened {
  readonly services: Services
  readonly log: AuditLog
  readonly before: FoldedRun | null
  readonly bus: Bus
  readonly clock: Clock
  readonly container: ReturnType<typeof openServices>
}

/** A finished run is closed: nothing in it is left to do. */
function refuseFinished(before: FoldedRun | null): void {
  if (before?.record.status !== 'finished') return
  throw new AttestryError({
    code: 'CORE-E023',
    message: `run ${before.record.id} has finished`,
    where: { run: before.record.id },
    help: 'start a new run to train again',
  })
}

async function openRun(
  environment: Environment,
  config: RunConfig,
  options: Omit<RunOptions, 'config'>,
  { services, log, before, bus, clock, container }: Opened,
): Promise<OpenRun> {
  const { plugins } = options
  const statements = services.get(StatementStore)
  const combined = combinePolicy(plugins)
  const policy = await resolveConflicts(combined, statements, config, new Date(clock.now()))
  if (before) refuseOtherDemands(before, combined)

  const pluginFacts = plugins
    .map(({ name, version, regulation, controls = [] }) => ({
      name,
      version,
      controls,
      ...(regulation && { regulation }),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  const policyText = canonicalJson({ policy, plugins: pluginFacts })
  await writeDurably(join(environment.directory, 'policy.json'), policyText)
  const configDigest = sha256(canonicalJson(config))
  const policyDigest = sha256(policyText)
  await bus.note(before ? 'attestry.run.resumed' : 'attestry.run.started', {
    objects: [configDigest, policyDigest],
    payload: { config, configDigest, policy, policyDigest, plugins: pluginFacts },
  })
  for (const { event } of before?.open ?? [])
    await bus.note('attestry.intent.reconciled', {
      result: 'unknown',
      ...(event.stage && { stage: event.stage }),
      payload: { intent: event.id, type: event.type },
    })
  await recordNewStatements(statements, bus, before?.statements ?? new Set())

  const info = { ...environment, config, configDigest, policyDigest, baseDirectory: options.baseDirectory }
  const dataset: { digest: Digest | null } = { digest: before?.record.stages.preprocess?.dataset.digest ?? null }
  const signal = options.signal ?? new AbortController().signal
  const evidence: OpenRun['evidence'] = (one, plugin = '@attestry/core') => {
    const controls = one.controls.length > 0 ? one.controls : controlsWith(pluginFacts, one.type)
    return recordEvidence(statements, bus, clock, environment.runId, { ...one, controls }, plugin)
  }

  const hooks = createDispatcher(plugins, ({ name, requires = [], uses = [] }) => ({
    ...container.view(name, [...requires, ...uses]),
    run: info,
    policy,
    signal,
    get datasetDigest() {
      return dataset.digest
    },
    evidence: one => evidence(one, name),
  }))
  const progress = options.onProgress ?? (() => undefined)
  return {
    info,
    policy,
    plugins: pluginFacts,
    services,
    log,
    bus,
    hooks,
    before,
    clock,
    signal,
    dataset,
    egress: { closed: null },
    progress,
    evidence,
  }
}

/** A resumed run must be the same run: other plugins or options would judge old stages by new rules. */
function refuseOtherDemands({ record }: FoldedRun, policy: EffectivePolicy): void {
  const demands = ({ conflicts, retention, ...rest }: EffectivePolicy): string =>
    canonicalJson({
      ...rest,
      retention: retention.map(({ value, sources }) => ({ dataClass: value.dataClass, sources })),
      conflicts: conflicts.map(({ id, demands }) => ({ id, demands })),
    })
  if (demands(record.policy) === demands(policy)) return
  throw new AttestryError({
    code: 'CORE-E021',
    message: `the plugins now demand something else than when run ${record.id} began`,
    where: { run: record.id },
    help: 'load the same plugins with the same options, or start a new run',
  })
}

async function enterStages(run: OpenRun): Promise<RunRecord> {
  const facts: Partial<StageFacts> = { ...run.before?.record.stages }
  try {
    const conflict = run.policy.conflicts.find(({ resolution }) => !resolution)
    if (conflict) {
      await run.bus.note('attestry.policy.conflict-found', {
        controls: conflict.demands.map(({ control }) => control),
        payload: conflict,
      })
      const demands = conflict.demands.map(({ control, demand }) => `${control}: ${demand}`)
      return await endRun(run, facts, 'waiting', {
        code: 'CORE-E030',
        message: `obligations disagree on ${conflict.id} (${demands.join('; ')})`,
      })
    }
    closeEgress(run)
    for (const stage of Object.keys(stages) as Stage[]) {
      const isJudgedAgain = stage === 'deploy' && facts.deploy?.verdict.decision === 'deny'
      if (!facts[stage] || isJudgedAgain) await enterStage(run, facts, stage)
      const { verdict } = facts.deploy ?? {}
      if (stage === 'deploy' && verdict?.decision === 'deny') {
        const denials = verdict.reasons.filter(({ kind }) => kind !== 'met')
        const status = denials.every(({ kind }) => kind === 'pending') ? 'waiting' : 'vetoed'
        return await endRun(run, facts, status, {
          code: 'CORE-E031',
          message: denials.map(r => r.note).join('; '),
          stage,
        })
      }
    }
    return await endRun(run, facts, 'finished', null)
  } catch (failure) {
    const error = codedFailure(failure, run.signal).at({ run: run.info.runId })
    // The failure that ended the run is the one to tell, also when recording it fails too.
    await endRun(run, facts, 'failed', { code: error.code, message: error.message }).catch(() => undefined)
    throw error
  }
}

function codedFailure(failure: unknown, signal: AbortSignal): AttestryError {
  if (isAttestryError(failure)) return failure
  if (signal.aborted)
    return new AttestryError({
      code: 'CORE-E016',
      message: 'the run was stopped on request',
      help: 'go on with `attestry resume`',
    })
  return new AttestryError({
    code: 'CORE-E014',
    message: 'the run failed in a way that has no code',
    cause: failure,
    help: 'run again with --debug',
  })
}

async function enterStage<S extends Stage>(run: OpenRun, facts: Partial<StageFacts>, stage: S): Promise<void> {
  await run.bus.note('attestry.stage.started', { stage })
  try {
    facts[stage] = await stages[stage](run, facts)
  } catch (failure) {
    throw isAttestryError(failure) ? failure.at({ stage }) : failure
  }
  await run.bus.note('attestry.stage.finished', { stage, result: 'ok', payload: facts[stage] })
}
