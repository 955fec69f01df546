import { createHash } from 'node:crypto'
import { canonicalJson, type Alert } from '@attestry/core'

/** What every channel sends. */
export interface Message {
  /** Such as `attestry.monitor.alert-raised`. */
  readonly type: `attestry.monitor.${string}`
  /** The same for the same news: nothing is sent twice to a channel under one id, and receivers drop repetitions by it. */
  readonly id: string
  /** RFC 3339, UTC. */
  readonly time: string
  /** The news on one line; chat services show this member. */
  readonly text: string
}

/** An alert of a window of a run. */
export interface AlertMessage extends Message {
  readonly type: 'attestry.monitor.alert-raised'
  readonly run: string
  readonly window: number
  readonly alert: Alert
}

/** What a notice is about. Names and numbers only, never a row of data. */
export interface Notice {
  readonly kind: 'alert-raised' | 'alert-cleared' | 'data-missing' | 'data-back' | 'check-missed' | 'check-failed'
  /** What makes it this notice and no other, such as schedule and due time. */
  readonly about: Readonly<Record<string, string | number>>
  readonly text: string
}

/** Writes news that belong to no window of a run as a message; the same kind and `about` give the same id. */
export function noticeOf({ kind, about, text }: Notice, time: string): Message & Pick<Notice, 'about'> {
  const id = createHash('sha256').update(canonicalJson({ kind, about })).digest('hex').slice(0, 32)
  return { type: `attestry.monitor.${kind}`, id, time, text: oneLine(text), about }
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
