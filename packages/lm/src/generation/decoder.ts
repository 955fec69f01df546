import {
  attend,
  concat,
  encodeModel,
  createGraph,
  f32,
  floats,
  gather,
  i64,
  linear,
  reshape,
  splitHeads,
  type Graph,
  type Runtime,
  type Session,
  type Tensor,
  type Value,
} from '@attestry/autograd'
import { causalMask } from '../models/causal-mask.js'
import { causalInputs } from '../models/causal-loss.js'
import { notReadable } from '../models/errors.js'
import type { LanguageModel } from '../models/language-model.js'
import type { Layers } from '../models/layers.js'
import { llamaHead, llamaHidden, type LlamaConfig } from '../models/llama.js'

/** Reads tokens one after another and remembers what it needs of those before (a cache of keys and values). */
export interface Decoder {
  /**
   * Reads more tokens and gives the logits of what may follow the last of them, [V].
   *
   * @throws LM-E066 for no tokens, or more than the model takes; what was read before stays
   */
  read(tokens: ArrayLike<number>): Promise<Float32Array>
  /** Tokens read so far. */
  length(): number
  /** Forgets everything that was read. */
  reset(): void
  close(): Promise<void>
}

export interface DecoderOptions {
  readonly runtime: Runtime
  readonly model: LanguageModel
  readonly layers: Layers
  /** What the layers are fed: frozen weights, and adapters when there are any. */
  readonly feeds: Readonly<Record<string, Tensor>>
  /** Most positions; by default and at most what the model was made for. */
  readonly maxLength?: number
}

/** Lengths of the graphs that read the first tokens. */
const promptLengths = [16, 64, 256, 1024]

const keyName = (layer: number): string => `keys.${layer}`
const valueName = (layer: number): string => `values.${layer}`

/**
 * Opens a decoder. First tokens go through graphs of a fixed length, in parts if they are many; one token at a time goes
 * through a graph whose cache is an open axis.
 */
export function openDecoder(options: DecoderOptions): Decoder {
  const { runtime, model, feeds } = options
  const { config } = model
  const most = mostPositions(options)
  const sessions = new Map<string, Promise<Session>>()
  const open = (name: string, encode: () => Uint8Array): Promise<Session> => {
    const opened = sessions.get(name) ?? runtime.open(encode())
    sessions.set(name, opened)
    return opened
  }
  let cache: Readonly<Record<string, Tensor>> | undefined
  let length = 0

  /** The first tokens: no cache yet, padded to the length of a graph. */
  const readFirst = async (tokens: ArrayLike<number>): Promise<Float32Array> => {
    const count = tokens.length
    const size = promptLengths.find(size => size >= count) ?? promptLengths.at(-1)!
    const session = await open(`prompt ${size}`, () => encodePrompt(options, size))
    const padded = new Int32Array(size)
    padded.set(Array.from(tokens))
    const results = await session.run({
      ...feeds,
      [causalInputs.tokens]: i64([1, size], padded),
      last: i64([1], [count - 1]),
    })
    cache = Object.fromEntries(cacheNames(config).map(name => [name, firstPositions(results[`new.${name}`]!, count)]))
    return floats(results.logits!)
  }

  const readNext = async (token: number): Promise<Float32Array> => {
    const session = await open('next', () => encodeNext(options))
    const results = await session.run({
      ...feeds,
      ...cache,
      [causalInputs.tokens]: i64([1, 1], [token]),
      [causalInputs.positions]: i64([1, 1], [length]),
    })
    cache = Object.fromEntries(cacheNames(config).map(name => [name, results[`new.${name}`]!]))
    return floats(results.logits!)
  }

  return {
    length: () => length,
    reset() {
      cache = undefined
      length = 0
    },
    async read(tokens) {
      if (tokens.length === 0) throw notReadable('there are no tokens')
      if (length + tokens.length > most) throw notReadable(`${length + tokens.length} tokens are more than ${most}`)
      let logits: Float32Array | undefined
      let at = 0
      if (!cache) {
        at = Math.min(tokens.length, promptLengths.at(-1)!)
        logits = await readFirst(Array.from(tokens).slice(0, at))
        length = at
      }
      for (; at < tokens.length; at++) {
        logits = await readNext(tokens[at]!)
        length++
      }
      return logits!
    },
    async close() {
      for (const session of sessions.values()) await (await session).close()
      sessions.clear()
    },
  }
}

const mostPositions = ({ model: { config }, maxLength = config.maxPositions }: DecoderOptions): number =>
  Math.min(maxLength, config.maxPositions)

const cacheNames = ({ layers }: LlamaConfig): readonly string[] =>
  Array.from({ length: layers }, (_, layer) => [keyName(layer), valueName(layer)]).flat()

/** The first positions of [1, groups, T, size]. */
function firstPositions(tensor: Tensor, count: number): Tensor {
  const [, groups, length, size] = tensor.shape as readonly [number, number, number, number]
  const kept = new Float32Array(groups * count * size)
  const data = floats(tensor)
  for (let group = 0; group < groups; group++)
    kept.set(data.subarray(group * length * size, (group * length + count) * size), group * count * size)
  return f32([1, groups, count, size], kept)
}

/** A graph that reads the first tokens: `tokens` [1, T] and the place of the `last` to logits and the cache. */
function encodePrompt({ model: { config }, layers }: DecoderOptions, length: number): Uint8Array {
  const graph = createGraph()
  const mask = causalMask(graph, length)
  const hidden = llamaHidden(graph, config, layers, {
    tokens: graph.input(causalInputs.tokens, [1, length], 'i64'),
    positions: graph.constant(
      i64(
        [1, length],
        Array.from({ length }, (_, i) => i),
      ),
    ),
    length,
    attend(layer, queries, keys, values) {
      const [k, v] = [splitHeads(graph, keys, config.groups), splitHeads(graph, values, config.groups)]
      graph.output(`new.${keyName(layer)}`, k)
      graph.output(`new.${valueName(layer)}`, v)
      return attend(graph, { queries: groupedQueries(graph, config, queries), keys: k, values: v, length, mask })
    },
  })
  const rows = reshape(graph, hidden, [length, config.hidden])
  graph.output('logits', logitsOf(graph, config, layers, gather(graph, rows, graph.input('last', [1], 'i64'))))
  return encodeModel(graph, { name: 'prompt' })
}

/** A graph that reads one token after those of the cache, whose axis of positions is open. */
function encodeNext(options: DecoderOptions): Uint8Array {
  const graph = createGraph()
  const { layers, model } = options
  const { config } = model
  const { groups, headSize } = config
  const openAxes: Record<string, readonly (string | null)[]> = {}
  const hidden = llamaHidden(graph, config, layers, {
    tokens: graph.input(causalInputs.tokens, [1, 1], 'i64'),
    positions: graph.input(causalInputs.positions, [1, 1], 'i64'),
    length: mostPositions(options),
    attend(layer, queries, keys, values) {
      const extended = (name: string, now: Value): Value => {
        const before = graph.input(name, [1, groups, 1, headSize])
        const all = concat(graph, [before, splitHeads(graph, now, groups)], 2)
        graph.output(`new.${name}`, all)
        openAxes[name] = [null, null, 'past', null]
        openAxes[`new.${name}`] = [null, null, 'all', null]
        return all
      }
      return attend(graph, {
        queries: groupedQueries(graph, config, queries),
        keys: extended(keyName(layer), keys),
        values: extended(valueName(layer), values),
        length: 1,
      })
    },
  })
  graph.output('logits', logitsOf(graph, config, layers, reshape(graph, hidden, [1, config.hidden])))
  return encodeModel(graph, { name: 'next', openAxes })
}

const groupedQueries = (graph: Graph, { heads, groups, headSize }: LlamaConfig, queries: Value): Value =>
  reshape(graph, splitHeads(graph, queries, heads), [1, groups, (heads / groups) * queries.shape[1]!, headSize])

const logitsOf = (graph: Graph, config: LlamaConfig, layers: Layers, row: Value): Value =>
  reshape(graph, linear(graph, row, layers.tensor(graph, llamaHead(config)), null), [config.vocabulary])
