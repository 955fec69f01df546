import { addDuration, SubjectRequests, type Clock, type SubjectCase } from '@attestry/core'
import type { DeployCheck } from './deploy-checks.js'
import { requestsOverdue, requestsUnknown } from './errors.js'
import { confirmBusinessDays, periods } from './tables.js'

/**
 * By when a request must be answered, counted from when it was opened: 45 days, or later when the case carries an extended
 * date of this law, and never more than 90 days. Null when the opening cannot be dated.
 */
export function answerBy({ openedAt, due }: SubjectCase): Date | null {
  const opened = new Date(openedAt)
  if (Number.isNaN(opened.getTime())) return null
  const first = addDuration(opened, periods.answer.duration).getTime()
  const last = addDuration(opened, periods.answerAtMost.duration).getTime()
  const own = due.filter(({ control }) => control.startsWith('CCPA-')).map(({ by }) => Date.parse(by))
  const extended = own.filter(by => !Number.isNaN(by)).reduce((a, b) => Math.max(a, b), first)
  return new Date(Math.min(extended, last))
}

/** By when receipt must be confirmed: ten business days after the opening, Saturdays and Sundays left out. */
export function confirmBy(opened: Date, days: number = confirmBusinessDays): Date {
  const day = new Date(opened)
  for (let left = days; left > 0; ) {
    day.setUTCDate(day.getUTCDate() + 1)
    if (day.getUTCDay() !== 0 && day.getUTCDay() !== 6) left--
  }
  return day
}

/** 1798.130(a)(2): no request of a person is past its clock. An unreadable date counts as past. */
export const requestClocks =
  (clock: Clock): DeployCheck =>
  async (_, context) => {
    const requests = context.find(SubjectRequests)
    if (!requests) return [requestsUnknown()]
    const open = (await requests.cases()).filter(({ answeredAt }) => answeredAt === null)
    const now = clock.now()
    const overdue = open.filter(one => !((answerBy(one)?.getTime() ?? NaN) >= now)).length
    const pastConfirmation = open.filter(({ openedAt }) => confirmBy(new Date(openedAt)).getTime() < now).length
    await context.evidence({
      type: 'request-clocks',
      controls: ['CCPA-1798.130(a)(2)'],
      outcome: overdue === 0 ? 'pass' : 'fail',
      facts: { open: open.length, overdue, openPastConfirmation: pastConfirmation },
    })
    return overdue === 0 ? [] : [requestsOverdue(overdue)]
  }
