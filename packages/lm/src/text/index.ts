export { openTokenizer } from './open-tokenizer.js'
export { makeTokenizer, type SpecialToken, type Tokenizer, type TokenizerSource } from './tokenizer.js'
export { tokenizerFromGguf, type GgufTokenizerMeta } from './gguf-tokenizer.js'
