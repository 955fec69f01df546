import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isoTime, takeRows, writeDurably, type Clock, type DataConfig } from '@attestry/core'
import {
  checkSchema,
  lossesOf,
  mergeWindows,
  monitorDirectory,
  openRecorder,
  readWindows,
  runChecks,
  schemaOfReference,
  windowFiles,
  windowOfTable,
  type CheckName,
  type CheckThresholds,
  type FeatureSpec,
  type Finding,
  type RecordedWindow,
  type Recorder,
  type RecorderSchema,
  type WindowRule,
} from '@attestry/monitor'
import { modelSamples, type OpenableModel } from './model-samples.js'
import { trackingDamaged } from './errors.js'

/** Rows of either kind that the reference and the leakage check rest on, at most. */
const mostRows = 5000

/** What is known of a tracked model on disk: enough to check its windows in another process. */
export interface Tracking {
  readonly version: 1
  readonly run: string
  readonly modelDigest: string
  readonly checks: readonly CheckName[]
  readonly thresholds: Partial<CheckThresholds>
  readonly schema: RecorderSchema
  /** Predictions for the held-out rows, as a window. */
  readonly reference: RecordedWindow
  readonly createdAt: string
}

const folderOf = (workspace: string, run: string): string => join(monitorDirectory(workspace), 'models', run)
const windowsOf = (workspace: string, run: string): string => join(folderOf(workspace, run), 'windows')

/** Where the alerts of one schedule about one model are kept. */
export const alertsFolder = (workspace: string, run: string, schedule: string): string =>
  join(folderOf(workspace, run), 'alerts', schedule.replace(/[^A-Za-z0-9._-]/g, '-'))

export interface TrackingRequest {
  readonly checks: readonly CheckName[]
  readonly thresholds: Partial<CheckThresholds>
}

/** Measures the reference of a model and writes it, with what will be checked, to the workspace. */
export async function startTracking(
  model: OpenableModel,
  { checks, thresholds }: TrackingRequest,
  positiveClass: number,
  clock: Clock,
): Promise<Tracking> {
  const { record, workspace } = model
  const { test, inputs } = await modelSamples(model, mostRows)
  const schema = schemaOfReference(test, positiveClass, featureSpecs(record.config.data))
  const tracking: Tracking = {
    version: 1,
    run: record.id,
    modelDigest: record.stages.train?.modelDigest ?? '',
    checks,
    thresholds,
    schema,
    reference: windowOfTable(
      schema,
      test,
      inputs.rowIds.length === 0 ? undefined : takeRows(inputs, [...test.rowIds.keys()]),
      clock,
    ),
    createdAt: isoTime(clock),
  }
  const folder = folderOf(workspace, record.id)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  // The reference holds quantiles of inputs, so it is for its owner alone, as windows are.
  await writeDurably(join(folder, 'tracking.json'), `${JSON.stringify(tracking)}\n`, 0o600)
  return tracking
}

/** Numbers by their declared range, categories by their declared values; texts are not looked at. */
const featureSpecs = ({ features = {} }: DataConfig): Readonly<Record<string, FeatureSpec>> =>
  Object.fromEntries(
    Object.entries(features).map(([name, feature]) => [
      name,
      'min' in feature
        ? { kind: 'number', min: feature.min, max: feature.max }
        : { kind: 'category', values: feature.values },
    ]),
  )

/** Counts predictions of a tracked model in this process. @param window default: one for each hour */
export const recorderOf = (
  workspace: string,
  { run, schema }: Tracking,
  clock: Clock,
  window: WindowRule = { durationMs: 3_600_000 },
): Recorder => openRecorder({ schema, window, store: windowFiles(windowsOf(workspace, run), clock), clock })

/** Every tracked model of a workspace, in the order of their runs. @throws SDK-E016 for a damaged file */
export async function trackedModels(workspace: string): Promise<readonly Tracking[]> {
  const folder = join(monitorDirectory(workspace), 'models')
  const runs = (await readdir(folder).catch(() => [])).filter(name => /^[0-9A-HJKMNP-TV-Z]{26}$/.test(name)).sort()
  return Promise.all(runs.map(run => readTracking(workspace, run)))
}

async function readTracking(workspace: string, run: string): Promise<Tracking> {
  const path = join(folderOf(workspace, run), 'tracking.json')
  try {
    const tracking = JSON.parse(await readFile(path, 'utf8')) as Tracking
    if (tracking.version !== 1 || tracking.run !== run) throw new Error('it is of another version or run')
    return { ...tracking, schema: checkSchema(tracking.schema) }
  } catch (cause) {
    throw trackingDamaged(path, cause)
  }
}

/** What was recorded since a time, as one window; null when nothing was. */
export async function recordedSince(
  workspace: string,
  { run, schema }: Tracking,
  since: string | null,
): Promise<RecordedWindow | null> {
  let merged: RecordedWindow | null = null
  for await (const window of readWindows(windowsOf(workspace, run), schema))
    if (since === null || window.lastAt > since) merged = merged === null ? window : mergeWindows(merged, window)
  return merged
}

/**
 * Checks what was recorded of a tracked model.
 *
 * @param model opened for the check of leakage, which asks it about rows of its training; without it that is not assessed
 */
export async function checkTracked(
  tracking: Tracking,
  checks: readonly string[],
  window: RecordedWindow | null,
  now: number,
  model?: OpenableModel,
): Promise<readonly Finding[]> {
  const asksModel = model !== undefined && checks.includes('privacy_leakage')
  const samples = asksModel ? await modelSamples(model, mostRows) : undefined
  return runChecks({
    schema: tracking.schema,
    reference: tracking.reference,
    window,
    checks,
    thresholds: tracking.thresholds,
    now,
    ...(samples && { leakage: { members: lossesOf(samples.train), nonMembers: lossesOf(samples.test) } }),
  })
}
