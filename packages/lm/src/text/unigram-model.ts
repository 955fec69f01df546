import { isJsonObject, type JsonObject } from '../files/json-object.js'
import { tokenTrie } from './token-trie.js'
import type { UnigramModel } from './unigram.js'

type Refusal = (what: string) => Error

/** Most nodes of the tree of tokens; published vocabularies of 250,000 tokens have about a million. */
const treeNodes = 4_194_304

/**
 * Reads a Unigram model: a list of pairs of token and log-probability, whose places are the ids.
 *
 * @param limits as for every tokenizer: how many tokens, and how long one may be
 */
export function readUnigram(
  model: JsonObject,
  bad: Refusal,
  limits: { readonly tokens: number; readonly tokenLength: number },
): UnigramModel {
  const { vocab, unk_id: unknown } = model
  if (!Array.isArray(vocab) || vocab.length === 0 || vocab.length > limits.tokens)
    throw bad(`its vocabulary is not a list of 1 to ${limits.tokens} tokens with scores`)
  const ids = new Map<string, number>()
  const scores = new Float64Array(vocab.length)
  vocab.forEach((pair: unknown, id) => {
    const [token, score] = Array.isArray(pair) ? (pair as unknown[]) : []
    if (typeof token !== 'string' || token.length > limits.tokenLength || /\p{Cs}/u.test(token))
      throw bad(`token ${id} is not a text of at most ${limits.tokenLength} characters`)
    if (typeof score !== 'number' || !Number.isFinite(score)) throw bad(`token ${id} has no score`)
    if (ids.has(token)) throw bad(`token ${id} occurs twice`)
    ids.set(token, id)
    scores[id] = score
  })
  const isId = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0
  if (unknown !== undefined && unknown !== null && !(isId(unknown) && unknown < vocab.length))
    throw bad('its unk_id is not in the vocabulary')
  return {
    tokens: [...ids.keys()],
    ids,
    trie: tokenTrie(ids, treeNodes, () => bad(`its tokens have more than ${treeNodes} beginnings`)),
    scores,
    byteFallback: model.byte_fallback === true,
    ...(isId(unknown) && { unknown }),
  }
}

/** Whether a file without a type of model has the form of this one. */
export const looksUnigram = (model: JsonObject): boolean => Array.isArray(model.vocab) && !isJsonObject(model.vocab)
