import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ignoredLabel, labelledConversation, makeTokenizer, type Message } from '../../src/index.js'
import { awkwardTexts, mixedTexts } from './awkward-texts.js'
import { ggufTokenizerSource } from '../../src/text/gguf-tokenizer.js'
import { trainedJson, trainedMeta } from './byte-bpe.js'
import {
  cutJson,
  fallbackJson,
  metaspaceJson,
  normalizedJson,
  prefixedJson,
  wordPieceJson,
} from './other-tokenizers.js'
import { unigramJson, unigramParts } from './unigram-files.js'

const python = process.env.ATTESTRY_PYTHON
const why = python === undefined ? 'ATTESTRY_PYTHON names no interpreter with the package tokenizers' : ''
if (why !== '') console.log(`skipped: ${why}`)

// Decoders of two kinds give other texts in places that no id depends on: a byte order mark, and several spaces at the
// start.
const onlyIds = /byte fallback|Metaspace|^Unigram/
const texts = [...awkwardTexts, ...mixedTexts(400)]
const cases: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'SmolLM (digits one by one)': trainedJson('smollm'),
  'GPT-2': trainedJson('gpt-2'),
  'Llama 3': trainedJson('llama-bpe'),
  'made of a GGUF file, for SmolLM': ggufTokenizerSource(trainedMeta('smollm'), 'a.gguf').json,
  'made of a GGUF file, for Llama 3': ggufTokenizerSource(trainedMeta('llama-bpe'), 'a.gguf').json,
  'GPT-2 with a space at the start': prefixedJson(),
  'BERT, lower case': wordPieceJson(true),
  'BERT, cased': wordPieceJson(false),
  'Llama 2 (byte fallback)': fallbackJson(),
  'Metaspace, always': metaspaceJson('always', true),
  'Metaspace, first': metaspaceJson('first', false),
  'Metaspace, first, split': metaspaceJson('first', true),
  'Metaspace, never': metaspaceJson('never', true),
  'digits together': cutJson({ type: 'Digits', individual_digits: false }),
  'words and the rest': cutJson({ type: 'Whitespace' }),
  'split at white space': cutJson({ type: 'WhitespaceSplit' }),
  'punctuation one by one': cutJson({ type: 'Punctuation', behavior: 'Isolated' }),
  'punctuation together': cutJson({ type: 'Punctuation', behavior: 'Contiguous' }),
  'split by a text, removed': cutJson({ type: 'Split', pattern: { String: ' ' }, behavior: 'Removed', invert: false }),
  'split by a pattern, the rest removed': cutJson({
    type: 'Split',
    pattern: { Regex: '\\w+|\\s+' },
    behavior: 'Removed',
    invert: true,
  }),
  ...Object.fromEntries(
    Object.entries(unigramParts).map(([name, parts]) => [`Unigram, ${name}`, unigramJson(parts)] as const),
  ),
  NFC: normalizedJson({ type: 'NFC' }),
  NFKD: normalizedJson({ type: 'NFKD' }),
  'a replacement with a dollar sign': normalizedJson({ type: 'Replace', pattern: { Regex: '[aeiou]' }, content: '$&' }),
}

interface Answer {
  readonly ids: readonly number[]
  readonly plain: readonly number[]
  readonly text: string
  readonly skipped: string
}

describe.skipIf(python === undefined)('the reference implementation gives the same ids and texts', () => {
  const script = join(import.meta.dirname, 'reference.py')
  for (const [name, json] of Object.entries(cases))
    it(name, () => {
      const input = JSON.stringify({ cases: [{ json, texts }] })
      const [answers] = JSON.parse(
        execFileSync(python!, [script], { input, maxBuffer: 2 ** 28 }).toString(),
      ) as Answer[][]
      const tokenizer = makeTokenizer({ json, config: {}, file: 'tokenizer.json' })
      const different = texts.flatMap((text, i) => {
        const { ids, plain, text: decoded, skipped } = answers![i]!
        const decodes = !onlyIds.test(name)
        const ours = {
          text,
          ids: Array.from(tokenizer.encode(text)),
          plain: Array.from(tokenizer.encode(text, { special: false })),
          ...(decodes && { decoded: tokenizer.decode(ids), skipped: tokenizer.decode(ids, { skipSpecial: true }) }),
        }
        const theirs = { text, ids, plain, ...(decodes && { decoded, skipped }) }
        return JSON.stringify(ours) === JSON.stringify(theirs) ? [] : [JSON.stringify({ ours, theirs })]
      })
      expect(different.slice(0, 3)).toEqual([])
      expect(different.length).toBe(0)
    })
})

describe.skipIf(python === undefined)('transformers marks the same tokens as said by the assistant', () => {
  const template =
    "{% for m in messages %}{{ '<|im_start|>' + m.role + '\\n' }}{% if m.role == 'assistant' %}{% generation %}{{ m.content + '<|im_end|>\\n' }}{% endgeneration %}{% else %}{{ m.content + '<|im_end|>\\n' }}{% endif %}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"

  it('in conversations of awkward texts', () => {
    const said = mixedTexts(600).map(text => text.trim())
    const conversations = Array.from({ length: 100 }, (_, i): readonly Message[] =>
      said.slice(6 * i, 6 * i + 6).map((content, turn) => ({ role: turn % 2 === 0 ? 'user' : 'assistant', content })),
    )
    const json = trainedJson('smollm')
    const script = join(import.meta.dirname, 'reference-labels.py')
    const input = JSON.stringify({ json, template, conversations })
    const answers = JSON.parse(execFileSync(python!, [script], { input, maxBuffer: 2 ** 28 }).toString()) as {
      readonly ids: readonly number[]
      readonly mask: readonly number[]
    }[]
    const tokenizer = makeTokenizer({ json, config: {}, chatTemplate: template, file: 'tokenizer.json' })
    conversations.forEach((messages, i) => {
      const { tokens, labels } = labelledConversation(messages, tokenizer)
      expect(Array.from(tokens)).toEqual(answers[i]!.ids)
      expect(Array.from(labels, label => (label === ignoredLabel ? 0 : 1))).toEqual(answers[i]!.mask)
    })
  })
})
