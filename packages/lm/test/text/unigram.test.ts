import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeTokenizer } from '../../src/index.js'
import { tokenTrie } from '../../src/text/token-trie.js'
import { unigramCutter } from '../../src/text/unigram.js'
import { readCharsmap } from '../../src/text/charsmap.js'
import { awkwardTexts } from './awkward-texts.js'
import { charsmapOf } from './charsmap-bytes.js'
import { charsmap, unigramJson, unigramParts } from './unigram-files.js'

const code = (value: string): unknown => expect.objectContaining({ code: value })
const make = (json: Record<string, unknown>) => makeTokenizer({ json, config: {}, file: 'tokenizer.json' })
const bad = (what: string): Error => new Error(what)
const fallback = unigramParts['with byte fallback']!

describe('a Unigram model', () => {
  it('takes the likeliest of all ways to cut a text', () => {
    const token = fc.string({ unit: fc.constantFrom('a', 'b', '日', '\u{20000}'), minLength: 1, maxLength: 4 })
    const model = fc.uniqueArray(fc.tuple(token, fc.integer({ min: -40, max: -1 })), {
      selector: ([text]) => text,
      minLength: 1,
      maxLength: 12,
    })
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '日', '\u{20000}'), maxLength: 7 })
    fc.assert(
      fc.property(model, text, (pairs, given) => {
        const tokens = ['?', ...pairs.map(([each]) => each)]
        const scores = Float64Array.from([-100, ...pairs.map(([, score]) => score)])
        const ids = new Map(tokens.map((each, id) => [each, id]))
        const trie = tokenTrie(ids, 1_000, () => bad('large'))
        const cut = unigramCutter({ tokens, ids, trie, scores, unknown: 0, byteFallback: false })(given)
        /** The best score of all ways, by trying each; an unknown character costs 10 more than the worst token. */
        const best = (rest: string): number => {
          if (rest === '') return 0
          const [first] = rest
          const ways = tokens.flatMap((each, id) =>
            rest.startsWith(each) ? [scores[id]! + best(rest.slice(each.length))] : [],
          )
          if (!ids.has(first!)) ways.push(-110 + best(rest.slice(first!.length)))
          return Math.max(...ways)
        }
        let [at, sum] = [0, 0]
        cut.forEach((id, i) => {
          if (id > 0) return (sum += scores[id]!), (at += tokens[id]!.length)
          // An unknown part goes on to the next known token, or to the end.
          const after = cut[i + 1]
          const end = after === undefined ? given.length : given.indexOf(tokens[after]!, at + 1)
          sum -= 110 * Array.from(given.slice(at, end)).length
          return (at = end)
        })
        if (cut.every(id => id > 0)) expect(cut.map(id => tokens[id]).join('')).toBe(given)
        if (cut.every(id => id > 0)) expect(sum).toBe(best(given))
        else expect(best(given)).toBeLessThanOrEqual(-110)
      }),
    )
  })

  it('keeps the first of equally likely ways, and takes unknown characters 10 below the least likely token', () => {
    // What the package tokenizers 0.23.3 gives.
    const cut = (pairs: Readonly<Record<string, number>>, text: string): string[] => {
      const tokens = ['<unk>', ...Object.keys(pairs)]
      const ids = new Map(tokens.map((each, id) => [each, id]))
      const scores = Float64Array.from([-1, ...Object.values(pairs)])
      const trie = tokenTrie(ids, 1_000, () => bad('large'))
      return unigramCutter({ tokens, ids, trie, scores, unknown: 0, byteFallback: false })(text).map(id => tokens[id]!)
    }
    expect(cut({ a: -1, aa: -2 }, 'aa')).toEqual(['aa'])
    // Two known tokens cost 45 and 52; an unknown letter and a token 51.
    expect(cut({ xa: -40, b: -5, ab: -1 }, 'xab')).toEqual(['xa', 'b'])
    expect(cut({ xa: -40, b: -12, ab: -1 }, 'xab')).toEqual(['<unk>', 'ab'])
    // Half of a character is what is written for it.
    expect(cut({ '\ufffd': -3, a: -1 }, 'a\ud83da')).toEqual(['a', '\ufffd', 'a'])
  })

  it('leaves the unknown token as it is where it stands in a text, also where others fall back to bytes', () => {
    const bytes = Array.from({ length: 256 }, (_, i) => `<0x${i.toString(16).toUpperCase().padStart(2, '0')}>`)
    const tokens = ['<unk>', ...bytes, 'a']
    const ids = new Map(tokens.map((each, id) => [each, id]))
    const scores = Float64Array.from([-1, ...bytes.map(() => -5), -1])
    const trie = tokenTrie(ids, 10_000, () => bad('large'))
    const cut = unigramCutter({ tokens, ids, trie, scores, unknown: 0, byteFallback: true })
    // What the package tokenizers 0.23.3 gives.
    expect(cut('a<unk>a').map(id => tokens[id])).toEqual(['a', '<unk>', 'a'])
    expect(cut('b').map(id => tokens[id])).toEqual(['<0x62>'])
  })

  it('keeps tokens in a tree that may be empty and has at most as many nodes as are allowed', () => {
    const large = () => bad('large')
    expect(tokenTrie(new Map(), 1, large).child(0, 97)).toBe(-1)
    expect(() => tokenTrie(new Map([['abc', 0]]), 3, large)).toThrow('large')
    expect(tokenTrie(new Map([['abc', 0]]), 4, large).child(0, 97)).toBe(1)
  })

  it('has one unknown token for unknown characters side by side, and bytes where it may fall back', () => {
    expect(Array.from(make(unigramJson(unigramParts.ALBERT!)).encode('क्ख', { special: false })).slice(1)).toEqual([3])
    const tokenizer = make(unigramJson(fallback))
    const ids = tokenizer.encode('क', { special: false })
    expect(ids.length).toBe(1 + 3)
    expect(tokenizer.decode(ids)).toBe('क')
  })

  it('gives back any well-formed text where it falls back to bytes', () => {
    const tokenizer = make(unigramJson(fallback))
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), text => {
        // A space at the start and U+2581 itself have no way back, in any implementation.
        fc.pre(!/^ |▁|\ufeff/.test(text))
        expect(tokenizer.decode(tokenizer.encode(text, { special: false }))).toBe(text)
      }),
    )
  })

  it('takes time in proportion to the text', () => {
    const tokenizer = make(unigramJson(unigramParts['XLM-R, as written now']!))
    const cpu = (count: number): number => {
      const before = process.cpuUsage().user
      tokenizer.encode('aaaa'.repeat(count))
      return process.cpuUsage().user - before
    }
    cpu(2_000)
    expect(cpu(40_000) / Math.max(cpu(4_000), 500)).toBeLessThan(60)
  })

  it('refuses files that contradict themselves', () => {
    const json = unigramJson(fallback)
    const model = json.model as Record<string, unknown>
    const vocab = model.vocab as unknown[]
    const wrong: readonly Record<string, unknown>[] = [
      { vocab: {} },
      { vocab: [] },
      { vocab: [...vocab, ['a', -1]] },
      { vocab: [...vocab, ['fresh', Number.NaN]] },
      { vocab: [...vocab, ['fresh']] },
      { vocab: [...vocab, [7, -1]] },
      { vocab: [...vocab, ['a'.repeat(2_000), -1]] },
      { vocab: [...vocab, ['\ud800', -1]] },
      { unk_id: 9e6 },
      { unk_id: -1 },
    ]
    for (const each of wrong) expect(() => make({ ...json, model: { ...model, ...each } })).toThrow(code('LM-E031'))
    const without = make({ ...json, model: { ...model, unk_id: null, byte_fallback: false } })
    expect(() => without.encode('क')).toThrow(code('LM-E034'))
  })

  it('never fails in another way than with a code', () => {
    const json = JSON.stringify(unigramJson(unigramParts['XLM-R, as written now']!))
    const keys = [...new Set(json.match(/"[a-z_]+"(?=:)/g))].map(key => JSON.parse(key) as string)
    const change = (value: unknown, key: string, to: unknown): unknown => {
      if (Array.isArray(value)) return value.map(item => change(item, key, to))
      if (typeof value !== 'object' || value === null) return value
      return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, k === key ? to : change(v, key, to)]))
    }
    fc.assert(
      fc.property(fc.constantFrom(...keys), fc.jsonValue(), (key, to) => {
        try {
          make(change(JSON.parse(json), key, to) as Record<string, unknown>).encode('some text')
        } catch (error) {
          expect(error).toEqual(expect.objectContaining({ code: expect.stringMatching(/^LM-E0(3[124]|50)$/) }))
        }
      }),
    )
  })
})

describe('a charsmap', () => {
  it('replaces characters and clusters as it says, and leaves the rest', () => {
    const apply = readCharsmap(charsmap, bad)
    expect(apply('ﬁ ½\t²\r\nx')).toBe('fi 1⁄2 2 x')
    expect(apply('e\u0301 e')).toBe('é e')
    expect(apply('a\u200bb 日本 \u{20000}')).toBe('ab 日本 \u{20000}')
    for (const text of awkwardTexts) expect(readCharsmap(charsmapOf({ '\ue000': 'x' }), bad)(text)).toBe(text)
  })

  it('of any keys replaces what the keys say: short clusters by the shortest key they begin with, others letter by letter', () => {
    const letter = fc.constantFrom('a', 'e', '\u0301', 'é', '日', '\u{20000}', '\r', '\n')
    const key = fc.string({ unit: letter, minLength: 1, maxLength: 2 })
    const map = fc.dictionary(key, fc.string({ unit: letter, maxLength: 3 }), { minKeys: 1 })
    const text = fc.string({ unit: letter, maxLength: 9 })
    fc.assert(
      fc.property(map, text, (texts, given) => {
        const keys = Object.keys(texts).sort((one, other) => Buffer.byteLength(one) - Buffer.byteLength(other))
        const shortest = (of: string): string | undefined => texts[keys.find(key => of.startsWith(key))!]
        const segments = Array.from(new Intl.Segmenter('en').segment(given), ({ segment }) => segment)
        const expected = segments.map(cluster => {
          const whole = Buffer.byteLength(cluster) <= 5 ? shortest(cluster) : undefined
          return whole ?? Array.from(cluster, one => shortest(one) ?? one).join('')
        })
        expect(readCharsmap(charsmapOf(texts), bad)(given)).toBe(expected.join(''))
      }),
      { numRuns: 200 },
    )
  })

  it('is refused when it is cut, points outside of itself, or makes long texts', () => {
    const bytes = Buffer.from(charsmap, 'base64')
    const units = bytes.readUInt32LE(0)
    const forged = [bytes.subarray(0, 3), bytes.subarray(0, 100), Buffer.alloc(4), bytes.subarray(0, 4 + units)]
    const apply = (map: Uint8Array): string => readCharsmap(Buffer.from(map).toString('base64'), bad)('ﬁ')
    for (const each of forged) expect(() => apply(each)).toThrow('precompiled_charsmap')
    for (const each of [null, 7, '', '!', 'a'.repeat(5e6)])
      expect(() => readCharsmap(each, bad)).toThrow('precompiled_charsmap')
    const long = charsmapOf({ ﬁ: 'x'.repeat(300) })
    expect(() => readCharsmap(long, bad)('ﬁ')).toThrow('limits')
    const broken = Buffer.from(charsmapOf({ ﬁ: 'xy' }), 'base64')
    broken[broken.length - 2] = 0xff
    expect(() => apply(broken)).toThrow('not UTF-8')
    const outside = Buffer.from(bytes)
    outside.writeUInt32LE(0xfffffc00, 4)
    expect(() => apply(outside)).toThrow('outside')
  })

  it('never fails in another way when bytes are changed', () => {
    const bytes = Buffer.from(charsmap, 'base64')
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (place, byte) => {
        const changed = Buffer.from(bytes)
        changed[place] = byte
        try {
          readCharsmap(changed.toString('base64'), bad)(awkwardTexts.join(' '))
        } catch (error) {
          expect((error as Error).message).toContain('precompiled_charsmap')
        }
      }),
      { numRuns: 50 },
    )
  })
})

describe('a pattern of a tokenizer file', () => {
  it('is stopped when it does not come to an end, wherever it stands', () => {
    const plain = unigramJson(fallback)
    const endless = { Regex: '(a+)+$' }
    const parts = {
      normalizer: { type: 'Replace', pattern: endless, content: 'x' },
      pre_tokenizer: { type: 'Split', pattern: endless, behavior: 'Isolated', invert: false },
    }
    for (const [name, part] of Object.entries(parts))
      expect(() =>
        makeTokenizer({ json: { ...plain, [name]: part }, config: {}, file: 'a', patternLimitMs: 300 }).encode(
          `${'a'.repeat(40)}b`,
        ),
      ).toThrow(code('LM-E050'))
  })

  it('that ends is used', () => {
    const cut = { type: 'Split', pattern: { Regex: '[ab]+' }, behavior: 'Removed', invert: false }
    const tokenizer = make({ ...unigramJson(fallback), pre_tokenizer: cut })
    expect(tokenizer.decode(tokenizer.encode('xaby', { special: false }))).toBe('xy')
  })
})
