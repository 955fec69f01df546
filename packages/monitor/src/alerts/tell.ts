import { canonicalJson, isoTime, systemClock, type Clock } from '@attestry/core'
import type { Delivered, Delivery } from '../channels/delivery.js'
import { noticeOf, type Notice } from '../channels/message.js'
import type { AlertRules } from './alert-rules.js'
import type { AlertEvent } from './stored-alerts.js'

/**
 * Sends every change that nobody was told of. A change counts as told once each channel has it or it is kept for another
 * try; one that was lost stays untold.
 *
 * @param names of the channels; all of them when it is left out
 */
export async function tellUntold(
  rules: AlertRules,
  delivery: Delivery,
  names?: readonly string[],
  clock: Clock = systemClock,
): Promise<readonly Delivered[]> {
  const sent: Delivered[] = []
  for (const event of await rules.untold()) {
    const outcomes = await delivery.deliver(noticeOf(noticeOfEvent(event), isoTime(clock)), names)
    sent.push(...outcomes)
    if (!outcomes.some(({ outcome }) => outcome === 'lost')) await rules.told([event.id])
  }
  return sent
}

/** A change in words: metric, value and limits, and the group it is about. */
export function noticeOfEvent(event: AlertEvent): Notice {
  const { kind, rule, metric, severity, slice, value, raiseAt, clearAt, episode, time } = event
  const groups = Object.entries(slice).map(pair => pair.join('='))
  const where = groups.length === 0 ? '' : ` [${groups.join(', ')}]`
  const what = value === null ? '' : ` ${Number(value.toPrecision(4))}`
  const texts: Readonly<Record<AlertEvent['kind'], string>> = {
    'alert-raised': `${severity}: ${metric}${where}${what}, limit ${raiseAt} (rule ${rule}, ${time})`,
    'alert-cleared': `cleared: ${metric}${where}${what}, past ${clearAt} (rule ${rule}, ${time})`,
    'data-missing': `${severity}: nothing was measured for rule ${rule} (${metric}) up to ${time}`,
    'data-back': `${metric} is measured again (rule ${rule}, ${time})`,
  }
  return { kind, about: { rule, slice: canonicalJson(slice), episode }, text: texts[kind] }
}
