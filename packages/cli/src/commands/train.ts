import { availableParallelism } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { openRuntime } from '@attestry/autograd'
import { openTrainingConfig, prepareFineTune } from '@attestry/lm'
import { exit, text, type Command, type Given } from '../command.js'
import { badNumber, missingArgument } from '../errors.js'
import type { Terminal } from '../terminal.js'
import { digestsOfData, ledgerFile, openBudget } from '../training/budget.js'
import type { BaseCompute } from '../training/compute.js'
import { describePlan, factsOf, productRate } from '../training/plan-facts.js'
import { openFolderRun } from '../training/run-folder.js'
import { trainRun } from '../training/train-run.js'
import { workspaceOf } from '../workspace.js'

const usage = 'train <config.yaml> [--dry-run] [--resume] [--epsilon <number> --delta <number>] [--out <folder>]'

const ungoverned = 'This training stands outside of a governed run: no policy is asked and no log is kept.'

export const train: Command = {
  summary: 'fine-tune a language model by a config of axolotl or LLaMA-Factory, with adapters or in full',
  usage,
  options: {
    'dry-run': { type: 'boolean' },
    resume: { type: 'boolean' },
    epsilon: { type: 'string' },
    delta: { type: 'string' },
    'clipping-norm': { type: 'string' },
    'clipping-quantile': { type: 'string' },
    'budget-epsilon': { type: 'string' },
    'budget-delta': { type: 'string' },
    'base-tokens': { type: 'string' },
    'base-flops': { type: 'string' },
    merge: { type: 'boolean' },
    onnx: { type: 'boolean' },
    out: { type: 'string' },
    threads: { type: 'string' },
  },
  about: {
    'dry-run': 'print parameters, memory, operations and expected time, and start nothing',
    resume: 'go on with the run of the output folder, from its latest checkpoint',
    epsilon: 'keep differential privacy for each example: all steps together spend at most this',
    delta: 'the delta of that bound (default 1e-5)',
    'clipping-norm': 'bound on the gradient of each example (default 1; with --epsilon)',
    'clipping-quantile': 'let that bound follow this quantile of the gradients, such as 0.5 (with --epsilon)',
    'budget-epsilon': 'what all private trainings on a data file may spend together (default: --epsilon)',
    'budget-delta': 'the sum of deltas that they may spend (default: --delta)',
    'base-tokens': 'tokens that the base model was trained on, for the ratio of training compute (6 · N · D)',
    'base-flops': 'operations that its training took, where its provider published them',
    merge: 'write the whole model too, with the adapter in its weights, into the folder merged',
    onnx: 'write the whole model as ONNX too, for inference',
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
      const threads = threadsOf(given)
      const runtime = await openRuntime({ threads })
      const rate = await productRate(runtime)
      const facts = factsOf(prepared, rate)
      describePlan(terminal, prepared, facts)
      for (const { key, why } of ignored) terminal.say(`  without effect  ${key}: ${why}`)
      for (const remark of [ungoverned, ...prepared.remarks]) terminal.say(`  note  ${remark}`)
      const workspace = workspaceOf(given, file)
      const dataFiles = await digestsOfData(settings, folder)
      const budget = privacy && openBudget(workspace, dataFiles)
      const spentBefore = budget ? { spentBefore: await budget.spent() } : {}
      if (given.flags['dry-run'] === true) {
        terminal.json({ ...facts, ...spentBefore, plan: prepared.plan, ignored, remarks: prepared.remarks })
        return exit.done
      }
      const out = resolve(text(given, 'out') ?? join(folder, settings.outputFolder))
      const mustResume = given.flags.resume === true
      const run = await openFolderRun({ prepared, settings, folder, out, workspace, mustResume })
      if (run.stand) terminal.say(`going on after step ${run.stand.snapshot.progress.done}`)
      const { plan } = prepared
      if (budget && plan.privacy) await budget.charge(run.identity.run, plan.privacy, limitOf(given, plan.privacy))
      const result = await untilInterrupted(terminal, interrupt =>
        trainRun({
          terminal,
          prepared,
          settings,
          runtime,
          run,
          out,
          basePath: resolve(folder, settings.baseModel),
          dataFiles,
          ledger: ledgerFile(workspace),
          baseCompute: baseComputeOf(given),
          merge: settings.merge || given.flags.merge === true,
          onnx: given.flags.onnx === true,
          interrupt,
        }),
      )
      terminal.json({ ...facts, ...spentBefore, run: run.identity.run, ...result, out })
      if (result.interrupted) {
        terminal.say(`stopped after step ${result.steps} of ${plan.steps}; a checkpoint is in ${out}`)
        terminal.say('the same command with --resume goes on from there')
        return exit.failure
      }
      terminal.print(`${terminal.color.green('written')}: ${out}`)
      return exit.done
    } finally {
      await prepared.checkpoint.close()
    }
  },
}

/** The first Ctrl-C (or SIGTERM) asks for an end after this step, the second ends at once. */
async function untilInterrupted<T>(terminal: Terminal, work: (interrupt: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController()
  const interrupt = (): void => {
    if (stop.signal.aborted) process.exit(130)
    terminal.say('\nstopping after this step, with a checkpoint (once more to end at once) …')
    stop.abort()
  }
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt)
  try {
    return await work(stop.signal)
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
  }
}

const mostThreads = 1024

function threadsOf(given: Given): number {
  const threads = numberOf(given, 'threads') ?? availableParallelism()
  if (Number.isInteger(threads) && threads <= mostThreads) return threads
  throw badNumber('threads', String(threads), `a whole number of at most ${mostThreads}`)
}

/** Options that say how privacy is kept; whoever gives one of them and no epsilon believes that there is some. */
const ofPrivacy = ['delta', 'clipping-norm', 'clipping-quantile', 'budget-epsilon', 'budget-delta']

function privacyOf(given: Given) {
  const epsilon = numberOf(given, 'epsilon')
  const lost = ofPrivacy.find(name => text(given, name) !== undefined)
  if (epsilon === undefined && lost !== undefined) throw missingArgument(`--epsilon beside --${lost}`, usage)
  if (epsilon === undefined) return undefined
  const quantile = numberOf(given, 'clipping-quantile')
  return {
    epsilon,
    delta: numberOf(given, 'delta') ?? 1e-5,
    clippingNorm: numberOf(given, 'clipping-norm') ?? 1,
    ...(quantile !== undefined && { adaptiveClipping: { quantile, learningRate: 0.2 } }),
  }
}

function baseComputeOf(given: Given): BaseCompute {
  const [tokens, flops] = [numberOf(given, 'base-tokens'), numberOf(given, 'base-flops')]
  return { ...(tokens !== undefined && { tokens }), ...(flops !== undefined && { flops }) }
}

const limitOf = (given: Given, { epsilon, delta }: { readonly epsilon: number; readonly delta: number }) => ({
  epsilon: numberOf(given, 'budget-epsilon') ?? numberOf(given, 'epsilon') ?? epsilon,
  delta: numberOf(given, 'budget-delta') ?? delta,
})

function numberOf(given: Given, name: string): number | undefined {
  const value = text(given, name)
  if (value === undefined) return undefined
  const number = Number(value)
  if (!(number > 0 && Number.isFinite(number))) throw badNumber(name, value)
  return number
}
