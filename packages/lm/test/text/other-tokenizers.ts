import { trainedJson } from './byte-bpe.js'

/** Tokenizers of other kinds than byte-level BPE, small, as published files would describe them. */

const special = (content: string, id: number): Record<string, unknown> => ({
  id,
  content,
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
  special: true,
})

const numbered = (tokens: readonly string[]): Record<string, number> =>
  Object.fromEntries([...new Set(tokens)].map((token, id) => [token, id]))

/** BERT: cleaned text, words and punctuation, pieces by longest match. */
export function wordPieceJson(lowercase: boolean): Record<string, unknown> {
  const letters = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789äöüßéσςοδυιı日本語中文']
  const pieces = [
    'the',
    'other',
    'hello',
    'world',
    '##lo',
    '##er',
    'many',
    'spaces',
    'Hello',
    '\u{20000}',
    '한국어',
    ',',
    '.',
    "'",
    '$',
    '<',
    '|',
    '>',
    '½',
  ]
  const vocab = numbered([
    '[PAD]',
    '[UNK]',
    '[CLS]',
    '[SEP]',
    ...letters,
    ...letters.map(letter => `##${letter}`),
    ...pieces,
  ])
  return {
    version: '1.0',
    added_tokens: ['[PAD]', '[UNK]', '[CLS]', '[SEP]'].map(special),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [
        { SpecialToken: { id: '[CLS]', type_id: 0 } },
        { Sequence: { id: 'A', type_id: 0 } },
        { SpecialToken: { id: '[SEP]', type_id: 0 } },
      ],
      pair: [
        { SpecialToken: { id: '[CLS]', type_id: 0 } },
        { Sequence: { id: 'A', type_id: 0 } },
        { SpecialToken: { id: '[SEP]', type_id: 0 } },
        { Sequence: { id: 'B', type_id: 1 } },
        { SpecialToken: { id: '[SEP]', type_id: 1 } },
      ],
      special_tokens: {
        '[CLS]': { id: '[CLS]', ids: [2], tokens: ['[CLS]'] },
        '[SEP]': { id: '[SEP]', ids: [3], tokens: ['[SEP]'] },
      },
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab,
    },
  }
}

const merges = [
  't h',
  'th e',
  '▁ the',
  'o the',
  'othe r',
  '▁ other',
  'h e',
  'l l',
  'he ll',
  'hell o',
  '▁ ▁',
  '▁▁ ▁▁',
  '1 2',
]

function fallbackModel(): Record<string, unknown> {
  const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`)
  const letters = [...'▁abcdefghijklmnopqrstuvwxyz0123456789.,']
  return {
    type: 'BPE',
    dropout: null,
    unk_token: '<unk>',
    continuing_subword_prefix: null,
    end_of_word_suffix: null,
    fuse_unk: true,
    byte_fallback: true,
    vocab: numbered(['<unk>', '<s>', '</s>', ...bytes, ...letters, ...merges.map(merge => merge.replace(' ', ''))]),
    merges: merges.map(merge => merge.split(' ')),
  }
}

const fallbackDecoder = {
  type: 'Sequence',
  decoders: [
    { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
    { type: 'ByteFallback' },
    { type: 'Fuse' },
    { type: 'Strip', content: ' ', start: 1, stop: 0 },
  ],
}

/** Llama 2: spaces become U+2581 in the normalizer, unknown letters become bytes. */
export const fallbackJson = (): Record<string, unknown> => ({
  version: '1.0',
  added_tokens: ['<unk>', '<s>', '</s>'].map(special),
  normalizer: {
    type: 'Sequence',
    normalizers: [
      { type: 'Prepend', prepend: '▁' },
      { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
    ],
  },
  pre_tokenizer: null,
  post_processor: null,
  decoder: fallbackDecoder,
  model: fallbackModel(),
})

/** The same model behind a pre-tokenizer that does the replacing. */
export const metaspaceJson = (prepend_scheme: string, split: boolean): Record<string, unknown> => ({
  ...fallbackJson(),
  normalizer: null,
  pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme, split },
  decoder: { type: 'Metaspace', replacement: '▁', prepend_scheme, split },
})

/** Byte-level BPE behind other pre-tokenizers. */
export const cutJson = (...pretokenizers: readonly Record<string, unknown>[]): Record<string, unknown> => ({
  ...trainedJson('gpt-2'),
  pre_tokenizer: {
    type: 'Sequence',
    pretokenizers: [
      ...pretokenizers,
      { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
    ],
  },
})

/** Byte-level BPE behind a normalizer. */
export const normalizedJson = (normalizer: Record<string, unknown>): Record<string, unknown> => ({
  ...trainedJson('gpt-2'),
  normalizer,
})

/** GPT-2 with a space before the first word. */
export const prefixedJson = (): Record<string, unknown> => ({
  ...trainedJson('gpt-2'),
  pre_tokenizer: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
})
