import { Tokenizer as Library } from '@huggingface/tokenizers'
import { isAttestryError } from '@attestry/core'
import { isJsonObject, type JsonObject } from '../files/json-object.js'
import { badTokenizer, noOffsets, outsideTokenizer, slowPattern } from './errors.js'
import { hasOwnPatterns } from './known-patterns.js'
import { timeLimit } from './time-limit.js'
import { placeTokens, type CuttingParts, type PlacedTokens } from './token-offsets.js'
import { checkTokenizer, type CheckedTokenizer } from './tokenizer-json.js'

/** A token with a meaning of its own, such as the end of a text. */
export interface SpecialToken {
  readonly id: number
  /** How it is written in a chat template. */
  readonly text: string
}

/** Text to token ids and back. */
export interface Tokenizer {
  /**
   * Ids of a text. Special tokens that are written out in the text become their own ids.
   *
   * @param special whether to put those special tokens around it that the tokenizer asks for; by default yes. A text
   *   from a chat template holds them already: give false.
   * @throws LM-E034 for more than 16 Mi characters, or for a text with a token that has no id; LM-E050 when a pattern of
   *   the file takes too long
   */
  encode(text: string, options?: { readonly special?: boolean }): Int32Array
  /**
   * Text of ids, with nothing tidied up: spaces before punctuation stay.
   *
   * @param skipSpecial leaves out special tokens; by default they are written out
   * @throws LM-E034 for an id outside of the vocabulary
   */
  decode(ids: ArrayLike<number>, options?: { readonly skipSpecial?: boolean }): string
  /**
   * The same tokens with their places in the text, without special tokens around it.
   *
   * @throws LM-E051 where a place cannot be told, and as `encode`
   */
  encodeWithOffsets(text: string): PlacedTokens
  /** One more than the highest id. A model has at least as many rows of embeddings. */
  readonly vocabularySize: number
  readonly bos?: SpecialToken
  readonly eos?: SpecialToken
  readonly pad?: SpecialToken
  /** Jinja source of the chat template, when the tokenizer comes with one. */
  readonly chatTemplate?: string
}

export interface TokenizerSource {
  /** Parsed tokenizer.json. */
  readonly json: JsonObject
  /** Parsed tokenizer_config.json; empty when there is none. */
  readonly config: JsonObject
  /** Chat template from elsewhere; by default the one in `config`. */
  readonly chatTemplate?: string
  /** Name for messages. */
  readonly file: string
  /** How long patterns of the file may take for a text, beside 0.1 ms a character; 10,000 ms by default. */
  readonly patternLimitMs?: number
}

/** What of the library is used; its own types do not resolve. */
interface LibraryTokenizer extends CuttingParts {
  normalizer: CuttingParts['normalizer']
  readonly model: { _call(pieces: readonly string[]): readonly string[] }
  readonly added_tokens: readonly {
    readonly content: string
    readonly normalized: boolean
    readonly lstrip?: boolean
    readonly rstrip?: boolean
  }[]
  readonly added_tokens_map: Map<string, { readonly lstrip?: boolean; readonly rstrip?: boolean }>
  splitter_normalized: CuttingParts['splitter_normalized']
  encode(
    text: string,
    options: { readonly add_special_tokens: boolean },
  ): { readonly ids: readonly (number | undefined)[] }
  decode(
    ids: readonly number[],
    options: { readonly skip_special_tokens: boolean; readonly clean_up_tokenization_spaces: boolean },
  ): string
}

// Far more than the slowest tokenizer takes on a busy machine, so that only a pattern without end is cut off.
const defaultLimitMs = 10_000
const limitMsPerCharacter = 0.1

/** Longest text that is tokenised at once, in UTF-16 units. */
const textLength = 2 ** 24

/**
 * Makes a tokenizer from parsed files.
 *
 * @throws LM-E031 for files that contradict themselves, LM-E032 for parts that are not supported, LM-E050 for a pattern
 *   that does not end
 */
export function makeTokenizer(source: TokenizerSource): Tokenizer {
  const { json, config, chatTemplate, file, patternLimitMs: limitMs = defaultLimitMs } = source
  const bounded = hasOwnPatterns(json)
    ? timeLimit(() => slowPattern('a pattern of the tokenizer does not come to an end', { file }))
    : <T>(_limitMs: number, run: () => T): T => run()
  /** The library's own failures become coded errors, as does a pattern that takes too long for so much text. */
  const guarded = <T>(length: number, what: string, run: () => T): T => {
    try {
      return bounded(limitMs + limitMsPerCharacter * length, run)
    } catch (cause) {
      if (isAttestryError(cause)) throw cause
      throw badTokenizer(what, { file }, cause)
    }
  }
  const { checked, library } = guarded(0, 'the tokenizer cannot be built from it', () => {
    const made = checkTokenizer(json, file)
    return { checked: made, library: makeLibrary(made) }
  })
  const { ids } = checked
  const known = new Set(ids.values())
  const special = (key: string): SpecialToken | undefined => {
    const text = tokenText(config[key])
    if (text === undefined) return undefined
    const id = ids.get(text)
    if (id === undefined) throw badTokenizer(`${key} is not in the vocabulary`, { file })
    return { id, text }
  }
  const [bos, eos, pad] = ['bos_token', 'eos_token', 'pad_token'].map(special)
  const template = chatTemplate ?? configTemplate(config.chat_template)
  const encode: Tokenizer['encode'] = (text, { special: withSpecial = true } = {}) => {
    if (text.length > textLength) throw outsideTokenizer(`the text has more than ${textLength} characters`)
    const { ids: found } = guarded(text.length, 'a text cannot be cut by it', () =>
      library.encode(text, { add_special_tokens: withSpecial }),
    )
    if (found.some(id => id === undefined)) throw outsideTokenizer('the text has a part without a token')
    return Int32Array.from(found as readonly number[])
  }
  return {
    vocabularySize: [...known].reduce((most, id) => Math.max(most, id), -1) + 1,
    ...(bos && { bos }),
    ...(eos && { eos }),
    ...(pad && { pad }),
    ...(template !== undefined && { chatTemplate: template }),
    encode,
    encodeWithOffsets(text) {
      const encoded = encode(text, { special: false })
      const placed = guarded(8 * text.length, 'a text cannot be cut by it', () =>
        placeTokens(text, library, checked.json),
      )
      // An id that the steps give must be the one that the whole gives: else the places are those of other tokens.
      const isSame = placed?.every(({ text: token }, i) => !ids.has(token) || ids.get(token) === encoded[i])
      if (placed?.length !== encoded.length || !isSame)
        throw noOffsets('the tokens of a text cannot be traced to their places in it', { file })
      return {
        ids: encoded,
        starts: Int32Array.from(placed, ({ start }) => start),
        ends: Int32Array.from(placed, ({ end }) => end),
        words: Int32Array.from(placed, ({ word }) => word),
      }
    },
    decode(given, { skipSpecial = false } = {}) {
      const list = Array.from(given)
      const outside = list.find(id => !known.has(id))
      if (outside !== undefined) throw outsideTokenizer(`there is no token with the id ${outside}`)
      if (list.length === 0) return ''
      return guarded(8 * list.length, 'ids cannot be written by it', () =>
        library.decode(list, { skip_special_tokens: skipSpecial, clean_up_tokenization_spaces: false }),
      )
    },
  }
}

/** Special tokens stand as text, or as an object with the text as `content`. */
function tokenText(value: unknown): string | undefined {
  const text = isJsonObject(value) ? value.content : value
  return typeof text === 'string' && text !== '' ? text : undefined
}

/** A template, or a list of named ones of which the default counts. */
function configTemplate(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (!Array.isArray(value)) return undefined
  const named = (value as unknown[]).filter(isJsonObject).find(({ name }) => name === 'default')
  return typeof named?.template === 'string' ? named.template : undefined
}

/** The library, with those parts replaced that it does in another way than the reference implementation. */
function makeLibrary({ json, normalize, cut }: CheckedTokenizer): LibraryTokenizer {
  const made = new Library(json, {}) as LibraryTokenizer
  // The library calls its normalizer as a function, and its model's method for all pieces of a text.
  if (cut) made.model._call = pieces => pieces.flatMap(cut)
  if (!normalize) return made
  made.normalizer = normalize
  const late = made.added_tokens.filter(({ normalized }) => normalized)
  for (const token of late) made.added_tokens_map.set(normalize(token.content), token)
  const Splitter = made.splitter_normalized.constructor as new (
    texts: readonly string[],
  ) => CuttingParts['splitter_normalized']
  made.splitter_normalized = new Splitter(late.map(({ content }) => normalize(content)))
  return made
}
