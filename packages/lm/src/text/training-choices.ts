import type { Optimiser } from '@attestry/autograd'
import type { ConfigFields } from './config-fields.js'
import type { Frequency, LearningSchedule } from './sft-settings.js'

type OptimiserKind = 'adamw' | 'lion' | 'sgd'

/** Names of optimisers of both tools. Those that save memory by rounding their state are computed in 32-bit floats. */
const optimisers: Readonly<Record<string, OptimiserKind>> = {
  adamw_torch: 'adamw',
  adamw_torch_fused: 'adamw',
  adamw_hf: 'adamw',
  adamw_apex_fused: 'adamw',
  adamw_8bit: 'adamw',
  adamw_bnb_8bit: 'adamw',
  adamw_torch_8bit: 'adamw',
  paged_adamw_32bit: 'adamw',
  paged_adamw_8bit: 'adamw',
  lion_32bit: 'lion',
  lion_8bit: 'lion',
  paged_lion_32bit: 'lion',
  paged_lion_8bit: 'lion',
  sgd: 'sgd',
}

/** The optimiser of a config. Both tools take β 0.9 and 0.999, ε 1e-8 and no weight decay unless told otherwise. */
export function readOptimiser(fields: ConfigFields, key: string): Optimiser {
  const kind = fields.choice(key, optimisers) ?? 'adamw'
  const decay = fields.number('weight_decay', { least: 0 }) ?? 0
  const beta1 = fields.number('adam_beta1', { least: 0, below: 1 }) ?? 0.9
  const beta2 = fields.number('adam_beta2', { least: 0, below: 1 }) ?? 0.999
  const epsilon = fields.number('adam_epsilon', { above: 0 }) ?? 1e-8
  if (kind === 'adamw') return { kind, beta1, beta2, epsilon, weightDecay: decay }
  if (kind === 'lion') return { kind, beta1, beta2, weightDecay: decay }
  if (decay > 0) throw fields.refuse('weight_decay', 'is not carried out with sgd')
  return { kind }
}

/** Whether the name of an optimiser asks for a rounded state. */
export const isRounded = (name: string | undefined): boolean => name?.includes('8bit') ?? false

const kinds: Readonly<Record<string, LearningSchedule['kind']>> = {
  constant: 'constant',
  constant_with_warmup: 'constant',
  linear: 'linear',
  cosine: 'cosine',
}

/**
 * The course of the learning rate.
 *
 * @param key of its name
 * @param usual what the tool does when nothing is said
 */
export function readSchedule(fields: ConfigFields, key: string, usual: LearningSchedule): LearningSchedule {
  const name = fields.text(key)
  const kind = name === undefined ? usual.kind : fields.choice(key, kinds)!
  const steps = fields.number('warmup_steps', { least: 0, whole: true })
  const share = fields.number('warmup_ratio', { least: 0, most: 1 })
  if (steps !== undefined && steps > 0 && share !== undefined && share > 0)
    throw fields.refuse('warmup_ratio', "is given beside 'warmup_steps'")
  if (name === 'constant') {
    for (const [given, value] of [
      ['warmup_steps', steps],
      ['warmup_ratio', share],
    ] as const)
      if (value) fields.ignore(given, "lr_scheduler 'constant' has no warm-up; 'constant_with_warmup' has one")
    return { kind, warmup: { steps: 0 } }
  }
  if (steps !== undefined && !(steps === 0 && share)) return { kind, warmup: { steps } }
  return { kind, warmup: share === undefined ? usual.warmup : { share } }
}

/** A number of steps, or below 1 a share of the run. */
export function readSteps(fields: ConfigFields, key: string): Frequency | undefined {
  const value = fields.number(key, { above: 0 })
  if (value === undefined) return undefined
  if (value < 1) return { kind: 'share', of: value }
  if (Number.isInteger(value)) return { kind: 'steps', every: value }
  throw fields.refuse(key, 'is neither a whole number nor below 1')
}

/** A frequency from the name of a strategy and a number of steps. */
export function readStrategy(
  fields: ConfigFields,
  strategyKey: string,
  steps: Frequency | undefined,
): Frequency | undefined {
  const strategy = fields.choice(strategyKey, { no: 'no', steps: 'steps', epoch: 'epoch', best: 'best' } as const)
  switch (strategy) {
    case undefined:
      return undefined
    case 'no':
      return { kind: 'never' }
    case 'epoch':
      return { kind: 'epoch', times: 1 }
    case 'steps':
      return steps ?? { kind: 'steps', every: 500 }
    case 'best':
      throw fields.refuse(strategyKey, "is 'best'; name steps or epoch, and load_best_model_at_end")
  }
}

/** Checkpoints that are kept; 0 is no limit, as with no value. */
export function readMostCheckpoints(fields: ConfigFields): { readonly mostCheckpoints?: number } {
  const most = fields.number('save_total_limit', { least: 0, whole: true })
  return most ? { mostCheckpoints: most } : {}
}

/** Whether the best weights are kept; by validation loss is the one way that is carried out. */
export function readKeepBest(fields: ConfigFields): boolean {
  const metric = fields.text('metric_for_best_model')
  if (metric !== undefined && metric !== 'eval_loss' && metric !== 'loss')
    throw fields.refuse('metric_for_best_model', "is not 'eval_loss'")
  if (fields.flag('greater_is_better') === true)
    throw fields.refuse('greater_is_better', 'is true, a loss is better when smaller')
  return fields.flag('load_best_model_at_end') ?? false
}

/**
 * Whether layers are computed again on the way back. LLaMA-Factory does so unless told otherwise; here it is done where
 * it is asked for, since it changes memory and time and nothing else. Where else the values could be kept is not carried out.
 */
export function readCheckpointing(fields: ConfigFields): boolean {
  const asked = fields.textOrFlag('gradient_checkpointing') ?? false
  const elsewhere = ['unsloth', 'offload', 'offload_disk']
  if (typeof asked === 'string' && !elsewhere.includes(asked))
    throw fields.refuse('gradient_checkpointing', `is neither true or false nor one of ${elsewhere.join(', ')}`)
  if (typeof asked === 'string')
    fields.ignore('gradient_checkpointing', 'layers are computed again, and their inputs stay in memory')
  const isDisabled = fields.flag('disable_gradient_checkpointing') ?? false
  return asked !== false && !isDisabled
}
