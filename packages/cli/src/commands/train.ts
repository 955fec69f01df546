import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { createGraph, encodeModel, f32, matmul, openRuntime, type Runtime } from '@attestry/autograd'
import { systemClock } from '@attestry/core'
import {
  dueAfter,
  fineTune,
  openTrainingConfig,
  prepareFineTune,
  readLanguageModel,
  trainToEnd,
  type PreparedFineTune,
  type SftSettings,
} from '@attestry/lm'
import { exit, text, type Command, type Given } from '../command.js'
import { badNumber, missingArgument } from '../errors.js'
import { progressLine } from '../progress.js'
import { count, duration, table, type Terminal } from '../terminal.js'

const usage = 'train <config.yaml> [--dry-run] [--epsilon <number> --delta <number>] [--out <folder>]'

const ungoverned =
  'This training stands outside of a governed run: no policy is asked, no log is kept, no privacy budget is charged.'

export const train: Command = {
  summary: 'fine-tune a language model by a config of axolotl or LLaMA-Factory, with adapters or in full',
  usage,
  options: {
    'dry-run': { type: 'boolean' },
    epsilon: { type: 'string' },
    delta: { type: 'string' },
    'clipping-norm': { type: 'string' },
    out: { type: 'string' },
    threads: { type: 'string' },
  },
  about: {
    'dry-run': 'print parameters, memory, operations and expected time, and start nothing',
    epsilon: 'keep differential privacy for each example: all steps together spend at most this',
    delta: 'the delta of that bound (default 1e-5)',
    'clipping-norm': 'bound on the gradient of each example (default 1; with --epsilon)',
    out: "folder of the adapter (default: the config's)",
    threads: 'threads of one operation (default: all cores)',
  },
  examples: ['train lora.yaml --dry-run', 'train lora.yaml --epsilon 8 --out ./adapter'],
  async run(given, terminal) {
    const [file] = given.words
    if (file === undefined) throw missingArgument('the config', usage)
    const folder = dirname(resolve(file))
    const { settings, ignored } = await openTrainingConfig(file, folder)
    const privacy = privacyOf(given)
    const prepared = await prepareFineTune(settings, { folder, ...(privacy && { privacy }) })
    try {
      const threads = numberOf(given, 'threads') ?? availableParallelism()
      const runtime = await openRuntime({ threads })
      const rate = await productRate(runtime)
      const facts = factsOf(prepared, rate)
      describe(terminal, prepared, facts)
      for (const { key, why } of ignored) terminal.say(`  without effect  ${key}: ${why}`)
      for (const remark of [ungoverned, ...prepared.remarks]) terminal.say(`  note  ${remark}`)
      if (given.flags['dry-run'] === true) {
        terminal.json({ ...facts, plan: prepared.plan, ignored, remarks: prepared.remarks })
        return exit.done
      }
      const out = resolve(text(given, 'out') ?? join(folder, settings.outputFolder))
      const result = await tune(terminal, prepared, runtime, settings, out)
      terminal.json({ ...facts, ...result, out })
      terminal.print(`${terminal.color.green('written')}: ${out}`)
      return exit.done
    } finally {
      await prepared.checkpoint.close()
    }
  },
}

function privacyOf(given: Given) {
  const epsilon = numberOf(given, 'epsilon')
  if (epsilon === undefined) return undefined
  return { epsilon, delta: numberOf(given, 'delta') ?? 1e-5, clippingNorm: numberOf(given, 'clipping-norm') ?? 1 }
}

function numberOf(given: Given, name: string): number | undefined {
  const value = text(given, name)
  if (value === undefined) return undefined
  const number = Number(value)
  if (!(number > 0 && Number.isFinite(number))) throw badNumber(name, value)
  return number
}

/** Floating-point operations per second in a product of matrices on this machine, now. */
async function productRate(runtime: Runtime): Promise<number> {
  const size = 768
  const graph = createGraph()
  graph.output('y', matmul(graph, graph.input('a', [size, size]), graph.input('b', [size, size])))
  const session = await runtime.open(encodeModel(graph, { name: 'product' }))
  const square = f32([size, size], new Float32Array(size * size).fill(0.5))
  let best = Infinity
  for (let i = 0; i < 5; i++) {
    const started = performance.now()
    await session.run({ a: square, b: square })
    best = Math.min(best, performance.now() - started)
  }
  await session.close()
  return (2 * size ** 3 * 1000) / best
}

function factsOf({ plan, examples, validation, described, fitted }: PreparedFineTune, rate: number) {
  return {
    data: described,
    examples: examples.length,
    validation: validation.length,
    fitted,
    parameters: plan.parameters,
    trainable: plan.trainable,
    trainableShare: plan.trainable / plan.parameters,
    memoryBytes: plan.memory,
    steps: plan.steps,
    flops: plan.flops,
    // Products take most of a step; the rest of it costs about a fifth on top.
    expectedMs: (1.2 * 1000 * plan.flops) / rate,
    epsilon: plan.privacy?.epsilon ?? null,
    noiseMultiplier: plan.privacy?.noiseMultiplier ?? null,
  }
}

function describe(terminal: Terminal, { plan }: PreparedFineTune, facts: ReturnType<typeof factsOf>): void {
  const { privacy } = plan
  for (const line of facts.data) terminal.print(line)
  terminal.print(
    table([
      [
        'examples',
        `${count(facts.examples)}, ${count(facts.validation)} for validation; at most ${plan.length} tokens`,
      ],
      [
        'parameters',
        `${count(plan.parameters)}, of them trained ${count(plan.trainable)} (${percent(facts.trainableShare)})`,
      ],
      ['batch', `${count(plan.logicalBatch)} expected, ${count(plan.physicalBatch)} at once`],
      ['steps', count(plan.steps)],
      ['memory', `about ${(plan.memory / 2 ** 30).toFixed(2)} GiB`],
      ['operations', `${(plan.flops / 1e12).toFixed(2)} TFLOP in products of matrices`],
      ['expected time', `${duration(facts.expectedMs)} on this machine as it is now`],
      [
        'privacy',
        privacy
          ? `epsilon ${privacy.epsilon.toFixed(3)} at delta ${privacy.delta}, noise multiplier ${privacy.noiseMultiplier.toFixed(3)}, clipping norm ${privacy.clippingNorm}`
          : 'none: the adapter may reveal its examples',
      ],
    ]),
  )
}

const percent = (share: number): string => `${(100 * share).toPrecision(3)} %`

async function tune(
  terminal: Terminal,
  { plan, examples, validation, checkpoint }: PreparedFineTune,
  runtime: Runtime,
  settings: SftSettings,
  out: string,
) {
  const model = await readLanguageModel(checkpoint)
  const run = fineTune({ model, examples, plan, runtime, secret: randomBytes(32), noiseWorkers: 1 })
  const line = progressLine(terminal, () => systemClock.now())
  const log: string[] = []
  const losses: (number | null)[] = []
  try {
    const { best, course: _, ...end } = await trainToEnd(run, {
      validation,
      isDue: dueAfter(settings.evaluation, plan.steps, examples.length / plan.logicalBatch),
      keepBest: settings.keepBest,
      ...(settings.earlyStoppingPatience !== undefined && { patience: settings.earlyStoppingPatience }),
      onStep({ step, loss, epsilon, durationMs }) {
        losses.push(loss)
        if (step % settings.loggingSteps === 0 || step === 1 || step === plan.steps)
          log.push(JSON.stringify({ step, loss, epsilon, ms: durationMs }))
        line.show({ stage: 'train', done: step, total: plan.steps, unit: 'steps', note: noteOf(loss, losses) })
      },
      onValidation: (step, validationLoss) => void log.push(JSON.stringify({ step, validationLoss })),
    })
    line.end()
    if (end.stoppedEarly) terminal.say(`stopped after step ${end.steps}: no better validation loss`)
    const facts = await run.write(out, settings.baseModel, best?.state)
    const result = { ...end, writtenStep: best?.step ?? end.steps, epsilonSpent: run.epsilonSpent() }
    const record = { plan, base: await checkpoint.digests(), facts, ...result }
    await writeFile(join(out, 'training_record.json'), `${JSON.stringify(record, null, 2)}\n`)
    await writeFile(join(out, 'trainer_log.jsonl'), `${log.join('\n')}\n`)
    return { losses, ...result }
  } finally {
    await run.close()
  }
}

const bars = '▁▂▃▄▅▆▇█'

/** The loss and its course so far as a small curve. */
function noteOf(loss: number | null, losses: readonly (number | null)[]): string {
  const finite = losses.filter(value => value !== null)
  if (loss === null || finite.length < 2) return loss === null ? '' : `loss ${loss.toFixed(3)}`
  const width = Math.min(20, finite.length)
  const points = Array.from({ length: width }, (_, i) => finite[Math.floor(((i + 1) * finite.length) / width) - 1]!)
  const [low, high] = [Math.min(...points), Math.max(...points)]
  const curve = points.map(point => bars[Math.round(((point - low) / (high - low || 1)) * (bars.length - 1))]).join('')
  return `loss ${loss.toFixed(3)} ${curve}`
}
