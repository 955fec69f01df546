import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { f32, openRuntime } from '@attestry/autograd'
import { readSafetensors } from '@attestry/trainer'
import { expect, it } from 'vitest'
import {
  fedLayers,
  fineTune,
  loraLayers,
  loraTargets,
  openDecoder,
  planFineTune,
  readAdapter,
  writeSafetensorsFile,
  type LoraConfig,
} from '../../src/index.js'
import { smallConfig, smallModel, smallTensors } from '../small-model.js'

const python = process.env.ATTESTRY_PYTHON
const missing = python ? '' : ' (skipped: set ATTESTRY_PYTHON to a python with torch, transformers and peft)'

it.skipIf(!python)(`an adapter trained here gives the same logits under stock PEFT${missing}`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'attestry-peft-'))
  try {
    const base = join(folder, 'base')
    const model = await smallModel()
    const lora: LoraConfig = { rank: 4, alpha: 8, targetModules: ['q_proj', 'v_proj', 'down_proj'] }
    const tokens = [3, 1, 4, 1, 5, 9, 2, 6]
    const examples = [0, 1, 2, 3].map(i => {
      const row = Int32Array.from(tokens, token => token + i)
      return { tokens: row, labels: row }
    })
    const plan = planFineTune(model, examples, {
      tuning: { kind: 'lora', lora },
      epochs: 20,
      batchSize: 2,
      optimiser: { kind: 'adamw' },
      learningRate: 0.02,
      schedule: { kind: 'constant', warmup: { steps: 0 } },
      seed: 1,
    })
    const runtime = await openRuntime()
    const run = fineTune({ model, examples, plan, runtime, secret: new Uint8Array(32).fill(1) })
    while (await run.step());
    const adapter = join(folder, 'adapter')
    await run.write(adapter, base)
    await run.close()

    await import('node:fs/promises').then(({ mkdir }) => mkdir(base))
    writeFileSync(join(base, 'config.json'), JSON.stringify({ ...smallConfig, model_type: 'llama' }))
    const tensors = Object.entries(smallTensors())
    await writeSafetensorsFile(
      join(base, 'model.safetensors'),
      tensors.map(([name, { shape, data }]) => ({ name, shape, data: data as Float32Array })),
      { format: 'pt' },
    )
    const script = join(import.meta.dirname, 'load-adapter.py')
    execFileSync(python!, [script, base, adapter, JSON.stringify(tokens)], { stdio: ['ignore', 'ignore', 'pipe'] })
    const theirs = readSafetensors(readFileSync(join(adapter, 'logits.safetensors'))).logits!.data

    const layers = fedLayers({
      shapes: model.shapes,
      isTrained: () => false,
      lora: loraLayers(lora, loraTargets(lora, model.linears)),
    })
    const stored = await readAdapter(adapter)
    const factors = Object.fromEntries(stored.tensors.map(({ name, shape, data }) => [name, f32(shape, data)]))
    const decoder = openDecoder({ runtime, model, layers, feeds: { ...model.weights, ...factors } })
    const ours = await decoder.read(tokens)
    expect(Math.max(...ours.map((x, i) => Math.abs(x - theirs[i]!)))).toBeLessThan(1e-4)
    await decoder.close()
  } finally {
    rmSync(folder, { recursive: true })
  }
}, 120_000)
