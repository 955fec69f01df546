import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createGraph, encodeModel, f32, gather } from '@attestry/autograd'

/** Writes a token classifier that gives each of these words its label and every other one `O`, whatever stands around. */
export function writeNameModel(folder: string, words: Readonly<Record<string, string>>): void {
  mkdirSync(folder, { recursive: true })
  const tokens = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'a', ...Object.keys(words)]
  const labels = ['O', ...new Set(Object.values(words))]
  const put = (name: string, value: unknown): void => writeFileSync(join(folder, name), JSON.stringify(value))
  put('config.json', {
    vocab_size: tokens.length,
    id2label: Object.fromEntries(labels.map((label, id) => [id, label])),
  })
  put('tokenizer.json', {
    version: '1.0',
    added_tokens: [],
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: null,
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
    },
  })
  const table = new Float32Array(tokens.length * labels.length)
  for (const [id, token] of tokens.entries()) table[id * labels.length + labels.indexOf(words[token] ?? 'O')] = 5
  const [rows, length] = [100_003, 200_003]
  const graph = createGraph()
  const ids = graph.input('input_ids', [rows, length], 'i64')
  graph.output('logits', gather(graph, graph.constant(f32([tokens.length, labels.length], table)), ids))
  const open = ['rows', 'length']
  writeFileSync(
    join(folder, 'model.onnx'),
    encodeModel(graph, { name: 'names', openAxes: { input_ids: open, logits: [...open, null] }, optimise: false }),
  )
}
