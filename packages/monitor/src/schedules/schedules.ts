import { isDeepStrictEqual } from 'node:util'
import { join } from 'node:path'
import { systemClock, type CheckSchedules, type Clock, type ScheduledCheck } from '@attestry/core'
import { openStateFile, type StateFile } from '../state/state-file.js'
import { isDead } from './claim.js'
import { nextDue, parseCron } from './cron.js'
import { asOf } from './due.js'
import { scheduleBad, scheduleExists, schedulesDamaged, scheduleUnknown } from './errors.js'
import { runDueChecks, type DueReport, type RunCheck } from './run-due.js'
import {
  entrySchema,
  shown,
  storedSchema,
  type ScheduleEntry,
  type StoredCheck,
  type StoredSchedules,
} from './stored-check.js'

/** Checks by the calendar. Safe to open in several processes on one folder. */
export interface Schedules extends CheckSchedules {
  /** Every schedule as it stands now: due times that passed without a run are in `missed`, whether or not anybody ran. */
  list(): Promise<readonly ScheduledCheck[]>
  /**
   * Adds a schedule; its first due time is the next one. The same schedule again changes nothing.
   *
   * @throws MONITOR-E201, MONITOR-E202 when it cannot be accepted, MONITOR-E203 when the name has other content
   */
  add(entry: ScheduleEntry): Promise<ScheduledCheck>
  /** Removes a schedule and its record of missed times. @throws MONITOR-E204 when there is none of that name */
  remove(name: string): Promise<void>
  /**
   * Runs every check that is due, one after the other, each for its latest due time. No due time has two runs, whatever
   * other processes do and however this one ends.
   */
  runDue(runCheck: RunCheck, signal?: AbortSignal): Promise<DueReport>
}

export interface SchedulesOptions {
  /** Default: the machine's. */
  readonly clock?: Clock
  /** A run whose process is silent for so long counts as interrupted. Default 10 minutes. */
  readonly leaseMs?: number
}

const mostSchedules = 1000

/** Opens the schedules in a folder. @throws MONITOR-E205, from every method, when their file is damaged */
export function openSchedules(directory: string, options: SchedulesOptions = {}): Schedules {
  const { clock = systemClock, leaseMs = 600_000 } = options
  const file: StateFile<StoredSchedules> = openStateFile({
    path: join(directory, 'schedules.json'),
    schema: storedSchema,
    empty: { version: 1, checks: [] },
    damaged: problem => schedulesDamaged('schedules.json', problem),
  })
  const now = (): Date => new Date(clock.now())
  return {
    async list() {
      const { checks } = await file.read()
      return Promise.all(checks.map(async check => shown(asOf(check, now(), await isDead(check.claim, now())).check)))
    },
    async add(given) {
      const entry = checked(given)
      const cron = parseCron(entry.frequency)
      return file.change(state => {
        const old = state.checks.find(({ name }) => name === entry.name)
        if (old && !isDeepStrictEqual(entryOf(old), entry)) throw scheduleExists(entry.name)
        if (old) return { state, value: shown(old) }
        if (state.checks.length >= mostSchedules) throw scheduleBad(`there are ${mostSchedules} already`)
        const check: StoredCheck = {
          ...entry,
          createdAt: now().toISOString(),
          lastRun: null,
          lastOutcome: null,
          nextDue: nextDue(cron, now())!.toISOString(),
          missed: [],
          claim: null,
          lookedAt: now().toISOString(),
        }
        return { state: { ...state, checks: [...state.checks, check] }, value: shown(check) }
      })
    },
    remove: name =>
      file.change(state => {
        const names = state.checks.map(check => check.name)
        if (!names.includes(name)) throw scheduleUnknown(name, names)
        return { state: { ...state, checks: state.checks.filter(check => check.name !== name) }, value: undefined }
      }),
    runDue: (runCheck, signal = new AbortController().signal) =>
      runDueChecks({ file, clock, leaseMs, runCheck, signal }),
  }
}

function checked(given: ScheduleEntry): ScheduleEntry {
  const { success, data, error } = entrySchema.safeParse(given)
  if (success) return data
  const { path, message } = error.issues[0]!
  throw scheduleBad(`${path.join('.') || 'the entry'}: ${message}`)
}

const entryOf = ({ name, frequency, checks, channels }: ScheduledCheck): ScheduleEntry => ({
  name,
  frequency,
  checks,
  channels,
})
