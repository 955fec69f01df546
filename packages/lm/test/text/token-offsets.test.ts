import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeTokenizer, type Tokenizer } from '../../src/index.js'
import { awkwardTexts, mixedTexts } from './awkward-texts.js'
import { trainedJson } from './byte-bpe.js'
import { cutJson, metaspaceJson, normalizedJson, prefixedJson, wordPieceJson } from './other-tokenizers.js'
import { unigramJson, unigramParts } from './unigram-files.js'

const python = process.env.ATTESTRY_PYTHON
const why = python === undefined ? 'ATTESTRY_PYTHON names no interpreter with the package tokenizers' : ''
if (why !== '') console.log(`skipped: ${why}`)

const tokenizerOf = (json: Readonly<Record<string, unknown>>): Tokenizer =>
  makeTokenizer({ json, config: {}, file: 'tokenizer.json' })

/** What of the text each token stands for. */
function read(json: Readonly<Record<string, unknown>>, text: string): readonly string[] {
  const { starts, ends } = tokenizerOf(json).encodeWithOffsets(text)
  return Array.from(starts, (start, i) => text.slice(start, ends[i]))
}

describe('the places of tokens', () => {
  it('are those of the original, whatever was done to the text before it was cut', () => {
    expect(read(wordPieceJson(true), 'HELLO, wo\u0308rlo!  日本 ½')).toEqual([
      'HELLO',
      ',',
      'w',
      'o\u0308',
      'r',
      'lo',
      '!',
      '日',
      '本',
      '½',
    ])
    expect(read(unigramJson(unigramParts['ALBERT']!), 'Ünï')).toEqual(['', 'Ü', 'n', 'ï'])
  })

  it('tell which tokens are parts of one word', () => {
    const { words } = tokenizerOf(wordPieceJson(true)).encodeWithOffsets('hello wo, zzz')
    expect([...words]).toEqual([0, 1, 1, 2, 3, 3, 3])
  })

  it('are those of the whole word where a token does not spell its part', () => {
    expect(read(wordPieceJson(true), 'hello ґґґ world')).toEqual(['hello', 'ґґґ', 'world'])
  })

  it('cover a letter that several tokens are made of', () => {
    const text = 'a 😀b'
    const { starts, ends } = tokenizerOf(trainedJson('gpt-2')).encodeWithOffsets(text)
    expect(new Set(Array.from(starts, (start, i) => text.slice(start, ends[i])))).toEqual(new Set(['a', '', '😀', 'b']))
  })

  it('are refused where a normalizer joins what stands apart', () => {
    const joins = normalizedJson({ type: 'Replace', pattern: { Regex: 'o w' }, content: '_' })
    expect(read(joins, 'hello there')).not.toHaveLength(0)
    expect(() => read(joins, 'hello world')).toThrow(expect.objectContaining({ code: 'LM-E051' }))
  })

  it('are refused where a pre-tokenizer leaves out letters, or the whole gives other tokens than its parts', () => {
    const drops = cutJson({ type: 'Split', pattern: { String: 'l' }, behavior: 'Removed', invert: false })
    expect(() => read(drops, 'hello there')).toThrow(expect.objectContaining({ code: 'LM-E051' }))
    const letters = metaspaceJson('never', true)
    const model = { ...(letters['model'] as object), byte_fallback: false, fuse_unk: true }
    const fuses = { ...letters, model, pre_tokenizer: { type: 'Punctuation', behavior: 'Isolated' } }
    expect(read(fuses, 'the!')).toEqual(['the', '!'])
    expect(() => read(fuses, 'ґ!')).toThrow(expect.objectContaining({ code: 'LM-E051' }))
  })
})

const cases: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'BERT, lower case': wordPieceJson(true),
  'BERT, cased': wordPieceJson(false),
  'GPT-2': trainedJson('gpt-2'),
  'GPT-2 with a space at the start': prefixedJson(),
  'Llama 3': trainedJson('llama-bpe'),
  'words and the rest': cutJson({ type: 'Whitespace' }),
  NFC: normalizedJson({ type: 'NFC' }),
  NFKD: normalizedJson({ type: 'NFKD' }),
  'Metaspace, always': metaspaceJson('always', true),
  ...Object.fromEntries(
    Object.entries(unigramParts).map(([name, parts]) => [`Unigram, ${name}`, unigramJson(parts)] as const),
  ),
}

const script = `
import json, sys
from tokenizers import Tokenizer
given = json.load(sys.stdin)
tokenizer = Tokenizer.from_str(json.dumps(given["json"]))
def units(text, at): return len(text[:at].encode("utf-16-le", "surrogatepass")) // 2
answers = []
for text in given["texts"]:
    encoding = tokenizer.encode(text, add_special_tokens=False)
    answers.append([[id, units(text, a), units(text, b)] for id, (a, b) in zip(encoding.ids, encoding.offsets)])
json.dump(answers, sys.stdout)
`

type Place = readonly [id: number, start: number, text: string]

const fused = /with byte fallback/

/** Without white space at its ends, and with all marks of its letters, which the reference leaves out where they are dropped. */
function bare(text: string, start: number, end: number): readonly [number, string] {
  const is = (what: RegExp, at: number): boolean => at >= 0 && at < text.length && what.test(text[at]!)
  while (start < end && is(/\p{White_Space}/u, start)) start++
  while (end > start && is(/\p{White_Space}/u, end - 1)) end--
  if (start === end) return [start, '']
  while (is(/\p{M}/u, start)) start--
  while (is(/\p{M}/u, end)) end++
  return [start, text.slice(start, end)]
}

describe.skipIf(python === undefined)('the reference implementation gives the same places', () => {
  const texts = [...awkwardTexts, ...mixedTexts(200)]
  for (const [name, json] of Object.entries(cases))
    it(name, () => {
      const input = JSON.stringify({ json, texts })
      const answers = JSON.parse(
        execFileSync(python!, ['-c', script], { input, maxBuffer: 2 ** 28 }).toString(),
      ) as (readonly [number, number, number])[][]
      const tokenizer = tokenizerOf(json)
      const different = texts.flatMap((text, i) => {
        const { ids, starts, ends } = tokenizer.encodeWithOffsets(text)
        const ours = Array.from(ids, (id, at): Place => [id, ...bare(text, starts[at]!, ends[at]!)])
        const theirs = answers[i]!.map(([id, start, end], at): Place => {
          const whole = bare(text, start, end)
          const [, from = 0, part = ''] = ours[at] ?? []
          // A space that was added is nowhere here; unknown letters in a row are one place there.
          const isFiner = fused.test(name) && from >= start && from + part.length <= end
          return part === '' || isFiner ? [id, from, part] : [id, ...whole]
        })
        return JSON.stringify(ours) === JSON.stringify(theirs) ? [] : [JSON.stringify({ text, ours, theirs })]
      })
      expect(different.slice(0, 2)).toEqual([])
    })
})
