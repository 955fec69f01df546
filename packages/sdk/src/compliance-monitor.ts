import { positiveClass, systemClock, type Clock, nearest } from '@attestry/core'
import {
  defaultCheckThresholds,
  parseChecks,
  type CheckThresholds,
  type Finding,
  type NotifyOptions,
  type Prediction,
  type Recorder,
  type RecorderStatus,
  type WindowRule,
} from '@attestry/monitor'
import { notifyFromEnvironment } from './alert-channels.js'
import { nothingChecked, unknownWord } from './errors.js'
import type { FineTunedModel } from './fine-tuned-model.js'
import type { OpenableModel } from './model-samples.js'
import { placeSchedule, type PlacedSchedule, type ScheduleRequest } from './place-schedule.js'
import { runScheduledChecks, type ChecksReport } from './scheduled-checks.js'
import type { AttestrySDK } from './sdk.js'
import { checkTracked, recordedSince, recorderOf, startTracking, type Tracking } from './tracked-model.js'

export interface ComplianceMonitorOptions {
  readonly sdk: AttestrySDK
  /** Where alerts go. Default: the environment variables of `channelVariables`, the console, and a file. */
  readonly notify?: NotifyOptions
  readonly clock?: Clock
}

/** Thresholds by the names that applications know, or by those of the checks themselves. */
export interface AlertThresholds extends Partial<CheckThresholds> {
  /** Largest change of selection rates and gap of true-positive rates between groups. */
  readonly biasScore?: number
  /** Population stability index, of scores, classes, groups and inputs. */
  readonly dataDrift?: number
  /** Largest advantage of a membership attack. */
  readonly privacyLeakage?: number
}

export interface TrackRequest {
  readonly model: FineTunedModel
  /** Such as `bias`, `drift`, `privacy_leakage`, `data_quality`, `performance`. */
  readonly metrics: readonly string[]
  readonly alertThresholds?: AlertThresholds
  /** When a window of predictions is closed. Default: every hour. */
  readonly window?: WindowRule
}

/** A deployed model that is watched. */
export interface TrackedPredictions {
  readonly tracking: Tracking
  /** Counts one prediction in a few microseconds; never throws, and keeps nothing of the row. Tells whether it was counted. */
  record(prediction: Prediction): boolean
  status(): RecorderStatus
  /** Closes the open window and checks everything that was recorded since tracking began. */
  check(): Promise<readonly Finding[]>
  /** Stores what is open; nothing is recorded after it. */
  close(): Promise<void>
}

/** Watches deployed models: counts predictions, compares them with the held-out rows, and checks by the calendar. */
export class ComplianceMonitor {
  readonly #sdk: AttestrySDK
  readonly #clock: Clock
  readonly #notify: NotifyOptions
  readonly #models = new Map<string, { readonly model: FineTunedModel; readonly recorder: Recorder }>()
  #latest: Recorder | undefined

  constructor({ sdk, notify, clock = systemClock }: ComplianceMonitorOptions) {
    this.#sdk = sdk
    this.#clock = clock
    this.#notify = notify ?? notifyFromEnvironment(process.env)
  }

  /**
   * Measures the held-out rows of a model as the reference, and opens a recorder for its predictions. What is recorded are
   * counts and sketches in the workspace, which any process can check later.
   *
   * @throws MONITOR-E331 for an unknown metric, SDK-E009 for an unknown threshold
   */
  async trackPredictions({ model, metrics, alertThresholds = {}, window }: TrackRequest): Promise<TrackedPredictions> {
    const checks = parseChecks(metrics)
    const thresholds = thresholdsOf(alertThresholds)
    const { workspace } = this.#sdk
    const openable = this.#openable(model)
    const of = positiveClass(model.record.config.data)
    const tracking = await startTracking(openable, { checks, thresholds }, of, this.#clock)
    const recorder = recorderOf(workspace, tracking, this.#clock, window)
    await this.#models.get(tracking.run)?.recorder.close()
    this.#models.set(tracking.run, { model, recorder })
    this.#latest = recorder
    return {
      tracking,
      record: prediction => recorder.record(prediction),
      status: () => recorder.status(),
      check: async () => {
        await recorder.rotate()
        const recorded = await recordedSince(workspace, tracking, tracking.createdAt)
        return checkTracked(tracking, checks, recorded, this.#clock.now(), openable)
      },
      close: () => recorder.close(),
    }
  }

  /** Counts a prediction of the model that was tracked last. @throws SDK-E017 when none is */
  record(prediction: Prediction): boolean {
    if (!this.#latest) throw nothingChecked('no model is tracked')
    return this.#latest.record(prediction)
  }

  /**
   * Places checks in the calendar of the workspace, durably. They run wherever `runDue` is called or `attestry monitor watch`
   * runs, once for each due time.
   *
   * @throws SDK-E009 for an unknown check or channel, MONITOR-E201 for a frequency that cannot be read
   */
  scheduleChecks(request: ScheduleRequest): Promise<PlacedSchedule> {
    return placeSchedule({ workspace: this.#sdk.workspace, clock: this.#clock, notify: this.#notify }, request)
  }

  /** Runs what is due now. @param signal stops before the next check */
  async runDue(signal?: AbortSignal): Promise<ChecksReport> {
    for (const { recorder } of this.#models.values()) await recorder.rotate()
    return runScheduledChecks({
      workspace: this.#sdk.workspace,
      clock: this.#clock,
      notify: this.#notify,
      variables: process.env,
      openModel: async run => {
        const known = this.#models.get(run)
        return known && this.#openable(known.model)
      },
      ...(signal && { signal }),
    })
  }

  /** Stores every open window. */
  async close(): Promise<void> {
    for (const { recorder } of this.#models.values()) await recorder.close()
  }

  #openable({ record, directory, plugins }: FineTunedModel): OpenableModel {
    return { record, directory, plugins, workspace: this.#sdk.workspace }
  }
}

function thresholdsOf(given: AlertThresholds): Partial<CheckThresholds> {
  const names = [...Object.keys(defaultCheckThresholds), 'biasScore', 'dataDrift', 'privacyLeakage']
  for (const name of Object.keys(given))
    if (!names.includes(name)) throw unknownWord('threshold', name, names, nearest(name, names))
  const { biasScore, dataDrift, privacyLeakage, ...own } = given
  return {
    ...(biasScore !== undefined && { selectionRateGap: biasScore, recallGap: biasScore }),
    ...(dataDrift !== undefined && { psi: dataDrift }),
    ...(privacyLeakage !== undefined && { membershipAdvantage: privacyLeakage }),
    ...own,
  }
}
