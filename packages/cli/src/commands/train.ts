import { availableParallelism } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { openRuntime } from '@attestry/autograd'
import type { PrivacyLimit } from '@attestry/core'
import { openTrainingConfig, prepareFineTune } from '@attestry/lm'
import { exit, text, type Command, type Given } from '../command.js'
import { badNumber, missingArgument } from '../errors.js'
import type { Terminal } from '../terminal.js'
import { digestsOfData, ledgerFile, openBudget } from '../training/budget.js'
import type { BaseCompute } from '../training/compute.js'
import { peopleOf, withSubjectField } from '../training/people.js'
import { peopleFacts, type PeopleFacts } from '../training/people-facts.js'
import { describePlan, factsOf, productRate } from '../training/plan-facts.js'
import { openFolderRun, runToGoOn } from '../training/run-folder.js'
import { trainRun } from '../training/train-run.js'
import { workspaceOf } from '../workspace.js'

const usage =
  'train <config.yaml> [--dry-run] [--resume] [--epsilon <number> --delta <number>] [--subject-field <path>] [--out <folder>]'

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
    'subject-field': { type: 'string' },
    'subject-budget-epsilon': { type: 'string' },
    'subject-budget-delta': { type: 'string' },
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
    'subject-field':
      'field of a row with its person, such as user or meta.user: each person is charged too, over all data (with --epsilon)',
    'subject-budget-epsilon':
      'what may be spent on a person as a whole, where k rows count as a group of k (default: no limit)',
    'subject-budget-delta': 'the delta of that budget (with --subject-budget-epsilon)',
    'base-tokens': 'tokens that the base model was trained on, for the ratio of training compute (6 · N · D)',
    'base-flops': 'operations that its training took, where its provider published them',
    merge: 'write the whole model too, with the adapter in its weights, into the folder merged',
    onnx: 'write the whole model as ONNX too, for inference',
    out: "folder of the adapter (default: the config's)",
    threads: 'threads of one operation (default: all cores)',
  },
  examples: ['train lora.yaml --dry-run', 'train lora.yaml --epsilon 8 --subject-field user --out ./adapter'],
  async run(given, terminal) {
    const [file] = given.words
    if (file === undefined) throw missingArgument('the config', usage)
    const folder = dirname(resolve(file))
    const { settings: read, ignored } = await openTrainingConfig(file, folder)
    const settings = withSubjectField(read, text(given, 'subject-field'))
    const privacy = privacyOf(given)
    const isTrial = given.flags['dry-run'] === true
    const out = resolve(text(given, 'out') ?? join(folder, settings.outputFolder))
    const mustResume = given.flags.resume === true
    const workspace = workspaceOf(given, file)
    const limit = privacy && limitOf(given, privacy)
    if (limit?.person && settings.datasets.every(({ subject }) => subject === undefined))
      throw missingArgument('--subject-field beside --subject-budget-epsilon', usage)
    const known = peopleOf(workspace, isTrial)
    let people: PeopleFacts | undefined
    const prepared = await prepareFineTune(settings, {
      folder,
      ...(privacy && { privacy }),
      async admit(rows) {
        const handled = known.handled(rows)
        const run = await runToGoOn({ settings, folder, out, mustResume })
        const budget = openBudget(workspace, await digestsOfData(settings, folder))
        people = peopleFacts(handled, await budget.check(privacy!, limit!, handled, run), limit!)
      },
    })
    try {
      const threads = threadsOf(given)
      const runtime = await openRuntime({ threads })
      const rate = await productRate(runtime)
      const facts = factsOf(prepared, rate)
      describePlan(terminal, prepared, facts, people)
      for (const { key, why } of ignored) terminal.say(`  without effect  ${key}: ${why}`)
      for (const remark of [ungoverned, ...prepared.remarks]) terminal.say(`  note  ${remark}`)
      const dataFiles = await digestsOfData(settings, folder)
      const budget = privacy && openBudget(workspace, dataFiles)
      const spentBefore = budget ? { spentBefore: await budget.spent() } : {}
      if (isTrial) {
        terminal.json({
          ...facts,
          ...spentBefore,
          ...(people && { people }),
          plan: prepared.plan,
          ignored,
          remarks: prepared.remarks,
        })
        return exit.done
      }
      const run = await openFolderRun({ prepared, settings, folder, out, workspace, mustResume })
      if (run.stand) terminal.say(`going on after step ${run.stand.snapshot.progress.done}`)
      const { plan } = prepared
      const rows = prepared.people && known.handled(prepared.people)
      // A charge names nobody whose handle is not on disk.
      if (rows) await known.keep()
      const charged =
        budget && plan.privacy && (await budget.charge(run.identity.run, plan.privacy, limit!, rows ?? undefined))
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
          people: charged ?? undefined,
          baseCompute: baseComputeOf(given),
          merge: settings.merge || given.flags.merge === true,
          onnx: given.flags.onnx === true,
          interrupt,
        }),
      )
      terminal.json({ ...facts, ...spentBefore, ...(people && { people }), run: run.identity.run, ...result, out })
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
const ofPrivacy = [
  'delta',
  'clipping-norm',
  'clipping-quantile',
  'budget-epsilon',
  'budget-delta',
  'subject-field',
  'subject-budget-epsilon',
  'subject-budget-delta',
]

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

function limitOf(given: Given, { epsilon, delta }: { readonly epsilon: number; readonly delta: number }): PrivacyLimit {
  const person = { epsilon: numberOf(given, 'subject-budget-epsilon'), delta: numberOf(given, 'subject-budget-delta') }
  for (const [one, other] of [
    ['epsilon', 'delta'],
    ['delta', 'epsilon'],
  ] as const)
    if (person[one] !== undefined && person[other] === undefined)
      throw missingArgument(`--subject-budget-${other} beside --subject-budget-${one}`, usage)
  return {
    epsilon: numberOf(given, 'budget-epsilon') ?? epsilon,
    delta: numberOf(given, 'budget-delta') ?? delta,
    ...(person.epsilon !== undefined && { person: { epsilon: person.epsilon, delta: person.delta! } }),
  }
}

function numberOf(given: Given, name: string): number | undefined {
  const value = text(given, name)
  if (value === undefined) return undefined
  const number = Number(value)
  if (!(number > 0 && Number.isFinite(number))) throw badNumber(name, value)
  return number
}
