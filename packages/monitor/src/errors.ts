import { AttestryError, type ErrorCatalogue } from '@attestry/core'
import { checkErrors } from './checks/errors.js'
import { performanceErrors } from './performance/errors.js'
import { ruleErrors } from './alerts/errors.js'
import { channelErrors } from './channels/errors.js'
import { recordErrors } from './record/errors.js'
import { scheduleErrors } from './schedules/errors.js'
import { serveErrors } from './serve/errors.js'
import { sketchErrors } from './sketches/errors.js'

/** Every code of this package. */
export const errorCatalogue: ErrorCatalogue = {
  'MONITOR-E001': {
    title: 'the options of the monitor plugin are not valid',
    explanation:
      'The plugin knows thresholds (psi, accuracyDrop, selectionRateGap) and notify (console, file, webhook, slack, email). An unknown name or a value out of range is refused, because a threshold that is misspelt and ignored would leave drift unwatched. The message names the option and what is wrong with it. Mend the entry in the plugins list of the config.',
    example:
      "{ use: '@attestry/monitor', options: { thresholds: { PSI: 0.2 } } } fails; the threshold is called psi. A file is a path inside the run's folder that ends in .jsonl.",
  },
  'MONITOR-E002': {
    title: 'a window cannot be compared with its reference',
    explanation:
      'A window of predictions is compared with the predictions for the test set, so both must have the same classes and the same group columns, with one entry per row. Here they differ. Comparing what happens to be common would report calm where nothing was measured. Predict both with the same model and the same config.',
    example:
      'a reference with groups { region } and a window without that column fails; add the column to the source of monitoring.',
  },
  'MONITOR-E003': {
    title: 'an alert could not be appended to its file',
    explanation:
      'An alert counts as delivered to a file once its line is on disk. Opening, writing or flushing the file failed, for the reason named in the message. The alert itself is in the log of the run. Free some space or correct the permissions of the run folder, and name a file that is no link.',
    example: 'notify: { file: "alerts.jsonl" } on a full disk fails; free space and run the window again.',
  },
  'MONITOR-E004': {
    title: 'a webhook did not accept an alert',
    explanation:
      'The alert was posted and no answer with a status of 200 to 299 came within the timeout. Timeouts, broken connections and the statuses 408, 429 and 500 to 599 are tried three times; any other status, redirects included, is final. The alert itself is in the log of the run. The message names the host only, because paths of webhooks often hold a secret.',
    example: 'notify: { webhook: { url: "http://127.0.0.1:9/hook" } } fails when nothing listens there.',
  },
  'MONITOR-E005': {
    title: 'several channels failed to deliver an alert',
    explanation:
      'Every channel is tried, whatever happened to the others. More than one of them failed, and the notes of the error hold the reason of each. The alert itself is in the log of the run. Mend each channel as its own code explains.',
    example: 'a full disk and an unreachable webhook at the same moment; see MONITOR-E003 and MONITOR-E004.',
  },
  ...checkErrors,
  ...performanceErrors,
  ...channelErrors,
  ...recordErrors,
  ...scheduleErrors,
  ...ruleErrors,
  ...serveErrors,
  ...sketchErrors,
}

/** MONITOR-E001. Options that the schema refuses. */
export const badOptions = (problems: readonly string[]): AttestryError =>
  new AttestryError({
    code: 'MONITOR-E001',
    message: `the options of @attestry/monitor are not valid: ${problems[0]}`,
    notes: problems.slice(1),
    help: 'use thresholds { psi, accuracyDrop, selectionRateGap } and notify { console, file, webhook, slack, email }',
  })

/** MONITOR-E002. Window and reference differ in shape. */
export const notComparable = (difference: string): AttestryError =>
  new AttestryError({
    code: 'MONITOR-E002',
    message: `the window cannot be compared with its reference: ${difference}`,
    help: 'predict both with the same model, the same classes and the same data.groups',
  })

/** MONITOR-E003. The alert file could not be written. */
export const fileFailed = (file: string, cause: unknown): AttestryError =>
  new AttestryError({
    code: 'MONITOR-E003',
    message: `an alert could not be appended to ${file}: ${reasonOf(cause)}`,
    where: { file },
    help: 'free space or correct the permissions of the run folder',
    cause,
  })

/** MONITOR-E004. The webhook gave no good answer. */
export const webhookFailed = (host: string, reason: string, attempts: number, cause?: unknown): AttestryError =>
  new AttestryError({
    code: 'MONITOR-E004',
    message: `the webhook at ${host} did not accept an alert: ${reason} (attempts: ${attempts})`,
    help: 'check that the service at that host is up and accepts a POST of JSON',
    cause,
  })

/** MONITOR-E005. More than one channel failed. */
export const channelsFailed = (failures: readonly unknown[], channels: number): AttestryError =>
  new AttestryError({
    code: 'MONITOR-E005',
    message: `${failures.length} of ${channels} channels failed to deliver an alert`,
    notes: failures.map(failure => (failure instanceof Error ? failure.message : 'unknown failure')),
    help: 'mend each channel named in the notes',
    cause: failures[0],
  })

/** A system error's code, such as ENOSPC: messages may hold absolute paths. */
const reasonOf = (cause: unknown): string =>
  typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : 'unknown failure'
