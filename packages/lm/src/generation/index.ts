export { openDecoder, type Decoder, type DecoderOptions } from './decoder.js'
export { drawn, generate, likeliest, type GenerateOptions } from './generate.js'
