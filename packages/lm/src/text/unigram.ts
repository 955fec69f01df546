import type { TokenTrie } from './token-trie.js'

/** A Unigram model of SentencePiece: each token with the logarithm of its probability. */
export interface UnigramModel {
  /** Tokens by id. */
  readonly tokens: readonly string[]
  readonly ids: ReadonlyMap<string, number>
  readonly trie: TokenTrie
  /** Log-probability of each token. */
  readonly scores: Float64Array
  /** Id of the token for what no other token covers; without one such a text has no ids. */
  readonly unknown?: number
  /** Writes an unknown part as the tokens of its bytes in UTF-8, `<0x00>` to `<0xFF>`. */
  readonly byteFallback: boolean
}

/** An unknown character costs this much more than the least likely token, in units of log-probability. */
const unknownPenalty = 10

/**
 * Cuts texts into the most likely tokens (Kudo 2018, arXiv 1804.10959, section 3.2, by the algorithm of Viterbi).
 *
 * Where two ways are equally likely the one found first stays, and unknown characters side by side become one unknown
 * part: so the reference implementation does it. Time is linear in the text, with the longest token as the factor.
 *
 * @returns a function from a text to token ids; -1 stands for a part without a token
 */
export function unigramCutter({ tokens, ids, trie, scores, unknown, byteFallback }: UnigramModel) {
  const unknownScore = scores.reduce((least, score) => Math.min(least, score), Infinity) - unknownPenalty
  const noToken = unknown ?? -1
  let best = new Float64Array(64)
  let begins = new Int32Array(64)
  let chosen = new Int32Array(64)

  /** Fills in, for each place that a way reaches, the likeliest last token and where it begins. */
  const search = (text: string): void => {
    const reach = (end: number, score: number, begin: number, id: number): void => {
      if (begins[end]! >= 0 && score <= best[end]!) return
      best[end] = score
      begins[end] = begin
      chosen[end] = id
    }
    for (let from = 0; from < text.length; ) {
      const next = from + (text.codePointAt(from)! > 0xffff ? 2 : 1)
      let isCovered = false
      let node = trie.child(0, text.charCodeAt(from))
      for (let end = from + 1; node >= 0; node = end < text.length ? trie.child(node, text.charCodeAt(end++)) : -1) {
        const id = trie.token(node)
        if (id < 0) continue
        reach(end, best[from]! + scores[id]!, from, id)
        isCovered ||= end === next
      }
      if (!isCovered) reach(next, best[from]! + unknownScore, from, noToken)
      from = next
    }
  }

  /** An unknown part, as one token where there is such a token after all, else as bytes, else as unknown. */
  const idsOf = (part: string): readonly number[] => {
    const id = ids.get(part)
    if (id !== undefined) return [id]
    const bytes = byteFallback ? Array.from(Buffer.from(part), byte => ids.get(byteToken(byte))) : [undefined]
    return bytes.every(byte => byte !== undefined) ? bytes : [noToken]
  }

  return (given: string): number[] => {
    const text = given.replace(/\p{Cs}/gu, '\ufffd')
    if (text.length >= best.length) {
      const size = 2 * text.length + 1
      best = new Float64Array(size)
      begins = new Int32Array(size)
      chosen = new Int32Array(size)
    }
    begins.fill(-1, 0, text.length + 1)
    best[0] = 0
    search(text)
    const found: number[] = []
    for (let end = text.length; end > 0; ) {
      let begin = begins[end]!
      if (chosen[end] !== noToken) found.push(chosen[end]!)
      else {
        while (begin > 0 && chosen[begin] === noToken) begin = begins[begin]!
        const part = idsOf(text.slice(begin, end))
        for (let i = part.length - 1; i >= 0; i--) found.push(part[i]!)
      }
      end = begin
    }
    return found.reverse()
  }
}

const byteToken = (byte: number): string => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`
