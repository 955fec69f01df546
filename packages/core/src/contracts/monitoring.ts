import { token, type ServiceToken } from '../services.js'

/** A check that runs again and again. */
export interface ScheduledCheck {
  readonly name: string
  /** `hourly`, `daily`, `weekly`, or five cron fields in UTC. */
  readonly frequency: string
  /** Such as `bias_drift`, `privacy_leakage`, `data_quality`. */
  readonly checks: readonly string[]
  /** Names of the channels that are told. */
  readonly channels: readonly string[]
  readonly createdAt: string
  /** RFC 3339; null before the first run. */
  readonly lastRun: string | null
  readonly lastOutcome: 'ok' | 'alerts' | 'failed' | null
  readonly nextDue: string
  /** Due times that passed without a run, newest last, a bounded number. */
  readonly missed: readonly string[]
}

/** Checks of deployed models by the calendar, across runs of a workspace. */
export interface CheckSchedules {
  list(): Promise<readonly ScheduledCheck[]>
}

export const CheckSchedules: ServiceToken<CheckSchedules> = token<CheckSchedules>('CheckSchedules')
