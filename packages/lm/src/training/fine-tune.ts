import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { f32, floats, type Runtime, type Tensor } from '@attestry/autograd'
import type { JsonValue, StepReport } from '@attestry/core'
import { openLoop, type LoopSnapshot } from '@attestry/trainer'
import { readAdapter, writeAdapter } from '../files/peft.js'
import { writeSafetensorsFile } from '../files/write-safetensors.js'
import { adapterChanged } from '../models/errors.js'
import { floatWeight, type LanguageModel } from '../models/language-model.js'
import { loraName } from '../models/layers.js'
import { loraScale, loraTargets, mergeAdapter } from '../models/lora.js'
import type { FineTunePlan } from './fine-tune-plan.js'
import { learningFactor } from './schedule.js'
import { sftTask, type TokenExample, type Tuning } from './sft-task.js'
import { validationLoss, type Validation } from './validation.js'

export interface FineTuneOptions {
  readonly model: LanguageModel
  readonly examples: readonly TokenExample[]
  readonly plan: FineTunePlan
  readonly runtime: Runtime
  /** 32 secret bytes from which sampling and noise derive: the same bytes replay the same training. */
  readonly secret: Uint8Array
  readonly signal?: AbortSignal
  /** Threads that make noise ahead of the steps. */
  readonly noiseWorkers?: number
  /** Where an earlier run of the same plan and secret stood. */
  readonly from?: LoopSnapshot
}

/** A fine-tuning run, step by step. */
export interface FineTuning {
  /** Steps of the plan. */
  readonly steps: number
  /** Runs one step; undefined once all steps are done. */
  step(): Promise<StepReport | undefined>
  /** Mean loss of examples that are not trained on, each the mean over its labelled tokens. */
  validate(examples: readonly TokenExample[]): Promise<Validation>
  epsilonSpent(): number | null
  /** What was trained, as it is now, by name. */
  weights(): LoopSnapshot['state']
  /** Everything to go on later with the same bytes. */
  snapshot(): LoopSnapshot
  /**
   * Checks the run (weights moved and are finite, noise and batches are those of the plan) and writes what was trained:
   * a PEFT adapter, or all weights. What was written is read back and compared.
   *
   * @param base how the base model is named in the adapter's config
   * @param weights what to write; by default what was trained as it is now
   * @returns what happened, for the evidence
   * @throws TRAIN-E008 to TRAIN-E012 for a run that must not be used, LM-E065 when the files hold something else
   */
  write(folder: string, base: string, weights?: LoopSnapshot['state']): Promise<Readonly<Record<string, JsonValue>>>
  /**
   * The whole model's weights under the base model's names, with adapters added.
   *
   * @param weights what was trained; by default as it is now
   */
  merged(weights?: LoopSnapshot['state']): Readonly<Record<string, Tensor>>
  close(): Promise<void>
}

/** Starts a fine-tuning run by its plan. */
export function fineTune(options: FineTuneOptions): FineTuning {
  const { model, examples, plan, runtime, secret, signal, from } = options
  const { tuning } = plan
  const task = sftTask({
    model,
    examples,
    tuning,
    seed: plan.seed,
    gradientCheckpointing: plan.gradientCheckpointing,
  })
  const loop = openLoop(
    {
      task,
      plan,
      optimiser: plan.optimiser,
      schedule: learningFactor(plan.schedule, plan.steps),
      secret,
      signal,
      ...(from && { from }),
    },
    { runtime, noiseWorkers: options.noiseWorkers ?? 0 },
  )
  const weights = (): LoopSnapshot['state'] => {
    const { state } = loop.snapshot()
    return Object.fromEntries(task.parameters.map(({ name }) => [name, state[name]!]))
  }
  const toWrite = (state: LoopSnapshot['state']) =>
    task.parameters.map(({ name, shape }) => ({ name, shape, data: floats(state[name]!) }))
  return {
    steps: plan.steps,
    step: loop.step,
    validate: held =>
      validationLoss({ model, tuning, runtime, weights: loop.weights(), examples: held, batch: plan.physicalBatch }),
    epsilonSpent: loop.epsilonSpent,
    weights,
    snapshot: loop.snapshot,
    async write(folder, base, written = weights()) {
      const { facts, guards } = loop.account()
      if (tuning.kind === 'full') {
        await mkdir(folder, { recursive: true })
        await writeSafetensorsFile(join(folder, 'model.safetensors'), toWrite(written), { format: 'pt' })
        return { ...facts, guards: { ...guards } }
      }
      const { rank, alpha, dropout = 0, rankStabilised = false, targetModules } = tuning.lora
      const names = new Set(loraTargets(tuning.lora, model.linears).map(path => path.slice(path.lastIndexOf('.') + 1)))
      await writeAdapter(folder, {
        rank,
        alpha,
        dropout,
        rankStabilised,
        targetModules: targetModules === 'all-linear' ? [...names] : targetModules,
        task: 'CAUSAL_LM',
        base,
        modulesToSave: [],
        tensors: toWrite(written),
      })
      const { tensors } = await readAdapter(folder)
      const stored = new Map(tensors.map(tensor => [tensor.name, tensor.data]))
      for (const { name, data } of toWrite(written)) {
        const found = stored.get(name)
        if (!found || found.length !== data.length || found.some((value, i) => !Object.is(value, data[i])))
          throw adapterChanged(folder, name)
      }
      return { ...facts, guards: { ...guards, readBack: true } }
    },
    merged: (state = weights()) => mergedWeights(model, tuning, state),
    close: loop.close,
  }
}

function mergedWeights(
  model: LanguageModel,
  tuning: Tuning,
  trained: LoopSnapshot['state'],
): Readonly<Record<string, Tensor>> {
  if (tuning.kind === 'full') return trained
  const { shapes } = model
  const merged: Record<string, Tensor> = {}
  for (const [name, shape] of shapes) merged[name] = f32(shape, floatWeight(model, name))
  for (const path of loraTargets(tuning.lora, model.linears)) {
    const name = `${path}.weight`
    const [a, b] = [floats(trained[loraName(path, 'A')]!), floats(trained[loraName(path, 'B')]!)]
    const sum = mergeAdapter(floats(merged[name]!), a, b, tuning.lora.rank, loraScale(tuning.lora))
    merged[name] = f32(shapes.get(name)!, sum)
  }
  return merged
}
