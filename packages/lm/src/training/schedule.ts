import type { LearningSchedule } from '../text/sft-settings.js'

/** Steps over which the learning rate rises. */
export function warmupSteps({ warmup }: LearningSchedule, steps: number): number {
  if ('steps' in warmup) return Math.min(warmup.steps, steps)
  return Math.min(Math.ceil(warmup.share * steps), warmup.most ?? steps)
}

/**
 * Factor of the learning rate at a step from 1: rising evenly in the warm-up, then constant, or falling evenly or along
 * half a cosine to 0 after the last step.
 *
 * @see Loshchilov, Hutter 2017, arXiv 1608.03983, equation 5, without restarts (cosine)
 */
export function learningFactor(schedule: LearningSchedule, steps: number): (step: number) => number {
  const warmup = warmupSteps(schedule, steps)
  return step => {
    if (step <= warmup) return step / warmup
    const gone = (step - 1 - warmup) / Math.max(1, steps - warmup)
    switch (schedule.kind) {
      case 'constant':
        return 1
      case 'linear':
        return 1 - gone
      case 'cosine':
        return 0.5 * (1 + Math.cos(Math.PI * gone))
    }
  }
}
