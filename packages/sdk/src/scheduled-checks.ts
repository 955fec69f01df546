import { join } from 'node:path'
import { isoTime, ulid, type Clock, type ScheduledCheck } from '@attestry/core'
import { withWorkspaceLog, workspaceRun } from '@attestry/audit'
import {
  checkNames,
  monitorDirectory,
  observationsOf,
  openAlertRules,
  openDelivery,
  openSchedules,
  rulesOf,
  tellReport,
  tellUntold,
  watchSchedules,
  type Delivery,
  type DueReport,
  type Finding,
  type NotifyOptions,
  type RunCheck,
  type Schedules,
  type WatchOptions,
} from '@attestry/monitor'
import { allChannels } from './alert-channels.js'
import { nothingChecked } from './errors.js'
import type { OpenableModel } from './model-samples.js'
import { alertsFolder, checkTracked, recordedSince, trackedModels } from './tracked-model.js'
import { disposeInWorkspace } from './workspace-retention.js'

/** What due checks need, in whichever process they run. */
export interface CheckWork {
  readonly workspace: string
  readonly clock: Clock
  readonly notify: NotifyOptions
  /** Such as `process.env`. */
  readonly variables: Readonly<Record<string, string | undefined>>
  /** Opens the model of a run, for checks that ask it; undefined when it cannot be opened here. */
  readonly openModel: (run: string) => Promise<OpenableModel | undefined>
  readonly signal?: AbortSignal
}

/** One check of one model, as it was found. */
export interface CheckedModel {
  readonly check: string
  readonly run: string
  readonly findings: readonly Finding[]
}

export interface ChecksReport extends DueReport {
  readonly checked: readonly CheckedModel[]
}

/** Destroys what is due, as `attestry retention dispose` does: the one scheduled work that is no comparison. */
export const retentionCheck = 'retention'

/** Every name that a schedule may give. */
export const scheduledCheckNames: readonly string[] = [...checkNames, retentionCheck]

/** The channels of a workspace: what one does not accept is kept there and can be delivered again. */
export const deliveryOf = ({ workspace, notify, variables, clock }: Omit<CheckWork, 'openModel'>): Delivery =>
  openDelivery(
    monitorDirectory(workspace),
    allChannels(notify, join(monitorDirectory(workspace), 'alerts'), variables),
    clock,
  )

/**
 * Runs every check that is due, tells the channels of its schedule what was found and what was missed, and notes both in the
 * log of the workspace. No due time has two runs, in whatever number of processes this is called.
 */
export async function runScheduledChecks(work: CheckWork): Promise<ChecksReport> {
  const { schedules, runCheck, afterReport } = roundOf(work)
  return afterReport(await schedules.runDue(runCheck, work.signal))
}

/** A watch over the calendar of a workspace. */
export interface ChecksWatch extends Pick<WatchOptions, 'longestWaitMs' | 'wait'> {
  /** Ends the watch; a check that runs is waited for, and told and noted as any other. */
  readonly signal: AbortSignal
  /** Called after each look, whether or not anything ran. What it throws ends the watch. */
  readonly onReport?: (report: ChecksReport) => void | Promise<void>
}

/** Runs, tells and notes what becomes due, as `runScheduledChecks` does, until the signal is aborted. */
export async function watchScheduledChecks(work: Omit<CheckWork, 'signal'>, watch: ChecksWatch): Promise<void> {
  const { schedules, runCheck, afterReport } = roundOf(work)
  await watchSchedules(schedules, runCheck, {
    ...watch,
    clock: work.clock,
    onReport: async report => watch.onReport?.(await afterReport(report)),
  })
}

/** What every look at the calendar needs. `afterReport` ends a look, and takes what its checks found. */
interface Round {
  readonly schedules: Schedules
  readonly runCheck: RunCheck
  readonly afterReport: (report: DueReport) => Promise<ChecksReport>
}

function roundOf(work: CheckWork): Round {
  const { workspace, clock } = work
  const delivery = deliveryOf(work)
  const schedules = openSchedules(monitorDirectory(workspace), { clock })
  const checked: CheckedModel[] = []
  return {
    schedules,
    async runCheck({ check }) {
      const found = await runOne(work, check)
      checked.push(...found)
      for (const { run, findings } of found) {
        // Told once when it is raised and once when it is cleared, not every day.
        const rules = openAlertRules(alertsFolder(workspace, run, check.name), rulesOf(findings, { raiseAfter: 1 }), {
          clock,
        })
        await rules.observe(observationsOf(findings, isoTime(clock)))
        await tellUntold(rules, delivery, check.channels, clock)
      }
      return found.some(({ findings }) => findings.some(({ state }) => state === 'alert')) ? 'alerts' : 'ok'
    },
    async afterReport(report) {
      await tellReport(report, await schedules.list(), delivery, clock)
      await note(work, report)
      return { ...report, checked: checked.splice(0) }
    },
  }
}

async function runOne(work: CheckWork, { name, checks, lastRun }: ScheduledCheck): Promise<CheckedModel[]> {
  const { workspace, clock, openModel } = work
  if (checks.includes(retentionCheck))
    await withWorkspaceLog(workspace, log => disposeInWorkspace(workspace, log, `schedule ${name}`))
  const comparisons = checks.filter(one => one !== retentionCheck)
  if (comparisons.length === 0) return []
  const found: CheckedModel[] = []
  for (const tracking of await trackedModels(workspace)) {
    const window = await recordedSince(workspace, tracking, lastRun)
    const model = comparisons.includes('privacy_leakage') ? await openModel(tracking.run) : undefined
    const findings = await checkTracked(tracking, comparisons, window, clock.now(), model)
    found.push({ check: name, run: tracking.run, findings })
  }
  if (found.length === 0) throw nothingChecked('no model is tracked')
  if (!found.some(({ findings }) => findings.some(({ value }) => value !== null)))
    throw nothingChecked('nothing was recorded since the last time')
  return found
}

/** What ran and what did not, in the log of the workspace. */
async function note({ workspace, clock }: CheckWork, { runs, missed }: DueReport): Promise<void> {
  if (runs.length + missed.length === 0) return
  await withWorkspaceLog(workspace, async log => {
    const append = (
      type: 'attestry.check.finished' | 'attestry.check.missed',
      payload: { readonly [key: string]: string | number },
      result: 'ok' | 'failed',
    ): Promise<number> =>
      log.append({
        id: ulid(clock),
        time: isoTime(clock),
        type,
        phase: 'note',
        actor: 'schedule',
        run: workspaceRun,
        result,
        payload,
      })
    for (const { name, due } of missed) await append('attestry.check.missed', { name, due }, 'failed')
    for (const { name, due, outcome, lateMs } of runs)
      await append('attestry.check.finished', { name, due, outcome, lateMs }, outcome === 'failed' ? 'failed' : 'ok')
  })
}
