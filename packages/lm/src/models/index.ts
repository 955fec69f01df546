export { writeByteModel, type ByteModelSizes } from './byte-model.js'
export { bertClassifierLogits, bertConfig, bertLinears, bertPooler, bertTensors } from './bert.js'
export { causalMask, segmentMask } from './causal-mask.js'
export { distilBertClassifierLogits, distilBertConfig } from './distilbert.js'
export { encoderHidden, encoderLinears, encoderTensors, type EncoderConfig, type EncoderInputs } from './encoder.js'
export {
  dropoutName,
  fedLayers,
  loraName,
  type Layers,
  type LoraLayers,
  type ModelTensor,
  type Training,
} from './layers.js'
export {
  llamaConfig,
  llamaHead,
  llamaHidden,
  llamaLinears,
  llamaTensors,
  maskedAttention,
  type LlamaConfig,
  type LlamaInputs,
} from './llama.js'
export { ropeScaling, ropeTables, type RopeScaling, type RopeTables } from './rope.js'
export { causalInputs, causalLoss, rowPositions, type CausalOptions } from './causal-loss.js'
export {
  describeModel,
  floatWeight,
  readLanguageModel,
  type KeepOptions,
  type LanguageModel,
  type WeightSource,
} from './language-model.js'
export {
  initialAdapters,
  loraLayers,
  loraParameters,
  loraScale,
  loraTargets,
  mergeAdapter,
  type LoraConfig,
} from './lora.js'
export {
  classifierInputs,
  classifierLoss,
  describeClassifier,
  storedName,
  type SequenceClassifier,
} from './sequence-classifier.js'
