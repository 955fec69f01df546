import { createHash } from 'node:crypto'
import { canonicalJson, type Alert } from '@attestry/core'

/** What every channel sends. */
export interface AlertMessage {
  readonly type: 'attestry.monitor.alert-raised'
  /** The same for the same alert of the same window: receivers drop repetitions by it. */
  readonly id: string
  /** RFC 3339, UTC. */
  readonly time: string
  readonly run: string
  readonly window: number
  /** The alert on one line; chat services show this member. */
  readonly text: string
  readonly alert: Alert
}

/** Writes an alert as a message. Only the members of the contract are taken over, whatever else the object holds. */
export function messageOf(alert: Alert, window: number, run: string, time: string): AlertMessage {
  const { metric, value, threshold, severity, note, slice, control, plugin } = alert
  const clean: Alert = {
    metric,
    value,
    threshold,
    severity,
    note,
    ...(slice && { slice }),
    ...(control !== undefined && { control }),
    ...(plugin !== undefined && { plugin }),
  }
  const id = createHash('sha256').update(canonicalJson({ run, window, metric, slice, control, plugin, note }))
  const where = slice
    ? ` [${Object.entries(slice)
        .map(pair => pair.join('='))
        .join(', ')}]`
    : ''
  const text = `${severity}: ${metric}${where} ${short(value)}, threshold ${short(threshold)}, window ${window}: ${note}`
  return {
    type: 'attestry.monitor.alert-raised',
    id: id.digest('hex').slice(0, 32),
    time,
    run,
    window,
    text: oneLine(text),
    alert: clean,
  }
}

const short = (value: number): string => String(Number(value.toPrecision(4)))

/** Group names come from data: a control character could move the cursor of a terminal or start a new line. */
const oneLine = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, ' ')
