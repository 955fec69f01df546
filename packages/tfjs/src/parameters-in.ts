import { statSync } from 'node:fs'
import { join } from 'node:path'
import { notAModel } from './errors.js'
import { layersModelFiles } from './layers-model.js'

/** Number of 32-bit weights in a folder, by the size of their file: what a plan needs before anything is loaded. */
export function parametersIn(directory: string): number {
  const found = statSync(join(directory, layersModelFiles.weights), { throwIfNoEntry: false })
  if (!found?.isFile()) throw notAModel(`${layersModelFiles.weights} is missing`)
  return found.size / 4
}
