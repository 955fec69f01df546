import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openCheckpoint, readAdapter, readLanguageModel, writeAdapter, writeSafetensorsFile } from '../../src/index.js'
import { smallConfig, smallTensors } from '../small-model.js'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'attestry-files-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const toWrite = () =>
  Object.entries(smallTensors()).map(([name, { shape, data }]) => ({ name, shape, data: data as Float32Array }))
const put = (name: string, value: unknown): void => writeFileSync(join(folder, name), JSON.stringify(value))
const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no error',
    (failure: { code?: string }) => failure.code ?? String(failure),
  )

/** Opens, reads every tensor and closes again. */
async function readAll(path: string): Promise<Record<string, Float32Array>> {
  const checkpoint = await openCheckpoint(path)
  try {
    const all: Record<string, Float32Array> = {}
    for (const name of checkpoint.tensors.keys()) all[name] = await checkpoint.read(name)
    return all
  } finally {
    await checkpoint.close()
  }
}

describe('a folder with safetensors weights', () => {
  it('gives back what was written, bit for bit, and the model that it holds', async () => {
    put('config.json', smallConfig)
    await writeSafetensorsFile(join(folder, 'model.safetensors'), toWrite())
    const checkpoint = await openCheckpoint(folder)
    const model = await readLanguageModel(checkpoint)
    for (const { name, data } of toWrite()) expect(model.weights[name]!.data).toEqual(data)
    expect(Object.keys(await checkpoint.digests())).toEqual(['config.json', 'model.safetensors'])
    await checkpoint.close()
    expect(await codeOf(checkpoint.read('model.norm.weight'))).toBe('LM-E014')
    expect(readFileSync(join(folder, 'model.safetensors')).readUInt32LE(0) % 8).toBe(0)
  })

  it('may lie in shards, which must be those of the index', async () => {
    put('config.json', smallConfig)
    const tensors = toWrite()
    const parts = { 'a.safetensors': tensors.slice(0, 5), 'b.safetensors': tensors.slice(5) }
    const map = Object.fromEntries(
      Object.entries(parts).flatMap(([file, part]) => part.map(({ name }) => [name, file])),
    )
    for (const [file, part] of Object.entries(parts)) await writeSafetensorsFile(join(folder, file), part)
    put('model.safetensors.index.json', { weight_map: map })
    expect(Object.keys(await readAll(folder)).sort()).toEqual(tensors.map(({ name }) => name).sort())
    put('model.safetensors.index.json', { weight_map: { ...map, more: 'b.safetensors' } })
    expect(await codeOf(openCheckpoint(folder))).toBe('LM-E005')
    put('model.safetensors.index.json', { weight_map: { ...map, [tensors[0]!.name]: '../a.safetensors' } })
    expect(await codeOf(openCheckpoint(folder))).toBe('LM-E005')
    put('model.safetensors.index.json', { weight_map: map })
    rmSync(join(folder, 'b.safetensors'))
    expect(await codeOf(openCheckpoint(folder))).toBe('LM-E004')
  })

  it('reads half precision as the nearest 32-bit floats', async () => {
    put('config.json', {})
    const header = JSON.stringify({
      half: { dtype: 'F16', shape: [3], data_offsets: [0, 6] },
      brain: { dtype: 'BF16', shape: [2], data_offsets: [6, 10] },
    })
    const bytes = Buffer.alloc(8 + header.length + 10)
    bytes.writeBigUInt64LE(BigInt(header.length))
    bytes.write(header, 8)
    // 1, -2, 2^-24 as binary16; 1 and -0.5 as bfloat16
    const values = [0x3c00, 0xc000, 0x0001, 0x3f80, 0xbf00]
    values.forEach((value, i) => bytes.writeUInt16LE(value, 8 + header.length + 2 * i))
    writeFileSync(join(folder, 'model.safetensors'), bytes)
    const { half, brain } = await readAll(folder)
    expect(Array.from(half!)).toEqual([1, -2, 2 ** -24])
    expect(Array.from(brain!)).toEqual([1, -0.5])
  })

  it.each([
    ['a hole', [0, 4], [8, 12], 12],
    ['an overlap', [0, 4], [0, 4], 4],
    ['a tail', [0, 4], [4, 8], 12],
    ['a tensor past the end', [0, 4], [4, 8], 6],
  ])('with %s between tensors is refused', async (_name, first, second, size) => {
    put('config.json', {})
    const entry = (data_offsets: readonly number[]) => ({ dtype: 'F32', shape: [1], data_offsets })
    const header = JSON.stringify({ a: entry(first), b: entry(second) })
    const bytes = Buffer.alloc(8 + header.length + size)
    bytes.writeBigUInt64LE(BigInt(header.length))
    bytes.write(header, 8)
    writeFileSync(join(folder, 'model.safetensors'), bytes)
    expect(await codeOf(openCheckpoint(folder))).toBe('LM-E003')
  })

  it('that was cut or changed in its header ends in a coded error or in other weights, never in a crash', async () => {
    put('config.json', smallConfig)
    const file = join(folder, 'model.safetensors')
    await writeSafetensorsFile(file, toWrite())
    const whole = readFileSync(file)
    const headerEnd = 8 + Number(whole.readBigUInt64LE(0))
    await fc.assert(
      fc.asyncProperty(
        fc.nat(headerEnd - 1),
        fc.nat(255),
        fc.integer({ min: 0, max: whole.length }),
        fc.boolean(),
        async (at, value, length, isCut) => {
          const damaged = Buffer.from(isCut ? whole.subarray(0, length) : whole)
          if (!isCut) damaged[at] = value
          writeFileSync(file, damaged)
          const code = await codeOf(readAll(folder))
          expect(code === 'no error' || /^LM-E0(03|07)$/.test(code), code).toBe(true)
          if (isCut && length < whole.length) expect(code).toBe('LM-E003')
        },
      ),
      { numRuns: 300 },
    )
  })

  it('is refused by a code when it is not there, or not a model of this kind', async () => {
    expect(await codeOf(openCheckpoint(join(folder, 'nowhere')))).toBe('LM-E001')
    expect(await codeOf(openCheckpoint(folder))).toBe('LM-E001')
    put('config.json', [])
    expect(await codeOf(openCheckpoint(folder))).toBe('LM-E002')
    put('config.json', { ...smallConfig, architectures: ['MambaForCausalLM'] })
    await writeSafetensorsFile(join(folder, 'model.safetensors'), toWrite())
    const open = async (): Promise<unknown> => readLanguageModel(await openCheckpoint(folder))
    expect(await codeOf(open())).toBe('LM-E060')
    put('config.json', { ...smallConfig, num_attention_heads: 5 })
    expect(await codeOf(open())).toBe('LM-E061')
    put('config.json', { ...smallConfig, intermediate_size: 25 })
    expect(await codeOf(open())).toBe('LM-E062')
  })
})

describe('an adapter folder', () => {
  const adapter = {
    rank: 2,
    alpha: 4,
    dropout: 0,
    rankStabilised: false,
    targetModules: ['v_proj', 'q_proj'],
    task: 'CAUSAL_LM',
    base: 'small',
    modulesToSave: [],
    tensors: [
      { name: 'model.layers.0.self_attn.q_proj.lora_A.weight', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
      { name: 'model.layers.0.self_attn.q_proj.lora_B.weight', shape: [1, 2], data: Float32Array.of(7, 8) },
    ],
  } as const

  it('is read as it was written', async () => {
    await writeAdapter(folder, adapter)
    const found = await readAdapter(folder)
    expect(found).toEqual({ ...adapter, targetModules: ['q_proj', 'v_proj'] })
  })

  it('keeps the modules that were trained in full, and no other tensors', async () => {
    const score = { name: 'score.weight', shape: [2, 3], data: new Float32Array(6).fill(0.5) }
    const classifier = { ...adapter, task: 'SEQ_CLS', modulesToSave: ['score'] } as const
    await writeAdapter(folder, { ...classifier, tensors: [...adapter.tensors, score] })
    expect((await readAdapter(folder)).tensors).toContainEqual(score)
    await writeAdapter(folder, { ...classifier, tensors: [...adapter.tensors, { ...score, name: 'other.weight' }] })
    expect(await codeOf(readAdapter(folder))).toBe('LM-E018')
  })

  it.each([
    [{ use_dora: true }, 'LM-E017'],
    [{ modules_to_save: 'score' }, 'LM-E016'],
    [{ bias: 'all' }, 'LM-E017'],
    [{ rank_pattern: { q_proj: 4 } }, 'LM-E017'],
    [{ r: 3 }, 'LM-E018'],
    [{ r: 0 }, 'LM-E016'],
    [{ target_modules: 'q_proj' }, 'LM-E016'],
  ])('with %o is refused with %s', async (change, code) => {
    await writeAdapter(folder, adapter)
    const config = JSON.parse(readFileSync(join(folder, 'adapter_config.json'), 'utf8')) as object
    put('adapter_config.json', { ...config, ...change })
    expect(await codeOf(readAdapter(folder))).toBe(code)
  })

  it('without the partner of a factor is refused', async () => {
    await writeAdapter(folder, { ...adapter, tensors: adapter.tensors.slice(0, 1) })
    expect(await codeOf(readAdapter(folder))).toBe('LM-E018')
  })
})
