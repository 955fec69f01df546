import type { Frequency } from '../text/sft-settings.js'

/**
 * Whether something is due after a step, from 1.
 *
 * @param steps of the whole run
 * @param epochSteps of one pass over the examples, in expectation
 */
export function dueAfter(frequency: Frequency, steps: number, epochSteps: number): (step: number) => boolean {
  const every = (count: number): ((step: number) => boolean) => {
    const period = Math.max(1, Math.round(count))
    return step => step % period === 0
  }
  switch (frequency.kind) {
    case 'never':
      return () => false
    case 'steps':
      return every(frequency.every)
    case 'share':
      return every(frequency.of * steps)
    case 'epoch':
      return every(epochSteps / frequency.times)
  }
}
