export { errorCatalogue } from './errors.js'
export {
  isLayersModel,
  layersModelDigest,
  layersModelFiles,
  loadLayersModel,
  saveLayersModel,
  type AnyLayersModel,
} from './layers-model.js'
export { default as tfjs } from './plugin.js'
export { openTf, type OpenedTf } from './runtime.js'
export { createTfjsTrainer, type TfjsOptions } from './trainer.js'
