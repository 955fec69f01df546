import { charsmapOf } from './charsmap-bytes.js'

/** Tokenizers of SentencePiece's kind, small, in the words that published files use. */

const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`)
const letters = [...'▁abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,äöé日本語\u{20000}']
const words = [
  'the',
  '▁the',
  '▁other',
  'other',
  'th',
  'he',
  'er',
  'hello',
  '▁Hello',
  'world',
  '12',
  '123',
  '日本',
  '▁▁',
  'aa',
  'aaaa',
]

export interface UnigramParts {
  readonly byteFallback: boolean
  readonly normalizer: unknown
  readonly preTokenizer: unknown
}

/** Names of characters that XLM-R's map replaces, among them clusters of several characters. */
export const charsmap: string = charsmapOf({
  '\t': ' ',
  '\n': ' ',
  '\r': ' ',
  '\u00a0': ' ',
  '\u3000': ' ',
  '\u200b': '',
  ﬁ: 'fi',
  '½': '1⁄2',
  '²': '2',
  Ⅷ: 'VIII',
  'e\u0301': 'é',
  'e\u0301\u0323': 'ẹ́',
  '\uff21': 'A',
  '\u{1f44d}\u{1f3fd}': 'thumb',
})

const precompiled = { type: 'Precompiled', precompiled_charsmap: charsmap }

const metaspace = (prepend_scheme: string): Record<string, unknown> => ({
  type: 'Metaspace',
  replacement: '▁',
  prepend_scheme,
  split: true,
})

/** XLM-R as it was first published, and as it is written now; T5; ALBERT. */
export const unigramParts: Readonly<Record<string, UnigramParts>> = {
  'XLM-R, white space first': {
    byteFallback: false,
    normalizer: precompiled,
    preTokenizer: { type: 'Sequence', pretokenizers: [{ type: 'WhitespaceSplit' }, metaspace('always')] },
  },
  'XLM-R, as written now': {
    byteFallback: false,
    normalizer: {
      type: 'Sequence',
      normalizers: [
        precompiled,
        { type: 'Strip', strip_left: false, strip_right: true },
        { type: 'Replace', pattern: { Regex: ' {2,}' }, content: '▁' },
      ],
    },
    preTokenizer: metaspace('always'),
  },
  'with byte fallback': { byteFallback: true, normalizer: null, preTokenizer: metaspace('first') },
  ALBERT: {
    byteFallback: false,
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'Replace', pattern: { String: '``' }, content: '"' },
        { type: 'NFKD' },
        { type: 'StripAccents' },
        { type: 'Lowercase' },
        precompiled,
        { type: 'Replace', pattern: { Regex: ' {2,}' }, content: ' ' },
      ],
    },
    preTokenizer: { type: 'Sequence', pretokenizers: [{ type: 'WhitespaceSplit' }, metaspace('always')] },
  },
}

const added = (content: string, id: number, normalized = false): Record<string, unknown> => ({
  id,
  content,
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized,
  special: true,
})

export function unigramJson({ byteFallback, normalizer, preTokenizer }: UnigramParts): Record<string, unknown> {
  const special = ['<s>', '<pad>', '</s>', '<unk>']
  const scored = [...words, ...letters, ...(byteFallback ? bytes : [])]
  const vocab = [
    ...special.map(token => [token, 0]),
    ...scored.map((token, i) => [token, -1 - Array.from(token).length - ((7 * i) % 13) / 8]),
  ]
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [...special.map((token, id) => added(token, id)), added('<mask>', vocab.length, true)],
    normalizer,
    pre_tokenizer: preTokenizer,
    post_processor: {
      type: 'TemplateProcessing',
      single: [
        { SpecialToken: { id: '<s>', type_id: 0 } },
        { Sequence: { id: 'A', type_id: 0 } },
        { SpecialToken: { id: '</s>', type_id: 0 } },
      ],
      pair: [{ Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 0 } }],
      special_tokens: {
        '<s>': { id: '<s>', ids: [0], tokens: ['<s>'] },
        '</s>': { id: '</s>', ids: [2], tokens: ['</s>'] },
      },
    },
    decoder: byteFallback
      ? {
          type: 'Sequence',
          decoders: [
            { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
            { type: 'ByteFallback' },
            { type: 'Fuse' },
            { type: 'Strip', content: ' ', start: 1, stop: 0 },
          ],
        }
      : metaspace('always'),
    model: { type: 'Unigram', unk_id: 3, vocab, byte_fallback: byteFallback },
  }
}
