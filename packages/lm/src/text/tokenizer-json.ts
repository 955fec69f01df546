import { isJsonObject, type JsonObject } from '../files/json-object.js'
import { badTokenizer, unsupportedTokenizer } from './errors.js'
import { readNormalizer, type Normalizer } from './normalizers.js'
import { readDecoder, readPostProcessor, readPreTokenizer } from './tokenizer-parts.js'
import { unigramCutter } from './unigram.js'
import { looksUnigram, readUnigram } from './unigram-model.js'

/** What a tokenizer may hold; published ones stay far below. */
export const tokenizerLimits = {
  /** Tokens, and the highest id. */
  tokens: 2_097_152,
  /** Characters of one token. */
  tokenLength: 1_024,
  merges: 2_097_152,
  addedTokens: 65_536,
} as const

/** A tokenizer.json that was checked and put into words that the library reads as the reference implementation does. */
export interface CheckedTokenizer {
  /** What the library is given. */
  readonly json: JsonObject
  /** Ids by token, added tokens included. */
  readonly ids: ReadonlyMap<string, number>
  /** What is done to a text before it is cut. The library is not asked to do it. */
  readonly normalize?: Normalizer
  /** Cuts a piece of text into tokens, where the library is not asked to do it: for Unigram models. */
  readonly cut?: (piece: string) => readonly string[]
}

interface AddedToken {
  readonly id: number
  readonly content: string
  readonly special: boolean
  readonly normalized: boolean
  readonly lstrip: boolean
  readonly rstrip: boolean
}

/**
 * Checks a parsed tokenizer.json.
 *
 * @param file for messages
 * @throws LM-E031 for a file that contradicts itself or a limit, LM-E032 for parts that are not supported
 */
export function checkTokenizer(json: JsonObject, file: string): CheckedTokenizer {
  const refuse = (what: string): Error => unsupportedTokenizer(`the tokenizer ${what}`, { file })
  const bad = (what: string): Error => badTokenizer(what, { file })
  if (!isJsonObject(json.model)) throw bad('it has no model')
  const { model, ids, cut } = checkModel(json.model, bad, refuse)
  const added = checkAdded(json.added_tokens ?? [], ids, bad, refuse)
  const normalize = readNormalizer(json.normalizer, refuse, bad)
  const all = new Map(ids)
  for (const { content, id } of added) all.set(content, id)
  const post = readPostProcessor(json.post_processor, refuse)
  checkTemplateTokens(post, all, bad)
  return {
    json: {
      // Nothing, and yet a normalizer: added tokens that are looked for in the normalized text need one.
      normalizer: normalize ? { type: 'Sequence', normalizers: [] } : null,
      pre_tokenizer: readPreTokenizer(json.pre_tokenizer, refuse),
      post_processor: post,
      decoder: readDecoder(json.decoder, refuse),
      added_tokens: added,
      model,
    },
    ids: all,
    ...(normalize && { normalize }),
    ...(cut && { cut }),
  }
}

type Refusal = (what: string) => Error

function checkModel(
  model: JsonObject,
  bad: Refusal,
  refuse: Refusal,
): Pick<CheckedTokenizer, 'ids' | 'cut'> & { readonly model: JsonObject } {
  const type = model.type ?? (Array.isArray(model.merges) ? 'BPE' : looksUnigram(model) ? 'Unigram' : undefined)
  if (type === 'Unigram') return checkUnigram(model, bad)
  if (type !== 'BPE' && type !== 'WordPiece')
    throw refuse(`is a ${typeof type === 'string' ? `'${type.slice(0, 40)}'` : 'model without a type'}`)
  const ids = checkVocabulary(model.vocab, bad)
  const vocab = Object.fromEntries(ids)
  const { unk_token } = model
  if (unk_token !== undefined && unk_token !== null && !(typeof unk_token === 'string' && ids.has(unk_token)))
    throw bad('its unk_token is not in the vocabulary')
  if (type === 'WordPiece') {
    if (typeof unk_token !== 'string') throw bad('a WordPiece model needs an unk_token')
    const prefix = model.continuing_subword_prefix ?? '##'
    const most = model.max_input_chars_per_word ?? 100
    if (typeof prefix !== 'string' || prefix.length > 16) throw bad('its continuing_subword_prefix is not a short text')
    if (!isCount(most, 1_000)) throw bad('its max_input_chars_per_word is not a whole number up to 1,000')
    return { ids, model: { type, vocab, unk_token, continuing_subword_prefix: prefix, max_input_chars_per_word: most } }
  }
  if (model.dropout !== undefined && model.dropout !== null && model.dropout !== 0)
    throw refuse('drops merges at random')
  for (const affix of ['continuing_subword_prefix', 'end_of_word_suffix'])
    if (typeof model[affix] === 'string' && model[affix] !== '') throw refuse(`has a ${affix}`)
  return {
    ids,
    model: {
      type,
      vocab,
      merges: checkMerges(model.merges, ids, bad),
      unk_token: unk_token ?? null,
      fuse_unk: model.fuse_unk === true,
      byte_fallback: model.byte_fallback === true,
      ignore_merges: model.ignore_merges === true,
    },
  }
}

/** The library is given the tokens alone, as a model that merges nothing, and told how texts are cut. */
function checkUnigram(model: JsonObject, bad: Refusal): ReturnType<typeof checkModel> {
  const unigram = readUnigram(model, bad, tokenizerLimits)
  const cutter = unigramCutter(unigram)
  return {
    ids: unigram.ids,
    cut: piece => cutter(piece).map(id => unigram.tokens[id] ?? noSuchToken),
    model: { type: 'BPE', vocab: Object.fromEntries(unigram.ids), merges: [], unk_token: null },
  }
}

/** Longer than a token may be, so that it has no id. */
const noSuchToken = '\ufffd'.repeat(tokenizerLimits.tokenLength + 1)

function checkVocabulary(vocab: unknown, bad: Refusal): ReadonlyMap<string, number> {
  if (!isJsonObject(vocab)) throw bad('its vocabulary is not an object')
  const ids = new Map<string, number>()
  const taken = new Set<number>()
  for (const [token, id] of Object.entries(vocab)) {
    if (!isCount(id, tokenizerLimits.tokens - 1)) throw bad('a token has no id in the allowed range')
    if (taken.has(id)) throw bad(`two tokens have the id ${id}`)
    if (token.length > tokenizerLimits.tokenLength)
      throw bad(`token ${id} is longer than ${tokenizerLimits.tokenLength}`)
    taken.add(id)
    ids.set(token, id)
  }
  if (ids.size === 0) throw bad('its vocabulary is empty')
  return ids
}

function checkMerges(merges: unknown, ids: ReadonlyMap<string, number>, bad: Refusal): readonly (readonly string[])[] {
  if (!Array.isArray(merges)) throw bad('it has no list of merges')
  if (merges.length > tokenizerLimits.merges) throw bad(`it has more than ${tokenizerLimits.merges} merges`)
  return merges.map((merge: unknown, i) => {
    const parts: readonly unknown[] = Array.isArray(merge) ? merge : typeof merge === 'string' ? merge.split(' ') : []
    const [left, right] = parts
    if (parts.length !== 2 || typeof left !== 'string' || typeof right !== 'string')
      throw bad(`merge ${i} is not a pair of tokens`)
    if (!ids.has(left) || !ids.has(right) || !ids.has(left + right))
      throw bad(`merge ${i} has a token that is not in the vocabulary`)
    return [left, right]
  })
}

function checkAdded(
  added: unknown,
  ids: ReadonlyMap<string, number>,
  bad: Refusal,
  refuse: Refusal,
): readonly AddedToken[] {
  if (!Array.isArray(added) || added.length > tokenizerLimits.addedTokens)
    throw bad(`its added tokens are not a list of at most ${tokenizerLimits.addedTokens}`)
  const byId = new Map([...ids].map(([token, id]) => [id, token]))
  return added.map((token: unknown) => {
    if (!isJsonObject(token)) throw bad('an added token is not an object')
    const { id, content, single_word, special } = token
    if (!isCount(id, tokenizerLimits.tokens - 1)) throw bad('an added token has no id in the allowed range')
    if (typeof content !== 'string' || content === '' || content.length > tokenizerLimits.tokenLength)
      throw bad(`added token ${id} has no content of a usable length`)
    if (byId.has(id) ? byId.get(id) !== content : ids.has(content))
      throw bad(`added token ${id} contradicts the vocabulary`)
    if (single_word === true) throw refuse(`has an added token (${id}) that matches whole words only`)
    byId.set(id, content)
    const isSpecial = special === true
    return {
      id,
      content,
      special: isSpecial,
      normalized: typeof token.normalized === 'boolean' ? token.normalized : !isSpecial,
      lstrip: token.lstrip === true,
      rstrip: token.rstrip === true,
    }
  })
}

/** Special tokens that are put around a text must have ids. */
function checkTemplateTokens(post: JsonObject | null, ids: ReadonlyMap<string, number>, bad: Refusal): void {
  if (post === null) return
  const known = (token: unknown): boolean => typeof token === 'string' && ids.has(token)
  if (post.type === 'Sequence')
    for (const inner of post.processors as readonly JsonObject[]) checkTemplateTokens(inner, ids, bad)
  for (const side of [post.cls, post.sep])
    if (side !== undefined && !known((side as readonly unknown[])[0]))
      throw bad('its post_processor adds a token that is not in the vocabulary')
  for (const item of [post.single, post.pair].flatMap(items => (items ?? []) as readonly unknown[])) {
    if (!isJsonObject(item)) throw bad('its post_processor has an item that is not an object')
    const { SpecialToken: special, Sequence: text } = item
    const isSpecial = isJsonObject(special) && known(special.id)
    if (!isSpecial && !(isJsonObject(text) && (text.id === 'A' || text.id === 'B')))
      throw bad('its post_processor adds a token that is not in the vocabulary')
  }
}

const isCount = (value: unknown, most: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most
