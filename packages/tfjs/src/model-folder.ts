import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LayersModel } from '@tensorflow/tfjs'
import { canonicalJson, type Digest } from '@attestry/core'
import type { FeatureLayout } from '@attestry/trainer'
import { notAModel, otherModel } from './errors.js'
import { loadLayersModel } from './layers-model.js'
import type { OpenedTf } from './runtime.js'

/** Name of the file beside a trained model's own that says how rows become inputs. */
export const descriptionFile = 'attestry.json'

export type TabularLayout = Extract<FeatureLayout, { kind: 'tabular' }>

/** What prediction needs beside the layers model. */
export interface Description {
  readonly format: 'attestry-layers-model-1'
  readonly classes: readonly string[]
  readonly layout: TabularLayout
  /** Digest of the training plan. */
  readonly plan: Digest
  /** Digest of the layers model's files. */
  readonly model: Digest
}

export const descriptionBytes = (description: Description): Uint8Array =>
  new TextEncoder().encode(`${canonicalJson(description)}\n`)

/** A trained model from its folder. @throws TFJS-E002, TFJS-E005 when its files do not belong together */
export async function readModelFolder(
  opened: OpenedTf,
  directory: string,
): Promise<{ readonly model: LayersModel; readonly description: Description }> {
  const description = parse(await readFile(join(directory, descriptionFile), 'utf8').catch(() => ''))
  const { model, digest } = await loadLayersModel(opened, directory)
  if (digest !== description.model) throw otherModel(description.model, digest)
  return { model, description }
}

function parse(text: string): Description {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw notAModel(`${descriptionFile} is missing or not JSON`, cause)
  }
  const { format, classes, layout } = (value ?? {}) as Record<string, unknown>
  const isKnown = format === 'attestry-layers-model-1' && Array.isArray(classes) && classes.length >= 2
  if (!isKnown || typeof layout !== 'object' || layout === null || !('width' in layout) || !('features' in layout))
    throw notAModel(`${descriptionFile} describes no model of this package`)
  return value as Description
}
