import type { Sampling } from '@attestry/core'

/** Examples of the example engine. */
export const rows = 400

/** How batches are drawn otherwise than by the plan's sampler. */
export type BrokenBatches =
  | 'one after another'
  | 'a fixed size'
  | 'too many'
  | 'not the last'
  | 'anew in a pass'
  | 'by themselves'

/** The batch of each step, the same whenever a step is asked for. */
export function exampleBatches(
  sampling: Sampling,
  batch: number,
  uniform: () => number,
  broken: BrokenBatches | undefined,
): (step: number) => readonly number[] {
  const drawn = new Map<number, readonly number[]>()
  const orders = new Map<number, readonly number[]>()
  const all = Array.from({ length: rows }, (_, i) => i)
  const shuffled = (some: readonly number[]): readonly number[] => {
    const order = [...some]
    for (let i = order.length - 1; i > 0; i--) {
      const j = Math.floor(uniform() * (i + 1))
      ;[order[i], order[j]] = [order[j]!, order[i]!]
    }
    return order
  }
  const draw = (step: number): readonly number[] => {
    if (broken === 'one after another') return Array.from({ length: batch }, (_, i) => (step * batch + i) % rows)
    if (broken === 'a fixed size') return shuffled(all).slice(0, batch)
    if (broken === 'not the last') return shuffled(all.slice(0, rows - 10)).slice(0, batch)
    if (broken === 'by themselves') return all.filter(() => uniform() < batch / rows)
    switch (sampling.sampler) {
      case 'poisson': {
        const q = sampling.samplingProbability * (broken === 'too many' ? 1.05 : 1)
        return all.filter(() => uniform() < q)
      }
      case 'fixed-size':
        return shuffled(all).slice(0, batch)
      case 'shuffled': {
        const pass = Math.floor((step - 1) / sampling.stepsPerEpoch)
        const order = (broken === 'anew in a pass' ? undefined : orders.get(pass)) ?? shuffled(all)
        orders.set(pass, order)
        const from = ((step - 1) % sampling.stepsPerEpoch) * batch
        return order.slice(from, from + batch)
      }
    }
  }
  return step => {
    const known = drawn.get(step) ?? draw(step)
    drawn.set(step, known)
    return known
  }
}
