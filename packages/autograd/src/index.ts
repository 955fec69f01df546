export { float, int, ints, text, type Attribute, type Attributes } from './attributes.js'
export { backward } from './backward.js'
export { encodeModel, onnxVersions, type EncodeOptions } from './encode.js'
export type { ExternalModel, ExternalOptions } from './external.js'
export { errorCatalogue } from './errors.js'
export {
  createGraph,
  flopsOf,
  liveNodes,
  type Accumulate,
  type EmitOptions,
  type Flops,
  type Graph,
  type Node,
  type ParameterUse,
  type TapeEntry,
  type Value,
} from './graph.js'
export { optimiseGraph, type OptimisedGraph } from './optimise-graph.js'
export { convolution, maxOverPositions, type ConvolutionOptions } from './ops/convolution.js'
export { add, div, equal, greater, min, mul, sub } from './ops/arithmetic.js'
export { attend, attention, splitHeads, type AttendOptions, type AttentionOptions } from './ops/attention.js'
export { erf, exp, gelu, geluTanh, log, relu, sigmoid, sqrt, swiglu, tanh } from './ops/elementwise.js'
export { embedding, embeddingBag, gather, scatterRows, weightedSum, type EmbeddingBagOptions } from './ops/embedding.js'
export { linear } from './ops/linear.js'
export { gemm, matmul, product, type GemmOptions, type ProductOptions } from './ops/matrix.js'
export { layerNorm, rmsNorm } from './ops/normalisation.js'
export { quantisedInput, quantisedLinear, type QuantisedValue } from './ops/quantised.js'
export { reduceMax, reduceMean, reduceSum, reduceSumSquare, type ReduceOptions } from './ops/reduce.js'
export { rotary, type RotaryOptions } from './ops/rotary.js'
export { concat, expand, reshape, slice, squeeze, transpose, transposeLast, unsqueeze } from './ops/shape.js'
export { softmax, softmaxCrossEntropy } from './ops/softmax.js'
export { tokenLoss, type TokenLossOptions } from './ops/token-loss.js'
export { waitFor } from './ops/wait.js'
export {
  checkOptimiser,
  needsCorrections,
  stateNames,
  update,
  type Optimiser,
  type Updated,
  type UpdateInputs,
} from './optimiser.js'
export { clipPerExample, gradientSums, squaredNorms, type ClipOptions, type Clipping } from './per-example.js'
export {
  dequantise,
  quantise,
  quantisedFeeds,
  quantisedFrom,
  quantisedNames,
  type Bits,
  type QuantisedMatrix,
} from './quantise.js'
export { recompute } from './recompute.js'
export {
  chooseRuntime,
  openRuntime,
  type Runtime,
  type RuntimeName,
  type RuntimeOptions,
  type Session,
} from './runtime.js'
export {
  compileAccumulate,
  compileApply,
  compileFused,
  newOf,
  noiseOf,
  parameterCount,
  stateOf,
  stepInputs,
  sumOf,
  type CompiledStep,
  type LossBuilder,
  type ParameterShape,
  type StepOptions,
} from './step.js'
export { f32, floats, i64, sameShape, scalar, sizeOf, type DType, type Shape, type Tensor } from './tensor.js'
