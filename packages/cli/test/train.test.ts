import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { sha256 } from '@attestry/core'
import { fedLayers, openCheckpoint, openDecoder, openTokenizer, readAdapter, readLanguageModel } from '@attestry/lm'
import { openRuntime } from '@attestry/autograd'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSite, type Site } from './command-line.js'
import { configOfLora as yaml, signalled as signalledIn, writeByteModel } from './small-training.js'

let site: Site
beforeEach(async () => {
  site = openSite()
  await writeByteModel(join(site.folder, 'model'))
  site.write('chat.jsonl', chats())
  site.write('lora.yaml', yaml())
})
afterEach(() => site.remove())

const chats = (): string =>
  Array.from({ length: 24 }, (_, i) =>
    JSON.stringify({ prompt: `colour ${i % 4}?`, completion: ['red', 'green', 'blue', 'amber'][i % 4] }),
  ).join('\n')

const signalled = (signal: NodeJS.Signals, file: string, ...words: string[]) =>
  signalledIn(site.folder, signal, file, ...words)

const digestOfFile = (name: string): string => sha256(readFileSync(join(site.folder, name)))

describe('attestry train', () => {
  it('prints with --dry-run what would happen, and starts nothing', () => {
    const { code, out } = site.attestry('train', 'lora.yaml', '--dry-run')
    expect(code).toBe(0)
    expect(out).toMatch(/parameters\s+[\d,]+, of them trained 224 /)
    expect(out).toMatch(/privacy\s+none/)
    expect(site.attestry('train', 'lora.yaml', '--dry-run').err).toContain('outside of a governed run')
    expect(existsSync(join(site.folder, 'out'))).toBe(false)
    const facts: Record<string, unknown> = site.attestry('train', 'lora.yaml', '--dry-run', '--json').json()
    expect(facts).toMatchObject({ examples: 18, validation: 6, steps: 9, trainable: 224, epsilon: null })
  })

  it('trains with privacy, and writes an adapter, its record and a log', async () => {
    const words = ['train', 'lora.yaml', '--epsilon', '20', '--delta', '0.01', '--clipping-quantile', '0.6', '--json']
    const result = site.attestry(...words)
    expect(result.err).toBe('')
    expect(result.code).toBe(0)
    const out = join(site.folder, 'out')
    expect(await readAdapter(out)).toMatchObject({ rank: 4, base: './model' })
    const record = JSON.parse(readFileSync(join(out, 'training_record.json'), 'utf8')) as Record<string, unknown>
    expect(record.epsilonSpent).toBeLessThanOrEqual(20)
    expect(record.base).toHaveProperty(['model.safetensors'], expect.stringMatching(/^[0-9a-f]{64}$/))
    expect(record.facts).toMatchObject({ guards: { clippingPerExample: true, readBack: true } })
    const log = readFileSync(join(out, 'trainer_log.jsonl'), 'utf8').trim().split('\n')
    expect(log.filter(line => line.includes('"epsilon"'))).toHaveLength(9)
    expect(record).toMatchObject({ steps: 9, stoppedEarly: false, writtenStep: 9 })
    expect(result.json()).toMatchObject({ record })
    const page = readFileSync(join(out, 'training_report.html'), 'utf8')
    expect(page.match(/<path class="line"/g)).toHaveLength(3)
    expect(page).toContain((record.plan as { digest: string }).digest)
    expect(record).toMatchObject({
      data: { files: { 'chat.jsonl': digestOfFile('chat.jsonl') } },
      files: { 'adapter_model.safetensors': digestOfFile('out/adapter_model.safetensors') },
      privacy: {
        unit: 'record',
        accountant: 'pld',
        epsilonSpent: record.epsilonSpent,
        adaptiveClipping: { quantile: 0.6, learningRate: 0.2 },
        statement: expect.stringMatching(/began at 1 and ended at \d.* after the 0.6 quantile/) as string,
      },
      software: { node: process.versions.node, '@attestry/lm': expect.stringMatching(/^\d+\.\d+\.\d+$/) as string },
    })
  })

  it('meters what it spent, and compares it with the base model as far as that is known', () => {
    interface Compute {
      training: { matmul: number }
      validation: { matmul: number }
      total: number
      baseModel: { parameters: number; flops: number | null }
      ratio: number | null
      guideline: { statement: string }
    }
    const computeOf = (out: string, ...flags: string[]) =>
      (site.attestry('train', 'lora.yaml', '--json', '--out', out, ...flags).json() as { record: { compute: Compute } })
        .record.compute
    const unknown = computeOf('a')
    expect(unknown).toMatchObject({
      ratio: null,
      baseModel: { flops: null, source: expect.stringContaining('not known') as string },
    })
    // Products of the linear layers, of attention and of the head, for a row of 64 tokens.
    const linears = 16 * 16 + 2 * 16 * 8 + 16 * 16 + 3 * 16 * 24
    const forward = 2 * 64 * (linears + 257 * 16) + 2 * 2 * 64 * 64 * 16
    // Three validations of 6 rows in batches of 4.
    expect(unknown.validation.matmul / (3 * 8 * forward)).toBeGreaterThanOrEqual(1)
    expect(unknown.validation.matmul / (3 * 8 * forward)).toBeLessThan(1.05)
    // Nine steps of at least a batch of 4, forward and back to the first adapter.
    expect(unknown.training.matmul).toBeGreaterThan(9 * 4 * 1.8 * forward)
    expect(unknown.training.matmul).toBeLessThan(9 * 8 * 3 * forward)
    const known = computeOf('b', '--base-tokens', '1000')
    expect(known.total).toBe(unknown.total)
    expect(known.baseModel.flops).toBe(6 * known.baseModel.parameters * 1000)
    expect(known.ratio).toBe(known.total / known.baseModel.flops!)
    expect(known.guideline.statement).toContain('above one third')
    expect(computeOf('c', '--base-flops', '1e15')).toMatchObject({
      ratio: known.total / 1e15,
      guideline: { statement: expect.stringContaining('not above') as string },
    })
  })

  it.each([
    ['a number that is none', ['--epsilon', 'much'], yaml(), 'CLI-E010'],
    ['a part of a thread', ['--threads', '2.5'], yaml(), 'CLI-E010'],
    ['a delta without an epsilon', ['--delta', '1e-5'], yaml(), 'CLI-E002'],
    ['a quantile without an epsilon', ['--clipping-quantile', '0.5'], yaml(), 'CLI-E002'],
    ['a quantile of 1', ['--epsilon', '20', '--clipping-quantile', '1'], yaml(), 'LM-E064'],
    ['a learning rate below 0', [], yaml().replace('0.01', '-0.01'), 'LM-E047'],
    ['a beta of 1', [], yaml('adam_beta2: 1'), 'LM-E047'],
    ['an unknown key', [], yaml('relora_steps: 3'), 'LM-E046'],
    ['a target that the model lacks', [], yaml().replace('[q_proj, v_proj]', '[query]'), 'LM-E063'],
    ['a model that is not there', [], yaml().replace('./model', './nowhere'), 'LM-E001'],
  ])('refuses %s before anything starts', (_name, flags, config, code) => {
    site.write('lora.yaml', config)
    const result = site.attestry('train', 'lora.yaml', ...flags)
    expect(result.err).toContain(`error[${code}]`)
    expect(existsSync(join(site.folder, 'out'))).toBe(false)
  })
})

const adapterBytes = (folder: string): Buffer => readFileSync(join(site.folder, folder, 'adapter_model.safetensors'))

describe('checkpoints of attestry train', () => {
  const long = yaml('save_steps: 20\nsave_total_limit: 2')
    .replace('num_epochs: 2', 'num_epochs: 24')
    .replace('eval_steps: 3', 'eval_steps: 30')
  beforeEach(() => site.write('lora.yaml', long))

  it('let a killed run go on to the adapter that it would have been', async () => {
    const killed = await signalled('SIGKILL', 'out/checkpoint-20/checkpoint.json', 'train', 'lora.yaml')
    expect(killed.code).toBeNull()
    expect(existsSync(join(site.folder, 'out/adapter_model.safetensors'))).toBe(false)
    expect(site.attestry('train', 'lora.yaml').err).toContain('error[CLI-E011]')

    const resumed = site.attestry('train', 'lora.yaml', '--resume')
    expect(resumed.err).toMatch(/going on after step \d+/)
    expect(resumed.code).toBe(0)
    expect(site.attestry('train', 'lora.yaml', '--out', 'whole').code).toBe(0)
    expect(adapterBytes('out').equals(adapterBytes('whole'))).toBe(true)
    const record = (folder: string) =>
      JSON.parse(readFileSync(join(site.folder, folder, 'training_record.json'), 'utf8')) as {
        plan: { digest: string }
      }
    expect(record('out').plan.digest).toBe(record('whole').plan.digest)
    const kept = readdirSync(join(site.folder, 'out')).filter(name => name.startsWith('checkpoint-'))
    expect(kept.sort()).toEqual(['checkpoint-100', 'checkpoint-80'])
    const steps = readFileSync(join(site.folder, 'out/trainer_log.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as { step: number; loss?: number })
      .filter(({ loss }) => loss !== undefined)
    expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 108 }, (_, i) => i + 1))
  })

  it('let a private run go on with its own noise, and pay once', async () => {
    const words = ['train', 'lora.yaml', '--epsilon', '20', '--delta', '0.01']
    await signalled('SIGKILL', 'out/checkpoint-20/checkpoint.json', ...words)
    for (const name of ['out', '.attestry'])
      cpSync(join(site.folder, name), join(site.folder, `${name}-2`), { recursive: true })
    expect(site.attestry(...words, '--resume').code).toBe(0)
    const elsewhere = ['--resume', '--out', 'out-2', '--workspace', '.attestry-2']
    expect(site.attestry(...words, ...elsewhere).code).toBe(0)
    expect(adapterBytes('out').equals(adapterBytes('out-2'))).toBe(true)
    const ledger = readFileSync(join(site.folder, '.attestry/privacy-ledger.jsonl'), 'utf8').trim().split('\n')
    expect(ledger).toHaveLength(1)

    rmSync(join(site.folder, '.attestry-2/keys'), { recursive: true })
    expect(site.attestry(...words, ...elsewhere).err).toContain('error[CLI-E013]')
  })

  it('are not needed for a run that was killed before the first of them to begin again as the same run', async () => {
    const words = ['train', 'lora.yaml', '--epsilon', '20', '--delta', '0.01']
    await signalled('SIGKILL', 'out/training_run.json', ...words)
    const { run } = JSON.parse(readFileSync(join(site.folder, 'out/training_run.json'), 'utf8')) as { run: string }
    const resumed = site.attestry(...words, '--resume', '--json').json() as { record: { run: string; steps: number } }
    expect(resumed.record).toMatchObject({ run, steps: 108 })
    const ledger = readFileSync(join(site.folder, '.attestry/privacy-ledger.jsonl'), 'utf8').trim().split('\n')
    expect(ledger).toHaveLength(1)
  })

  it('are written on Ctrl-C, which says how to go on', async () => {
    const stopped = await signalled('SIGINT', 'out/training_run.json', 'train', 'lora.yaml')
    expect(stopped.code).toBe(1)
    expect(stopped.err).toMatch(/stopped after step \d+ of 108; a checkpoint is in .*\n.*--resume goes on/)
    const [checkpoint] = readdirSync(join(site.folder, 'out')).filter(name => name.startsWith('checkpoint-'))
    expect(checkpoint).toBeDefined()
    const resumed = site.attestry('train', 'lora.yaml', '--resume')
    expect(resumed.err).toContain(`going on after step ${checkpoint!.slice('checkpoint-'.length)}`)
  })

  it('of other settings are refused, and a folder without any has nothing to go on with', () => {
    expect(site.attestry('train', 'lora.yaml', '--resume').err).toContain('error[CLI-E012]')
    expect(existsSync(join(site.folder, 'out'))).toBe(false)
    expect(site.attestry('train', 'lora.yaml').code).toBe(0)
    site.write('lora.yaml', `${long}\nauto_resume_from_checkpoints: true`.replace('0.01', '0.02'))
    expect(site.attestry('train', 'lora.yaml').err).toContain('error[LM-E070]')
    site.write('lora.yaml', `${long}\nresume_from_checkpoint: out/checkpoint-9`)
    expect(site.attestry('train', 'lora.yaml').err).toContain('error[LM-E071]')
  })
})

describe('the privacy budget of attestry train', () => {
  it('is shared by all runs on a data file, and a run over it does not start', () => {
    const words = ['train', 'lora.yaml', '--epsilon', '20', '--delta', '0.01']
    expect(site.attestry(...words).code).toBe(0)
    const second = site.attestry(...words, '--out', 'second')
    expect(second.err).toContain('error[DP-E011]')
    expect(existsSync(join(site.folder, 'second'))).toBe(false)
    const dry = site.attestry(...words, '--dry-run', '--json').json() as {
      spentBefore: Record<string, { epsilon: number }>
    }
    expect(Object.values(dry.spentBefore)[0]!.epsilon).toBeGreaterThan(15)
    const raised = [...words, '--out', 'second', '--budget-epsilon', '40', '--budget-delta', '0.02']
    expect(site.attestry(...raised).code).toBe(0)
  })
})

describe('whole models of attestry train', () => {
  const text = 'colour 2?'

  /** Logits after a text, by what onnxruntime finds in a folder. */
  async function onnxLogits(folder: string, ids: readonly number[]): Promise<readonly number[]> {
    const { InferenceSession, Tensor } = await import('onnxruntime-node')
    const session = await InferenceSession.create(join(site.folder, folder, 'onnx', 'model.onnx'))
    const whole = (values: readonly number[]) =>
      new Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length])
    const none = new Tensor('float32', new Float32Array(), [1, 1, 0, 8])
    const { logits } = await session.run({
      input_ids: whole(ids),
      position_ids: whole(ids.map((_, i) => i)),
      attention_mask: whole(ids.map(() => 1)),
      'past_key_values.0.key': none,
      'past_key_values.0.value': none,
    })
    return Array.from((logits!.data as Float32Array).slice(-257))
  }

  const python = process.env.ATTESTRY_PYTHON

  it('stand on their own: merged or trained in full, as safetensors and as ONNX', async () => {
    expect(site.attestry('train', 'lora.yaml', '--merge', '--onnx').code).toBe(0)
    const files = ['config.json', 'generation_config.json', 'model.safetensors', 'onnx', 'tokenizer.json']
    expect(readdirSync(join(site.folder, 'out/merged')).sort()).toEqual([...files, 'tokenizer_config.json'])
    site.write('full.yaml', yaml().replace('adapter: lora', '').replace('learning_rate: 0.01', 'learning_rate: 0.001'))
    expect(site.attestry('train', 'full.yaml', '--onnx', '--out', 'full').code).toBe(0)
    expect(readdirSync(join(site.folder, 'full'))).toEqual(expect.arrayContaining(files))

    const ids = Array.from((await openTokenizer(join(site.folder, 'out/merged'))).encode(text))
    const logits: Record<string, readonly number[]> = {}
    for (const folder of ['out/merged', 'full']) {
      const checkpoint = await openCheckpoint(join(site.folder, folder))
      const model = await readLanguageModel(checkpoint)
      await checkpoint.close()
      const layers = fedLayers({ shapes: model.shapes, isTrained: () => false })
      const decoder = openDecoder({ runtime: await openRuntime(), model, layers, feeds: model.weights })
      const here = Array.from(await decoder.read(ids))
      await decoder.close()
      logits[folder] = here
      expectNear(await onnxLogits(folder, ids), here)
    }
    expect(logits.full).not.toEqual(logits['out/merged'])
    if (!python) return console.log('not loaded with transformers: ATTESTRY_PYTHON names no python')
    const folders = ['model', 'out', 'out/merged', 'full'].map(name => join(site.folder, name))
    const script = join(import.meta.dirname, 'load-models.py')
    const stock = JSON.parse(execFileSync(python, [script, ...folders, text], { encoding: 'utf8' })) as typeof logits
    expectNear(stock.adapter!, logits['out/merged']!)
    expectNear(stock.merged!, logits['out/merged']!)
    expectNear(stock.full!, logits.full!)
  })
})

function expectNear(found: readonly number[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length)
  expect(Math.max(...found.map((x, i) => Math.abs(x - expected[i]!)))).toBeLessThan(1e-4)
}
