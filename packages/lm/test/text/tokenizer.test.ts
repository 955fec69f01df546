import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeTokenizer, openTokenizer, tokenizerFromGguf } from '../../src/index.js'
import { awkwardTexts, mixedTexts } from './awkward-texts.js'
import { trainedJson, trainedMeta } from './byte-bpe.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tokenizer-'))
})
afterAll(() => rm(folder, { recursive: true }))

const config = { bos_token: '<|im_start|>', eos_token: { content: '<|im_end|>' }, pad_token: '<|end|>' }
const save = async (name: string, value: unknown): Promise<void> =>
  writeFile(join(folder, name), typeof value === 'string' ? value : JSON.stringify(value))
const code = (value: string): unknown => expect.objectContaining({ code: value })

describe('a tokenizer from a folder', () => {
  it('gives back every text, with emoji, ideographs, digits and spaces at the start', async () => {
    for (const pre of ['smollm', 'gpt-2', 'llama-bpe']) {
      await save('tokenizer.json', trainedJson(pre))
      await save('tokenizer_config.json', config)
      const tokenizer = await openTokenizer(folder)
      for (const text of [...awkwardTexts, ...mixedTexts(200)])
        expect(tokenizer.decode(tokenizer.encode(text))).toBe(text)
    }
  })

  it('gives back any well-formed text', () => {
    const tokenizer = tokenizerFromGguf(trainedMeta('smollm'))
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        expect(tokenizer.decode(tokenizer.encode(text))).toBe(Buffer.from(text).toString())
      }),
    )
  })

  it('merges what was learned, and never two digits of SmolLM', () => {
    const tokenizer = tokenizerFromGguf(trainedMeta('smollm'))
    expect(tokenizer.encode('the').length).toBe(1)
    expect(tokenizer.encode(' the').length).toBe(1)
    expect(tokenizer.encode('2024').length).toBe(4)
    expect(tokenizer.encode(' ²³').length).toBe(1 + 2 + 2)
  })

  it('makes one id of a special token that stands in a text', () => {
    const tokenizer = tokenizerFromGguf(trainedMeta('smollm'))
    expect(Array.from(tokenizer.encode('<|im_start|><|im_end|>'))).toEqual([1, 2])
    expect(tokenizer.decode([1, 2])).toBe('<|im_start|><|im_end|>')
    expect(tokenizer.decode([1, 2], { skipSpecial: true })).toBe('')
  })

  it('knows its special tokens, its size and its chat template', async () => {
    await save('tokenizer.json', trainedJson('smollm'))
    await save('tokenizer_config.json', { ...config, chat_template: '{{ messages }}' })
    const tokenizer = await openTokenizer(folder)
    expect(tokenizer.bos).toEqual({ id: 1, text: '<|im_start|>' })
    expect(tokenizer.eos).toEqual({ id: 2, text: '<|im_end|>' })
    expect(tokenizer.pad).toEqual({ id: 0, text: '<|end|>' })
    expect(tokenizer.vocabularySize).toBe(trainedMeta('smollm').tokens.length)
    expect(tokenizer.chatTemplate).toBe('{{ messages }}')
    await save('chat_template.jinja', '{{ bos_token }}')
    expect((await openTokenizer(folder)).chatTemplate).toBe('{{ bos_token }}')
    await rm(join(folder, 'chat_template.jinja'))
    const templates = [
      { name: 'tool_use', template: 'a' },
      { name: 'default', template: 'b' },
    ]
    await save('tokenizer_config.json', { chat_template: templates })
    expect((await openTokenizer(folder)).chatTemplate).toBe('b')
  })

  it('puts around a text what its post-processor says, unless told not to', () => {
    const tokenizer = tokenizerFromGguf({ ...trainedMeta('llama-bpe') })
    expect(tokenizer.encode('the')[0]).toBe(1)
    expect(tokenizer.encode('the', { special: false })[0]).not.toBe(1)
    expect(tokenizerFromGguf({ ...trainedMeta('smollm') }).encode('the')[0]).not.toBe(1)
    expect(tokenizerFromGguf({ ...trainedMeta('smollm'), addBos: true }).encode('the')[0]).toBe(1)
  })
})

describe('a tokenizer from a GGUF file', () => {
  it('gives the ids of the tokenizer.json that it was converted from', () => {
    for (const pre of ['smollm', 'gpt-2', 'llama-bpe']) {
      const original = makeTokenizer({ json: trainedJson(pre), config, file: 'tokenizer.json' })
      const built = tokenizerFromGguf(trainedMeta(pre))
      for (const text of [...awkwardTexts, ...mixedTexts(200)])
        expect(built.encode(text, { special: false })).toEqual(original.encode(text))
      expect([built.bos, built.eos, built.pad]).toEqual([original.bos, original.eos, original.pad])
    }
  })

  it('refuses other kinds, unknown patterns and lists that contradict each other', () => {
    const meta = trainedMeta('smollm')
    const tokens = [...meta.tokens.slice(0, -1), meta.tokens[0]!]
    for (const wrong of [
      { model: 'llama' },
      { pre: 'tekken' },
      { pre: 'constructor' },
      { tokenTypes: [1] },
      { tokens },
      { bos: 9e6 },
    ])
      expect(() => tokenizerFromGguf({ ...meta, ...wrong })).toThrow(code('LM-E033'))
    expect(() => tokenizerFromGguf({ ...meta, merges: ['Ġ zz'] })).toThrow(code('LM-E031'))
  })
})

describe('a damaged tokenizer', () => {
  it('is refused when a file is missing, too large, or not JSON', async () => {
    await expect(openTokenizer(join(folder, 'nowhere'))).rejects.toThrow(code('LM-E030'))
    await save('tokenizer.json', '{ "model": ')
    await expect(openTokenizer(folder)).rejects.toThrow(code('LM-E031'))
    await save('tokenizer.json', '[]')
    await expect(openTokenizer(folder)).rejects.toThrow(code('LM-E031'))
    await truncate(join(folder, 'tokenizer.json'), 80 * 2 ** 20)
    await expect(openTokenizer(folder)).rejects.toThrow(code('LM-E031'))
  })

  it('is refused when its parts contradict each other', () => {
    const json = trainedJson('smollm')
    const model = json.model as Record<string, unknown>
    const vocab = model.vocab as Record<string, number>
    const wrong: readonly Record<string, unknown>[] = [
      { ...json, model: undefined },
      { ...json, model: { ...model, vocab: { ...vocab, twice: 5 } } },
      { ...json, model: { ...model, vocab: { ...vocab, high: 2 ** 31 } } },
      { ...json, model: { ...model, vocab: { ...vocab, half: 0.5 } } },
      { ...json, model: { ...model, vocab: {} } },
      { ...json, model: { ...model, merges: ['a b c'] } },
      { ...json, model: { ...model, merges: [['a', 'nothing']] } },
      { ...json, model: { ...model, merges: 7 } },
      { ...json, model: { ...model, unk_token: '<unk>' } },
      { ...json, added_tokens: [{ id: 1, content: 'other' }] },
      { ...json, added_tokens: [{ id: 9_000, content: 'a' }] },
      { ...json, added_tokens: [{ id: 9_000, content: '' }] },
      { ...json, post_processor: { type: 'TemplateProcessing', single: [{ SpecialToken: { id: 'no' } }], pair: [] } },
      { ...json, post_processor: { type: 'BertProcessing', cls: ['no', 1], sep: ['<|end|>', 0] } },
    ]
    for (const each of wrong)
      expect(() => makeTokenizer({ json: each, config: {}, file: 'tokenizer.json' })).toThrow(code('LM-E031'))
    expect(() => makeTokenizer({ json, config: { bos_token: '<s>' }, file: 'tokenizer.json' })).toThrow(code('LM-E031'))
  })

  it('is refused when it has a part that was not compared with the reference', () => {
    const json = trainedJson('smollm')
    const model = json.model as Record<string, unknown>
    let nested: unknown = { type: 'Digits' }
    for (let i = 0; i < 20_000; i++) nested = { type: 'Sequence', pretokenizers: [nested] }
    const wrong: readonly Record<string, unknown>[] = [
      { ...json, normalizer: { type: 'Nmt' } },
      { ...json, pre_tokenizer: { type: 'UnicodeScripts' } },
      {
        ...json,
        pre_tokenizer: { type: 'Split', pattern: { String: ' ' }, behavior: 'MergedWithNext', invert: false },
      },
      { ...json, pre_tokenizer: { type: 'Split', pattern: { Regex: 'a'.repeat(3_000) }, behavior: 'Isolated' } },
      { ...json, decoder: { type: 'toString' } },
      { ...json, pre_tokenizer: nested },
      { ...json, model: { ...model, type: 'WordLevel' } },
      { ...json, model: { ...model, dropout: 0.1 } },
      { ...json, model: { ...model, end_of_word_suffix: '</w>' } },
      { ...json, added_tokens: [{ id: 0, content: '<|end|>', single_word: true }] },
    ]
    for (const each of wrong)
      expect(() => makeTokenizer({ json: each, config: {}, file: 'tokenizer.json' })).toThrow(code('LM-E032'))
  })

  it('never fails in another way than with a code', () => {
    const json = JSON.stringify(trainedJson('smollm'))
    const keys = [...new Set(json.match(/"[a-z_]+"(?=:)/g))].map(key => JSON.parse(key) as string)
    const change = (value: unknown, key: string, to: unknown): unknown => {
      if (Array.isArray(value)) return value.map(item => change(item, key, to))
      if (typeof value !== 'object' || value === null) return value
      return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, k === key ? to : change(v, key, to)]))
    }
    fc.assert(
      fc.property(fc.constantFrom(...keys), fc.jsonValue(), (key, to) => {
        const changed = change(JSON.parse(json), key, to) as Record<string, unknown>
        try {
          makeTokenizer({ json: changed, config: {}, file: 'tokenizer.json' }).encode('some text')
        } catch (error) {
          expect(error).toEqual(expect.objectContaining({ code: expect.stringMatching(/^LM-E0(3[124]|50)$/) }))
        }
      }),
    )
  })

  it('refuses ids that are no tokens and texts that are too long', () => {
    const tokenizer = tokenizerFromGguf(trainedMeta('smollm'))
    for (const id of [-1, 0.5, Number.NaN, tokenizer.vocabularySize])
      expect(() => tokenizer.decode([id])).toThrow(code('LM-E034'))
    expect(() => tokenizer.encode('a'.repeat(2 ** 24 + 1))).toThrow(code('LM-E034'))
    expect(tokenizer.decode([])).toBe('')
  })
})
