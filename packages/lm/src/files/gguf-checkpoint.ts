import type { Checkpoint } from './checkpoint.js'
import {
  badGguf,
  ggufKind,
  ggufMetadata,
  label,
  noCheckpoint,
  noTensor,
  noTokenizer,
  notWeights,
} from './errors.js'
import { decodeBlocks } from './gguf-blocks.js'
import { readGgufHeader, type GgufTensor, type GgufValue } from './gguf-header.js'
import { matrixOfBlocks, rowsOf, storedBits, withRows } from './gguf-matrix.js'
import type { JsonObject } from './json-object.js'
import { openSource, type SourceFile } from './source-file.js'

/**
 * Opens a Llama in a GGUF file as if it were a folder of transformers: names, config and the order of rows are those.
 *
 * @throws LM-E001, LM-E010 to LM-E013
 */
export async function openGguf(path: string): Promise<Checkpoint> {
  const source = await openSource(path)
  if (!source) throw noCheckpoint(path, 'there is no file at this path')
  try {
    const { metadata, tensors } = await readGgufHeader(source)
    const config = configOf(source, metadata, tensors)
    const byName = new Map(tensors.flatMap(tensor => namedAsInFolder(tensor)))
    const stored = async (name: string): Promise<{ readonly tensor: GgufTensor; readonly bytes: Uint8Array }> => {
      const tensor = byName.get(name)
      if (!tensor) throw noTensor(path, `there is no tensor ${label(name)}`)
      const bytes = new Uint8Array(tensor.bytes)
      await source.fill(bytes, tensor.offset)
      return { tensor, bytes }
    }
    return {
      format: 'gguf',
      config,
      tensors: new Map(
        [...byName].map(([name, { type, shape, bytes }]) => {
          const blocks = storedBits(type, shape)
          return [name, { name, dtype: type.name, shape, bytes, ...(blocks && { blocks }) }]
        }),
      ),
      async read(name) {
        const { tensor, bytes } = await stored(name)
        const values = decodeBlocks(tensor.type, bytes)
        const rows = storedRows(name, tensor, config)
        return rows ? rowsOf(values, rows) : values
      },
      async readBlocks(name) {
        const { tensor, bytes } = await stored(name)
        const { type, shape } = tensor
        if (!storedBits(type, shape)) throw notWeights(path, `${label(name)} is not stored in blocks that are known`)
        const matrix = matrixOfBlocks(type, bytes, shape as readonly [number, number])
        const rows = storedRows(name, tensor, config)
        return rows ? withRows(matrix, rows) : matrix
      },
      digests: async () => ({ [source.name]: await source.digest() }),
      close: source.close,
    }
  } catch (failure) {
    await source.close()
    throw failure
  }
}

const layerParts: Readonly<Record<string, string>> = {
  attn_norm: 'input_layernorm',
  attn_q: 'self_attn.q_proj',
  attn_k: 'self_attn.k_proj',
  attn_v: 'self_attn.v_proj',
  attn_output: 'self_attn.o_proj',
  ffn_norm: 'post_attention_layernorm',
  ffn_gate: 'mlp.gate_proj',
  ffn_up: 'mlp.up_proj',
  ffn_down: 'mlp.down_proj',
}
const outerParts: Readonly<Record<string, string>> = {
  'token_embd.weight': 'model.embed_tokens.weight',
  'output_norm.weight': 'model.norm.weight',
  'output.weight': 'lm_head.weight',
}

/** A tensor under the name that transformers gives it; nothing for those that hold no weights of the model. */
function namedAsInFolder(tensor: GgufTensor): readonly (readonly [string, GgufTensor])[] {
  const [, layer, part, kind] = /^blk\.(\d+)\.(\w+)\.(weight|bias)$/.exec(tensor.name) ?? []
  const name =
    layer === undefined
      ? outerParts[tensor.name]
      : layerParts[part!] && `model.layers.${layer}.${layerParts[part!]}.${kind}`
  return name === undefined ? [] : [[name, tensor]]
}

/**
 * Where the rows of a query or key projection stand in the file, in the order of a checkpoint: GGUF stores the two halves
 * of a head as neighbours. Without this the model would speak fluent nonsense. Undefined for other tensors.
 */
function storedRows(name: string, { shape }: GgufTensor, config: JsonObject): readonly number[] | undefined {
  const [, kind] = /\.([qk])_proj\.weight$/.exec(name) ?? []
  if (kind === undefined) return undefined
  const heads = Number(kind === 'q' ? config.num_attention_heads : config.num_key_value_heads)
  const size = shape[0]! / heads
  return Array.from({ length: shape[0]! }, (_, row) => {
    const [head, place] = [Math.floor(row / size), row % size]
    return head * size + 2 * (place % (size / 2)) + Math.floor(place / (size / 2))
  })
}

function configOf(
  source: SourceFile,
  metadata: ReadonlyMap<string, GgufValue>,
  tensors: readonly GgufTensor[],
): JsonObject {
  const architecture = metadata.get('general.architecture')
  if (architecture !== 'llama') throw ggufKind(source.path, 'holds no model of the architecture llama')
  const number = (key: string, otherwise?: number): number => {
    const value = metadata.get(`llama.${key}`) ?? otherwise
    if (typeof value !== 'number' || !(value > 0)) throw ggufMetadata(source.path, `has no llama.${key}`)
    return value
  }
  if (metadata.has('llama.rope.scaling.type') && metadata.get('llama.rope.scaling.type') !== 'none')
    throw ggufKind(source.path, 'scales its positions, which is not read from GGUF')
  const embedding = tensors.find(({ name }) => name === 'token_embd.weight')
  if (!embedding) throw ggufMetadata(source.path, 'has no embedding of tokens')
  const heads = number('attention.head_count')
  const groups = number('attention.head_count_kv', heads)
  for (const { name, shape } of tensors) {
    const of = /attn_q\.weight$/.test(name) ? heads : /attn_k\.weight$/.test(name) ? groups : undefined
    if (of !== undefined && (shape[0]! % (2 * of) !== 0 || shape.length !== 2))
      throw ggufMetadata(source.path, `gives ${label(name)} rows that its heads do not divide`)
  }
  const token = (key: string): GgufValue | undefined => metadata.get(`tokenizer.ggml.${key}_token_id`)
  return {
    architectures: ['LlamaForCausalLM'],
    hidden_size: number('embedding_length'),
    intermediate_size: number('feed_forward_length'),
    num_hidden_layers: number('block_count'),
    num_attention_heads: heads,
    num_key_value_heads: groups,
    ...(metadata.has('llama.attention.key_length') && { head_dim: number('attention.key_length') }),
    rms_norm_eps: number('attention.layer_norm_rms_epsilon'),
    rope_theta: number('rope.freq_base', 10_000),
    max_position_embeddings: number('context_length'),
    vocab_size: embedding.shape[0]!,
    tie_word_embeddings: !tensors.some(({ name }) => name === 'output.weight'),
    ...(typeof token('bos') === 'number' && { bos_token_id: token('bos') }),
    ...(typeof token('eos') === 'number' && { eos_token_id: token('eos') }),
  }
}

/** What a GGUF file says of its tokenizer, as `tokenizerFromGguf` takes it. */
export interface GgufTokenizer {
  readonly model: string
  readonly pre?: string
  readonly tokens: readonly string[]
  readonly tokenTypes?: readonly number[]
  readonly merges?: readonly string[]
  readonly chatTemplate?: string
  readonly bos?: number
  readonly eos?: number
}

/** @throws LM-E001, LM-E010 to LM-E012, and LM-E020 when the file carries no tokenizer */
export async function readGgufTokenizer(path: string): Promise<GgufTokenizer> {
  const source = await openSource(path)
  if (!source) throw noCheckpoint(path, 'there is no file at this path')
  try {
    const { metadata } = await readGgufHeader(source)
    const entry = (key: string): GgufValue | undefined => metadata.get(`tokenizer.${key}`)
    const text = (key: string): string | undefined => typeOf(entry(key), 'string', key)
    const number = (key: string): number | undefined => typeOf(entry(key), 'number', key)
    const list = <T extends 'string' | 'number'>(key: string, kind: T): readonly Named<T>[] | undefined => {
      const values = entry(key)
      if (values === undefined) return undefined
      if (!Array.isArray(values)) throw noTokenizer(path, `has a tokenizer.${key} that is no list`)
      return values.map(value => typeOf(value as GgufValue, kind, key)!)
    }
    function typeOf<T extends 'string' | 'number'>(value: GgufValue | undefined, kind: T, key: string) {
      if (value !== undefined && typeof value !== kind) throw noTokenizer(path, `has a tokenizer.${key} of another type`)
      return value as Named<T> | undefined
    }
    const [model, tokens] = [text('ggml.model'), list('ggml.tokens', 'string')]
    if (model === undefined || tokens === undefined) throw noTokenizer(path, 'has no tokenizer.ggml.model or tokens')
    const [pre, tokenTypes, merges, chatTemplate, bos, eos] = [
      text('ggml.pre'),
      list('ggml.token_type', 'number'),
      list('ggml.merges', 'string'),
      text('chat_template'),
      number('ggml.bos_token_id'),
      number('ggml.eos_token_id'),
    ]
    if (tokenTypes && tokenTypes.length !== tokens.length)
      throw badGguf(path, `has ${tokens.length} tokens and ${tokenTypes.length} token types`)
    return {
      model,
      tokens,
      ...(pre !== undefined && { pre }),
      ...(tokenTypes && { tokenTypes }),
      ...(merges && { merges }),
      ...(chatTemplate !== undefined && { chatTemplate }),
      ...(bos !== undefined && { bos }),
      ...(eos !== undefined && { eos }),
    }
  } finally {
    await source.close()
  }
}

type Named<T extends 'string' | 'number'> = T extends 'string' ? string : number
