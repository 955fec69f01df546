import { checkOptimiser } from '@attestry/autograd'
import { notPlannable } from '../models/errors.js'
import type { FineTuneSettings } from './fine-tune-plan.js'

/** Finite, and still so among the 32-bit floats of a graph. */
const isPositive = (x: number): boolean => Math.fround(x) > 0 && Number.isFinite(Math.fround(x))
const isCount = (x: number): boolean => Number.isSafeInteger(x) && x >= 0

interface Rule {
  readonly holds: (x: number) => boolean
  readonly says: string
}

const positive: Rule = { holds: isPositive, says: 'a positive number' }
const whole: Rule = { holds: x => isCount(x) && x > 0, says: 'a whole number above 0' }
const count: Rule = { holds: isCount, says: 'a whole number of at least 0' }
const share: Rule = { holds: x => x >= 0 && x <= 1, says: 'a number from 0 to 1' }
const inside: Rule = { holds: x => x > 0 && x < 1, says: 'a number between 0 and 1' }
const rate: Rule = { holds: x => x > 0 && x <= 1, says: 'a number above 0 and at most 1' }
const chance: Rule = { holds: x => x >= 0 && x < 1, says: 'a number from 0 to below 1' }

/**
 * Refuses settings that no training can follow, whoever wrote them.
 *
 * @throws LM-E064 with the setting, AUTOGRAD-E012 for a setting of the optimiser
 */
export function checkSettings(settings: FineTuneSettings): void {
  const { epochs, batchSize, learningRate, maxSteps, physicalBatch, seed, maxGradientNorm, privacy, tuning } = settings
  const { warmup } = settings.schedule
  const adaptive = privacy?.adaptiveClipping
  const lora = tuning.kind === 'lora' ? tuning.lora : undefined
  const rules: readonly (readonly [name: string, value: number | undefined, rule: Rule])[] = [
    ['epochs', epochs, positive],
    ['batchSize', batchSize, positive],
    ['learningRate', learningRate, positive],
    ['maxSteps', maxSteps, whole],
    ['physicalBatch', physicalBatch, whole],
    ['seed', seed, count],
    ['maxGradientNorm', maxGradientNorm || undefined, positive],
    ['clippingNorm', privacy?.clippingNorm, positive],
    ['adaptiveClipping.quantile', adaptive?.quantile, inside],
    ['adaptiveClipping.learningRate', adaptive?.learningRate, rate],
    ['adaptiveClipping.countNoise', adaptive?.countNoise, positive],
    ['rank', lora?.rank, whole],
    ['alpha', lora?.alpha, positive],
    ['dropout', lora?.dropout, chance],
    ...('steps' in warmup
      ? ([['warmup.steps', warmup.steps, count]] as const)
      : ([
          ['warmup.share', warmup.share, share],
          ['warmup.most', warmup.most, count],
        ] as const)),
  ]
  for (const [name, value, { holds, says }] of rules)
    if (value !== undefined && !holds(value)) throw notPlannable(`${name} is ${value}, and not ${says}`)
  // The type has no such field: a config that asks for one must not be answered with another.
  const { sampler = 'poisson' } = (privacy ?? {}) as { readonly sampler?: unknown }
  if (sampler !== 'poisson') throw notPlannable("privacy.sampler is set, and examples are drawn by 'poisson' alone")
  checkOptimiser(settings.optimiser)
}
