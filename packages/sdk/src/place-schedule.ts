import { nearest } from '@attestry/core'
import type { Clock, ScheduledCheck } from '@attestry/core'
import { checkAliases, monitorDirectory, openSchedules, parseChecks, type NotifyOptions } from '@attestry/monitor'
import { checkChannelNames, missingChannels } from './alert-channels.js'
import { unknownWord } from './errors.js'
import { retentionCheck, scheduledCheckNames } from './scheduled-checks.js'

export interface ScheduleRequest {
  /** `hourly`, `daily`, `weekly`, or five cron fields in UTC. */
  readonly frequency: string
  /** Names of checks, or `retention`, which destroys what is due. */
  readonly checks: readonly string[]
  /** `email`, `slack`, `webhook`, `file`, `console`. Default: the console. */
  readonly notificationChannels?: readonly string[]
  /** Default: from frequency and checks, so that the same request twice is one schedule. */
  readonly name?: string
}

/** A schedule, and the channels of it that nobody has set up yet. */
export interface PlacedSchedule extends ScheduledCheck {
  readonly channelsNotSetUp: readonly string[]
}

/** Whose calendar it is, and which channels are set up there. */
export interface Calendar {
  readonly workspace: string
  readonly clock: Clock
  readonly notify: NotifyOptions
}

/**
 * Places checks in the calendar of a workspace, durably. The same request again changes nothing.
 *
 * @throws SDK-E009 for an unknown check or channel, MONITOR-E201 or MONITOR-E202 for a schedule that cannot be accepted,
 *   MONITOR-E203 when the name has other content
 */
export async function placeSchedule(
  { workspace, clock, notify }: Calendar,
  { frequency, checks, notificationChannels = ['console'], name }: ScheduleRequest,
): Promise<PlacedSchedule> {
  const known = checksNamed(checks)
  checkChannelNames(notificationChannels)
  const placed = await openSchedules(monitorDirectory(workspace), { clock }).add({
    name: name ?? nameOf(frequency, known),
    frequency,
    checks: known,
    channels: notificationChannels,
  })
  return { ...placed, channelsNotSetUp: missingChannels(notify, notificationChannels) }
}

/** Each check once, under its own name, with what is no comparison last. */
function checksNamed(given: readonly string[]): readonly string[] {
  for (const one of given)
    if (!scheduledCheckNames.includes(one) && !Object.hasOwn(checkAliases, one))
      throw unknownWord('check', one, scheduledCheckNames, nearest(one, scheduledCheckNames))
  const comparisons = given.filter(one => one !== retentionCheck)
  return [
    ...(comparisons.length > 0 ? parseChecks(comparisons) : []),
    ...(comparisons.length < given.length ? [retentionCheck] : []),
  ]
}

/** Lower-case letters, digits and dashes, such as `daily-bias-drift-data-quality`. */
const nameOf = (frequency: string, checks: readonly string[]): string =>
  [frequency, ...checks]
    .join('-')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(0, 60)
    .replace(/-$/, '')
