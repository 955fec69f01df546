import { isAttestryError, isoTime, systemClock, type Clock, type ScheduledCheck } from '@attestry/core'
import type { Delivered, Delivery } from '../channels/delivery.js'
import { noticeOf, type Notice } from '../channels/message.js'
import type { DueReport } from './run-due.js'

/** What people have to know of a report: checks that failed, were refused or were missed. Nothing when all went well. */
export function noticesOf({ runs, missed, refused }: DueReport): readonly (Notice & { readonly check: string })[] {
  const failed = runs.filter(({ outcome }) => outcome === 'failed')
  const names = [...new Set(missed.map(({ name }) => name))]
  return [
    ...failed.map(({ name, due, failure }) =>
      notice('check-failed', name, due, `the check ${name} due on ${due} failed: ${reasonOf(failure)}`),
    ),
    ...refused.map(({ name, error }) =>
      notice('check-failed', name, error.message, `the check ${name} does not run: ${reasonOf(error)}`),
    ),
    ...names.map(name => {
      const dues = missed.filter(one => one.name === name).map(({ due }) => due)
      const last = dues.at(-1)!
      const what = dues.length === 1 ? `a due time of ${name} has` : `${dues.length} due times of ${name} have`
      return notice('check-missed', name, last, `${what} no run, the last one ${last}`)
    }),
  ]
}

/**
 * Sends the notices of a report to the channels of the schedule that each is about.
 *
 * @param checks the schedules, as `list` gives them
 * @throws MONITOR-E104 when a schedule names a channel that is not set up
 */
export async function tellReport(
  report: DueReport,
  checks: readonly ScheduledCheck[],
  delivery: Delivery,
  clock: Clock = systemClock,
): Promise<readonly Delivered[]> {
  const sent: Delivered[] = []
  for (const { check, ...news } of noticesOf(report)) {
    const channels = checks.find(({ name }) => name === check)?.channels ?? []
    sent.push(...(await delivery.deliver(noticeOf(news, isoTime(clock)), channels)))
  }
  return sent
}

const notice = (
  kind: Notice['kind'],
  check: string,
  due: string,
  text: string,
): Notice & { readonly check: string } => ({
  kind,
  about: { check, due },
  text,
  check,
})

/** Messages of other errors may hold values of the data. */
const reasonOf = (failure: unknown): string =>
  isAttestryError(failure) ? `${failure.code} ${failure.message}` : 'an unexpected failure, see the log of the process'
