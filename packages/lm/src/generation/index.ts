export { openDecoder, type Decoder, type DecoderOptions } from './decoder.js'
export { onnxDecoderFiles, writeOnnxDecoder } from './onnx-decoder.js'
export { generate, type GenerateOptions, type Sampling } from './generate.js'
