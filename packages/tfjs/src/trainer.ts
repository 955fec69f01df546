import { resolve } from 'node:path'
import type { ModelConfig, TrainingRequest } from '@attestry/core'
import { featureLayout, planFor, type SyncTrainer } from '@attestry/trainer'
import { doesNotFit, otherModel } from './errors.js'
import { loadLayersModel } from './layers-model.js'
import { readModelFolder, type TabularLayout } from './model-folder.js'
import { parametersIn } from './parameters-in.js'
import { openTf } from './runtime.js'
import { openModel, openSession } from './session.js'

export interface TfjsOptions {
  /** Folder that `model.path` is relative to. */
  readonly baseDirectory: string
}

/** The trainer of layers models. Plans without TensorFlow.js, and loads it when training begins. */
export function createTfjsTrainer({ baseDirectory }: TfjsOptions): SyncTrainer {
  return {
    plan(request) {
      const directory = resolve(baseDirectory, layersModelOf(request.model).path)
      const parameters = parametersIn(directory)
      return planFor(request, {
        engine: 'tfjs',
        layout: tabularLayout(request),
        parameters,
        bytesPerExample: 16 * parameters,
        because: 'the base model is a tf.LayersModel, which TensorFlow.js alone can differentiate',
      })
    },
    async open(plan, data, request, context) {
      const { path, digest: expected } = layersModelOf(request.model)
      const opened = await openTf()
      const { model, digest } = await loadLayersModel(opened, resolve(baseDirectory, path))
      if (expected !== undefined && digest !== expected) throw otherModel(expected, digest)
      return openSession(opened, model, tabularLayout(request), plan, data, request, context)
    },
    async load(directory) {
      const opened = await openTf()
      const { model, description } = await readModelFolder(opened, directory)
      return openModel(opened, model, description)
    },
  }
}

function layersModelOf(model: ModelConfig): Extract<ModelConfig, { architecture: 'layers-model' }> {
  if (model.architecture === 'layers-model') return model
  throw doesNotFit(`this engine trains layers models, and the config asks for '${model.architecture}'`)
}

function tabularLayout({ data, model }: TrainingRequest): TabularLayout {
  const layout = featureLayout(data, model)
  if (layout.kind === 'tabular') return layout
  throw doesNotFit('a layers model reads declared features, not text')
}
