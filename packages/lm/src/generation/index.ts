export { openDecoder, type Decoder, type DecoderOptions } from './decoder.js'
export { generate, type GenerateOptions, type Sampling } from './generate.js'
