import { gap, type WordFacts } from './facts.js'

/** How many features a word has. */
export const featureCount = 32

/**
 * Writes the 32-bit hashes of the features of one word: the word and its neighbours by hash, ending, shape, bits of the table of
 * names, and what stands between them. No strings are made.
 */
export function featuresOf(facts: WordFacts, word: number, into: Int32Array): void {
  const { count, hash, prefix, suffix2, suffix3, shape, bits } = facts
  const edge = gap.edge
  const before = facts.gap[word]!
  const after = facts.gap[word + 1]!
  // Across an edge there is no neighbour.
  const p = before !== edge && word > 0 ? word - 1 : -1
  const pp = p > 0 && facts.gap[p] !== edge ? p - 1 : -1
  const n = after !== edge && word + 1 < count ? word + 1 : -1
  const nn = n > 0 && n + 1 < count && facts.gap[n + 1] !== edge ? n + 1 : -1
  const w = hash[word]!
  const wp = p < 0 ? 1 : hash[p]!
  const wpp = pp < 0 ? 1 : hash[pp]!
  const wn = n < 0 ? 2 : hash[n]!
  const wnn = nn < 0 ? 2 : hash[nn]!
  const s = shape[word]!
  const sp = p < 0 ? 30 : shape[p]!
  const sn = n < 0 ? 31 : shape[n]!
  const b = bits[word]!
  const bp = p < 0 ? 254 : bits[p]!
  const bn = n < 0 ? 255 : bits[n]!
  const bnn = nn < 0 ? 255 : bits[nn]!
  const gaps = before * 16 + after
  const shapes = (sp * 32 + s) * 32 + sn
  let at = 0
  into[at++] = mix(1, s, before)
  into[at++] = mix(2, w, 0)
  into[at++] = mix(3, w, s)
  into[at++] = mix(4, wp, before)
  into[at++] = mix(5, wn, after)
  into[at++] = mix(6, wpp, 0)
  into[at++] = mix(7, wnn, 0)
  into[at++] = mix(8, w, wp)
  into[at++] = mix(9, w, wn)
  into[at++] = mix(10, prefix[word]!, s)
  into[at++] = mix(11, suffix3[word]!, s)
  into[at++] = mix(12, suffix2[word]!, s)
  into[at++] = mix(13, n < 0 ? 2 : suffix3[n]!, sn * 32 + s)
  into[at++] = mix(14, p < 0 ? 1 : suffix3[p]!, sp * 32 + s)
  into[at++] = mix(15, shapes, gaps)
  into[at++] = mix(16, shapes, 0)
  into[at++] = mix(17, b, s)
  into[at++] = mix(18, b * 256 + bp, s * 32 + sp)
  into[at++] = mix(19, b * 256 + bn, s * 32 + sn)
  into[at++] = mix(20, (b * 256 + bp) * 256 + bn, s)
  into[at++] = mix(21, b, gaps * 32 + s)
  into[at++] = mix(22, wp, s * 256 + b)
  into[at++] = mix(23, wn, s * 256 + b)
  into[at++] = mix(24, wp, Math.imul(wpp, 31) + s)
  into[at++] = mix(25, wn, Math.imul(wnn, 31) + s)
  into[at++] = mix(26, wp, wn)
  into[at++] = mix(27, bp * 256 + bn, gaps)
  into[at++] = mix(28, bn * 256 + bnn, s * 32 + sn)
  into[at++] = mix(29, gaps, s)
  into[at++] = mix(30, wp, (s * 16 + before) * 32 + sn)
  into[at++] = mix(31, wpp, s * 256 + b)
  into[at] = mix(32, w, b * 16 + before)
}

/** Spreads a template and its two values over 32 bits (the finaliser of MurmurHash3). */
function mix(template: number, a: number, b: number): number {
  let h = Math.imul(a ^ Math.imul(template, 0x9e3779b1), 0x85ebca6b) ^ Math.imul(b + template, 0xc2b2ae35)
  h ^= h >>> 16
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return h ^ (h >>> 16)
}
