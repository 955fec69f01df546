import type { Decoder } from './decoder.js'

export interface Sampling {
  /** Above 0: logits are divided by it, so that low ones favour the likeliest tokens. */
  readonly temperature: number
  /** Draws only from the likeliest tokens that together have this probability; 1 by default. */
  readonly topP?: number
  /** Uniform on [0, 1). */
  readonly random: () => number
}

export interface GenerateOptions {
  /** Most tokens to make; 128 by default. */
  readonly maxTokens?: number
  /** Tokens that end the text; they are not part of it. */
  readonly stop?: readonly number[]
  /** How a token is drawn; by default the likeliest is taken. */
  readonly sampling?: Sampling
  readonly signal?: AbortSignal
}

/**
 * Tokens that follow a prompt, one by one.
 *
 * @param prompt at least one token
 */
export async function* generate(
  decoder: Decoder,
  prompt: ArrayLike<number>,
  { maxTokens = 128, stop = [], sampling, signal }: GenerateOptions = {},
): AsyncGenerator<number, void, undefined> {
  const ends = new Set(stop)
  let logits = await decoder.read(prompt)
  for (let made = 0; made < maxTokens; made++) {
    signal?.throwIfAborted()
    const token = sampling ? drawn(logits, sampling) : likeliest(logits)
    if (ends.has(token)) return
    yield token
    if (made + 1 < maxTokens) logits = await decoder.read([token])
  }
}

/** The first of the largest. */
export function likeliest(logits: Float32Array): number {
  let best = 0
  for (let i = 1; i < logits.length; i++) if (logits[i]! > logits[best]!) best = i
  return best
}

/** A token drawn by its probability among the likeliest. */
export function drawn(logits: Float32Array, { temperature, topP = 1, random }: Sampling): number {
  const top = logits[likeliest(logits)]!
  const chances = Float64Array.from(logits, value => Math.exp((value - top) / temperature))
  const order = Array.from(chances.keys()).sort((a, b) => chances[b]! - chances[a]!)
  const total = chances.reduce((sum, chance) => sum + chance, 0)
  let kept = 0
  let size = 0
  while (size < order.length && kept < topP * total) kept += chances[order[size++]!]!
  let left = random() * kept
  for (const token of order.slice(0, size)) {
    left -= chances[token]!
    if (left < 0) return token
  }
  return order[size - 1]!
}
