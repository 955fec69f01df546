import type { GgufTokenizerMeta } from '../../src/text/gguf-tokenizer.js'

/** The letters that stand for the 256 bytes: printable Latin-1 for itself, the rest from U+0100 on. */
export const byteAlphabet: readonly string[] = (() => {
  const isPrintable = (byte: number): boolean =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae
  let next = 0x100
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(isPrintable(byte) ? byte : next++))
})()

const toLetters = (word: string): string[] => Array.from(Buffer.from(word), byte => byteAlphabet[byte]!)

/** Learns merges from sentences: the most frequent pair first, ties by code units. Words keep their leading space. */
export function learnMerges(sentences: readonly string[], count: number): readonly string[] {
  const words = sentences.flatMap(sentence => sentence.match(/ ?\p{L}+| ?[^\p{L}\s]|\s+/gu) ?? []).map(toLetters)
  const merges: string[] = []
  while (merges.length < count) {
    const pairs = new Map<string, number>()
    for (const word of words)
      for (let i = 0; i + 1 < word.length; i++) {
        const pair = `${word[i]} ${word[i + 1]}`
        pairs.set(pair, (pairs.get(pair) ?? 0) + 1)
      }
    const [best] = [...pairs].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    if (!best || best[1] < 2) return merges
    merges.push(best[0])
    const [left, right] = best[0].split(' ')
    for (const word of words)
      for (let i = 0; i + 1 < word.length; i++)
        if (word[i] === left && word[i + 1] === right) word.splice(i, 2, left! + right!)
  }
  return merges
}

export const sentences: readonly string[] = [
  'The quick brown fox jumps over the lazy dog, and the dog does not mind.',
  "In 2024 the committee met 12 times; it didn’t agree, and it couldn't say why.",
  'Größere Änderungen brauchen länger als die kleineren Änderungen.',
  '日本語の文章と中文的句子。日本語の文章。',
  '😀😀 👍🏽 emoji 😀',
  'the other there then they the them    four spaces\n\nnew lines\n',
]

/** A byte-level BPE tokenizer in words of a GGUF file. Ids: three control tokens, the bytes, then the merges. */
export function trainedMeta(pre: string): GgufTokenizerMeta {
  const merges = learnMerges(sentences, 200)
  const control = ['<|end|>', '<|im_start|>', '<|im_end|>']
  const tokens = [...control, ...byteAlphabet, ...new Set(merges.map(merge => merge.replace(' ', '')))]
  return {
    model: 'gpt2',
    pre,
    tokens,
    merges,
    tokenTypes: tokens.map((_, id) => (id < control.length ? 3 : 1)),
    bos: 1,
    eos: 2,
    pad: 0,
  }
}

const preTokenizers: Readonly<Record<string, unknown>> = {
  smollm: {
    type: 'Sequence',
    pretokenizers: [
      { type: 'Digits', individual_digits: true },
      { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    ],
  },
  'gpt-2': { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
  'llama-bpe': {
    type: 'Sequence',
    pretokenizers: [
      {
        type: 'Split',
        pattern: {
          Regex:
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
        },
        behavior: 'Isolated',
        invert: false,
      },
      { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
    ],
  },
}

/** The same tokenizer as a tokenizer.json, in the words that published files use. */
export function trainedJson(pre: string): Record<string, unknown> {
  const { tokens, merges, tokenTypes } = trainedMeta(pre)
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: tokens
      .map((content, id) => ({
        id,
        content,
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: false,
        special: true,
      }))
      .filter(({ id }) => tokenTypes![id] === 3),
    normalizer: null,
    pre_tokenizer: preTokenizers[pre],
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: pre === 'llama-bpe',
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges,
    },
  }
}
