import { dequantise } from '@attestry/autograd'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { floatWeight, openCheckpoint, readGgufTokenizer, readLanguageModel } from '../../src/index.js'
import { blockTypes, decodeBlocks } from '../../src/files/gguf-blocks.js'
import { matrixOfBlocks } from '../../src/files/gguf-matrix.js'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'attestry-gguf-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no error',
    (failure: { code?: string }) => failure.code ?? String(failure),
  )

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
const u64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}
const text = (value: string): Buffer => Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)])
const f32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeFloatLE(value)
  return bytes
}

type Value = string | number | readonly string[]
function entry([key, value]: readonly [string, Value]): Buffer {
  if (typeof value === 'string') return Buffer.concat([text(key), u32(8), text(value)])
  if (typeof value === 'number')
    return Buffer.concat([text(key), ...(Number.isInteger(value) ? [u32(4), u32(value)] : [u32(6), f32(value)])])
  return Buffer.concat([text(key), u32(9), u32(8), u64(value.length), ...value.map(text)])
}

/** A GGUF file of 32-bit tensors, where value i of a tensor is i, and of tensors whose type and bytes are given. */
function gguf(
  metadata: Readonly<Record<string, Value>>,
  tensors: Readonly<Record<string, readonly number[]>>,
  stored: Readonly<Record<string, { readonly type: number; readonly bytes: Uint8Array }>> = {},
): Buffer {
  let at = 0
  const sizeOf = (name: string): number => stored[name]?.bytes.length ?? 4 * tensors[name]!.reduce((a, b) => a * b, 1)
  const table = Object.entries(tensors).map(([name, shape]) => {
    const offset = at
    at += Math.ceil(sizeOf(name) / 32) * 32
    return Buffer.concat([
      text(name),
      u32(shape.length),
      ...shape.toReversed().map(u64),
      u32(stored[name]?.type ?? 0),
      u64(offset),
    ])
  })
  const head = Buffer.concat([
    Buffer.from('GGUF'),
    u32(3),
    u64(table.length),
    u64(Object.keys(metadata).length),
    ...Object.entries(metadata).map(entry),
    ...table,
  ])
  const data = Buffer.alloc(at)
  at = 0
  for (const name of Object.keys(tensors)) {
    if (stored[name]) data.set(stored[name].bytes, at)
    else for (let i = 0; 4 * i < sizeOf(name); i++) data.writeFloatLE(i, at + 4 * i)
    at += Math.ceil(sizeOf(name) / 32) * 32
  }
  return Buffer.concat([head, Buffer.alloc((32 - (head.length % 32)) % 32), data])
}

const metadata = {
  'general.architecture': 'llama',
  'llama.block_count': 1,
  'llama.embedding_length': 8,
  'llama.feed_forward_length': 6,
  'llama.attention.head_count': 2,
  'llama.attention.head_count_kv': 1,
  'llama.attention.layer_norm_rms_epsilon': 0.00001,
  'llama.context_length': 64,
  'tokenizer.ggml.model': 'gpt2',
  'tokenizer.ggml.tokens': ['a', 'b', 'ab'],
}
const tensors = {
  'token_embd.weight': [5, 8],
  'output_norm.weight': [8],
  'blk.0.attn_norm.weight': [8],
  'blk.0.attn_q.weight': [8, 8],
  'blk.0.attn_k.weight': [4, 8],
  'blk.0.attn_v.weight': [4, 8],
  'blk.0.attn_output.weight': [8, 8],
  'blk.0.ffn_norm.weight': [8],
  'blk.0.ffn_gate.weight': [6, 8],
  'blk.0.ffn_up.weight': [6, 8],
  'blk.0.ffn_down.weight': [8, 6],
}

describe('a GGUF file', () => {
  it('is read as the folder of the same model, with the halves of heads in the order of checkpoints', async () => {
    const file = join(folder, 'model.gguf')
    writeFileSync(file, gguf(metadata, tensors))
    const checkpoint = await openCheckpoint(file)
    const model = await readLanguageModel(checkpoint)
    expect(model.config).toMatchObject({ hidden: 8, heads: 2, groups: 1, tied: true, vocabulary: 5, layers: 1 })
    const firstOfRows = (name: string): number[] =>
      Array.from({ length: model.shapes.get(name)![0]! }, (_, row) => Number(model.weights[name]!.data[8 * row]) / 8)
    // Heads of 4 rows: neighbours 0 1 2 3 are pairs (0 1) (2 3), so the halves are 0 2 and 1 3.
    expect(firstOfRows('model.layers.0.self_attn.q_proj.weight')).toEqual([0, 2, 1, 3, 4, 6, 5, 7])
    expect(firstOfRows('model.layers.0.self_attn.k_proj.weight')).toEqual([0, 2, 1, 3])
    expect(firstOfRows('model.layers.0.self_attn.v_proj.weight')).toEqual([0, 1, 2, 3])
    await checkpoint.close()
    expect(await readGgufTokenizer(file)).toEqual({ model: 'gpt2', tokens: ['a', 'b', 'ab'] })
  })

  it('that was cut or changed before its weights ends in a coded error or in other values, never in a crash', async () => {
    const file = join(folder, 'model.gguf')
    const whole = gguf(metadata, tensors)
    const weights = whole.length - 4 * Object.values(tensors).reduce((sum, s) => sum + s.reduce((a, b) => a * b, 1), 0)
    await fc.assert(
      fc.asyncProperty(fc.nat(weights), fc.nat(255), fc.nat(whole.length - 1), fc.boolean(), async (at, value, length, cut) => {
        const damaged = Buffer.from(cut ? whole.subarray(0, length) : whole)
        if (!cut) damaged[at] = value
        writeFileSync(file, damaged)
        const code = await codeOf(openCheckpoint(file).then(async found => {
          try {
            for (const name of found.tensors.keys()) await found.read(name)
          } finally {
            await found.close()
          }
        }))
        expect(/^(no error|LM-E01[0-3])$/.test(code), code).toBe(true)
        if (cut) expect(code).toMatch(/LM-E01[0-3]/)
      }),
      { numRuns: 400 },
    )
  })

  it('refuses another version, an unknown type and counts beyond its limits by their codes', async () => {
    const file = join(folder, 'model.gguf')
    const change = async (at: number, bytes: Buffer): Promise<string> => {
      const whole = gguf(metadata, tensors)
      bytes.copy(whole, at)
      writeFileSync(file, whole)
      return codeOf(openCheckpoint(file))
    }
    expect(await change(4, u32(4))).toBe('LM-E012')
    expect(await change(8, u64(2 ** 40))).toBe('LM-E011')
    expect(await change(0, Buffer.from('GGML'))).toBe('LM-E010')
    writeFileSync(file, gguf({ ...metadata, 'general.architecture': 'mamba' }, tensors))
    expect(await codeOf(openCheckpoint(file))).toBe('LM-E012')
  })
})

describe('blocks of quantised values', () => {
  const decoded = (type: number, bytes: readonly number[]): number[] =>
    Array.from(decodeBlocks(blockTypes.get(type)!, Uint8Array.from(bytes)))
  const one = [0x00, 0x3c]
  const half = [0x00, 0x38]

  it('of one are 32-bit and half-precision numbers, each read as it stands', () => {
    const singles = [...new Uint8Array(Float32Array.of(1, -0.1).buffer)]
    expect(decoded(0, singles)).toEqual([1, Math.fround(-0.1)])
    // 1, -2, the least positive number, and 65504, the largest.
    expect(decoded(1, [...one, 0x00, 0xc0, 0x01, 0x00, 0xff, 0x7b])).toEqual([1, -2, 2 ** -24, 65_504])
    // The upper half of a 32-bit number each: 1, -2 and 1 + 2^-7.
    expect(decoded(30, [0x80, 0x3f, 0x00, 0xc0, 0x81, 0x3f])).toEqual([1, -2, 1 + 2 ** -7])
  })

  it('are scaled, with low nibbles before high ones', () => {
    const bytes = Array.from({ length: 16 }, (_, j) => j | ((15 - j) << 4))
    const low = Array.from({ length: 16 }, (_, j) => j)
    const high = low.map(j => 15 - j)
    expect(decoded(2, [...half, ...bytes])).toEqual([...low, ...high].map(q => 0.5 * (q - 8)))
    expect(decoded(3, [...half, ...one, ...bytes])).toEqual([...low, ...high].map(q => 0.5 * q + 1))
    expect(decoded(8, [...half, ...Array.from({ length: 32 }, (_, j) => (j - 16) & 255)])).toEqual(
      Array.from({ length: 32 }, (_, j) => 0.5 * (j - 16)),
    )
  })

  it('of 256 have a scale and a minimum for each 32', () => {
    // Scales 1..8 and minima 8..1, six bits each: the first four plain, the last four split.
    const scales = [1, 2, 3, 4, 5, 6, 7, 8]
    const minima = [8, 7, 6, 5, 4, 3, 2, 1]
    const packed = [
      ...scales.slice(0, 4),
      ...minima.slice(0, 4),
      ...[4, 5, 6, 7].map(j => (scales[j]! & 15) | ((minima[j]! & 15) << 4)),
    ]
    const quants = Array.from({ length: 128 }, (_, i) => (i % 16) | (((i + 3) % 16) << 4))
    const expected = Array.from({ length: 256 }, (_, i) => {
      const [block, j] = [Math.floor(i / 32), i % 32]
      const byte = quants[32 * Math.floor(block / 2) + j]!
      return scales[block]! * (block % 2 ? byte >> 4 : byte & 15) - 0.5 * minima[block]!
    })
    expect(decoded(12, [...one, ...half, ...packed, ...quants])).toEqual(expected)
  })
})

describe('a matrix that a file stores in blocks', () => {
  /** Blocks of random numbers with scales that are not huge. */
  const random = (type: number, blocks: number): Uint8Array => {
    const { bytes } = blockTypes.get(type)!
    const halves = type === 8 || type === 2 ? [0] : [0, 2]
    return Uint8Array.from({ length: blocks * bytes }, (_, i) => {
      const [block, at] = [Math.floor(i / bytes), i % bytes]
      // High bytes of half-precision numbers between 1/4 and 2.
      if (halves.includes(at - 1)) return 0x34 + (block % 12)
      return (Math.imul(i + 1, 2654435761) >>> 11) & 255
    })
  }

  it.each([
    ['Q8_0', 8, 32],
    ['Q4_0', 2, 32],
    ['Q4_1', 3, 32],
    ['Q4_K', 12, 256],
  ] as const)('of type %s stands for the same numbers as its floats', (_, type, elements) => {
    const bytes = random(type, 12)
    const known = blockTypes.get(type)!
    const matrix = matrixOfBlocks(known, bytes, [4, 3 * elements])
    const floats = decodeBlocks(known, bytes)
    expect(new Set(floats).size).toBeGreaterThan(50)
    const values = dequantise(matrix)
    expect(values).toHaveLength(floats.length)
    values.forEach((x, i) => expect(Math.abs(x - floats[i]!)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(x))))
  })

  const wide = { ...metadata, 'llama.embedding_length': 32, 'llama.feed_forward_length': 32 }
  const shapes = Object.fromEntries(
    Object.entries(tensors).map(([name, [rows, columns]]) => {
      if (columns === undefined) return [name, [32]]
      return [name, [name === 'token_embd.weight' ? 5 : name.includes('attn_k') || name.includes('attn_v') ? 16 : rows! > 4 ? 32 : rows!, 32]]
    }),
  )
  const stored = {
    'blk.0.attn_q.weight': { type: 8, bytes: random(8, 32) },
    'blk.0.attn_k.weight': { type: 2, bytes: random(2, 16) },
    'blk.0.attn_output.weight': { type: 3, bytes: random(3, 32) },
  }

  it('is kept as it is stored, rows of heads in the order of checkpoints, and other weights are rounded', async () => {
    const file = join(folder, 'model.gguf')
    writeFileSync(file, gguf(wide, shapes, stored))
    const checkpoint = await openCheckpoint(file)
    const opened: string[] = []
    const watched = { ...checkpoint, read: (name: string) => (opened.push(name), checkpoint.read(name)) }
    const model = await readLanguageModel(watched, { quantise: 8 })
    const bitsOf = (part: string): number | undefined => model.quantised.get(`model.layers.0.${part}_proj.weight`)
    expect(['self_attn.q', 'self_attn.k', 'self_attn.o', 'mlp.up'].map(bitsOf)).toEqual([8, 4, 4, 8])
    for (const part of ['q', 'k', 'o']) {
      const name = `model.layers.0.self_attn.${part}_proj.weight`
      // Blocks of fewer bits than asked for are not rounded again, and no floats are made of them.
      expect(opened.includes(name)).toBe(false)
      const floats = await checkpoint.read(name)
      floatWeight(model, name).forEach((x, i) => expect(x).toBeCloseTo(floats[i]!, 4))
    }
    expect(opened).toContain('model.layers.0.mlp.up_proj.weight')
    expect(opened).toContain('model.embed_tokens.weight')
    const four = await readLanguageModel(watched, { quantise: 4 })
    expect([...four.quantised.values()].every(bits => bits === 4)).toBe(true)
    expect(opened).toContain('model.layers.0.self_attn.q_proj.weight')
    expect(await codeOf(checkpoint.readBlocks('model.layers.0.mlp.up_proj.weight'))).toBe('LM-E007')
    expect(await codeOf(checkpoint.readBlocks('model.layers.9.mlp.up_proj.weight'))).toBe('LM-E006')
    await checkpoint.close()
  })
})
