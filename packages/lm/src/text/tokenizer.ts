import { Tokenizer as Library } from '@huggingface/tokenizers'
import { isAttestryError } from '@attestry/core'
import { isJsonObject, type JsonObject } from '../files/json-object.js'
import { cleanForBert } from './bert-normalizer.js'
import { badTokenizer, outsideTokenizer } from './errors.js'
import { checkTokenizer } from './tokenizer-json.js'

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
   * @throws LM-E034 for more than 16 Mi characters, or for a text with a token that has no id
   */
  encode(text: string, options?: { readonly special?: boolean }): Int32Array
  /**
   * Text of ids, with nothing tidied up: spaces before punctuation stay.
   *
   * @param skipSpecial leaves out special tokens; by default they are written out
   * @throws LM-E034 for an id outside of the vocabulary
   */
  decode(ids: ArrayLike<number>, options?: { readonly skipSpecial?: boolean }): string
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
}

/** What of the library is used; its own types do not resolve. */
interface LibraryTokenizer {
  normalizer: ((text: string) => string) | null
  encode(
    text: string,
    options: { readonly add_special_tokens: boolean },
  ): { readonly ids: readonly (number | undefined)[] }
  decode(
    ids: readonly number[],
    options: { readonly skip_special_tokens: boolean; readonly clean_up_tokenization_spaces: boolean },
  ): string
}

/** Longest text that is tokenised at once, in UTF-16 units. */
const textLength = 2 ** 24

/**
 * Makes a tokenizer from parsed files.
 *
 * @throws LM-E031 for files that contradict themselves, LM-E032 for parts that are not supported
 */
export function makeTokenizer({ json, config, chatTemplate, file }: TokenizerSource): Tokenizer {
  const { ids, library } = guarded(file, () => {
    const checked = checkTokenizer(json, file)
    const made = new Library(checked.json, {}) as LibraryTokenizer
    const { cleaning } = checked
    // The library calls its normalizer as a function.
    if (cleaning) made.normalizer = text => cleanForBert(text, cleaning)
    return { ids: checked.ids, library: made }
  })
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
  return {
    vocabularySize: [...known].reduce((most, id) => Math.max(most, id), -1) + 1,
    ...(bos && { bos }),
    ...(eos && { eos }),
    ...(pad && { pad }),
    ...(template !== undefined && { chatTemplate: template }),
    encode(text, { special: withSpecial = true } = {}) {
      if (text.length > textLength) throw outsideTokenizer(`the text has more than ${textLength} characters`)
      const found = library.encode(text, { add_special_tokens: withSpecial }).ids
      if (found.some(id => id === undefined)) throw outsideTokenizer('the text has a part without a token')
      return Int32Array.from(found as readonly number[])
    },
    decode(given, { skipSpecial = false } = {}) {
      const list = Array.from(given)
      const outside = list.find(id => !known.has(id))
      if (outside !== undefined) throw outsideTokenizer(`there is no token with the id ${outside}`)
      if (list.length === 0) return ''
      return library.decode(list, { skip_special_tokens: skipSpecial, clean_up_tokenization_spaces: false })
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

/** The library's own failures become coded errors. */
function guarded<T>(file: string, make: () => T): T {
  try {
    return make()
  } catch (cause) {
    if (isAttestryError(cause)) throw cause
    throw badTokenizer('the tokenizer cannot be built from it', { file }, cause)
  }
}
