import type { JsonObject } from '../files/json-object.js'
import { noGgufTokenizer } from './errors.js'
import { byteLetters, gpt2Pattern, isolate, llama3Pattern, sequence } from './tokenizer-parts.js'
import { makeTokenizer, type Tokenizer, type TokenizerSource } from './tokenizer.js'

/** What a GGUF file says about its tokenizer: the keys `tokenizer.ggml.*`. */
export interface GgufTokenizerMeta {
  /** Kind of tokenizer; `gpt2` is byte-level BPE. */
  readonly model: string
  /** Name of the pattern that cuts text; by default `default`. */
  readonly pre?: string
  /** Tokens by id. */
  readonly tokens: readonly string[]
  /** Kind of each token: 1 normal, 2 unknown, 3 control, 4 user-defined, 5 unused, 6 byte. By default all are normal. */
  readonly tokenTypes?: ArrayLike<number>
  /** Pairs with a space between, first merges first. */
  readonly merges?: readonly string[]
  readonly chatTemplate?: string
  readonly bos?: number
  readonly eos?: number
  readonly pad?: number
  /** Whether texts begin with `bos`; by default as usual for the pattern. */
  readonly addBos?: boolean
}

interface Cutting {
  readonly preTokenizer: JsonObject
  /** Words that are tokens as a whole are taken without merging. */
  readonly ignoresMerges: boolean
  readonly addsBos: boolean
}

const gpt2: Cutting = {
  preTokenizer: sequence(isolate(gpt2Pattern), byteLetters),
  ignoresMerges: false,
  addsBos: false,
}

/** Cutting by the names that GGUF files use. */
const cuttings: Readonly<Record<string, Cutting>> = {
  default: gpt2,
  'gpt-2': gpt2,
  gpt2,
  smollm: { ...gpt2, preTokenizer: sequence(isolate('\\p{N}'), isolate(gpt2Pattern), byteLetters) },
  'llama-bpe': { preTokenizer: sequence(isolate(llama3Pattern), byteLetters), ignoresMerges: true, addsBos: true },
}

const tokenType = { unknown: 2, control: 3, userDefined: 4 } as const

/** Builds the tokenizer of a GGUF file. @throws as `ggufTokenizerSource`, and LM-E031 as `makeTokenizer` */
export const tokenizerFromGguf = (meta: GgufTokenizerMeta, file = 'GGUF metadata'): Tokenizer =>
  makeTokenizer(ggufTokenizerSource(meta, file))

/**
 * What a GGUF file says of its tokenizer, as the files that other formats have: tokenizer.json and tokenizer_config.json.
 *
 * A file that names the pattern `default` leaves open how its model cut text; GPT-2's pattern is used then.
 *
 * @param file for messages
 * @throws LM-E033 for another kind of tokenizer or lists that contradict each other
 */
export function ggufTokenizerSource(meta: GgufTokenizerMeta, file: string): TokenizerSource {
  const refuse = (what: string): Error => noGgufTokenizer(what, { file })
  const { model, pre = 'default', tokens, tokenTypes, merges = [], chatTemplate, bos, eos, pad } = meta
  if (model !== 'gpt2') throw refuse(`the tokenizer is '${model.slice(0, 40)}', byte-level BPE ('gpt2') is built`)
  if (!Object.hasOwn(cuttings, pre))
    throw refuse(`the pattern '${pre.slice(0, 40)}' is none of ${Object.keys(cuttings).join(', ')}`)
  const { preTokenizer, ignoresMerges, addsBos } = cuttings[pre]!
  if (tokenTypes && tokenTypes.length !== tokens.length)
    throw refuse(`there are ${tokens.length} tokens and ${tokenTypes.length} types`)
  const vocab = Object.fromEntries(tokens.map((token, id) => [token, id]))
  if (Object.keys(vocab).length !== tokens.length) throw refuse('a token occurs twice')
  const textOf = (name: string, id: number | undefined): string | undefined => {
    if (id === undefined) return undefined
    const text = tokens[id]
    if (text === undefined) throw refuse(`the ${name} token ${id} is not one of ${tokens.length}`)
    return text
  }
  const texts = { bos_token: textOf('bos', bos), eos_token: textOf('eos', eos), pad_token: textOf('pad', pad) }
  const opens = (meta.addBos ?? addsBos) ? texts.bos_token : undefined
  return {
    file,
    config: texts,
    ...(chatTemplate !== undefined && { chatTemplate }),
    json: {
      version: '1.0',
      truncation: null,
      padding: null,
      normalizer: null,
      pre_tokenizer: preTokenizer,
      decoder: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
      post_processor: opens === undefined ? null : openedBy(opens, bos!),
      added_tokens: tokens.flatMap((content, id) => addedToken(content, id, tokenTypes?.[id])),
      model: { type: 'BPE', dropout: null, unk_token: null, vocab, merges, ignore_merges: ignoresMerges },
    },
  }
}

function addedToken(content: string, id: number, type: number | undefined): readonly JsonObject[] {
  const isSpecial = type === tokenType.control || type === tokenType.unknown
  if (!isSpecial && type !== tokenType.userDefined) return []
  return [{ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: isSpecial }]
}

function openedBy(token: string, id: number): JsonObject {
  const opening = { SpecialToken: { id: token, type_id: 0 } }
  const sequenceOf = (id: string): JsonObject => ({ Sequence: { id, type_id: 0 } })
  return {
    type: 'TemplateProcessing',
    single: [opening, sequenceOf('A')],
    pair: [opening, sequenceOf('A'), opening, sequenceOf('B')],
    special_tokens: { [token]: { id: token, ids: [id], tokens: [token] } },
  }
}
