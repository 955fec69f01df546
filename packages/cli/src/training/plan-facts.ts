import { createGraph, encodeModel, f32, matmul, type Runtime } from '@attestry/autograd'
import { clippingInWords } from '@attestry/core'
import type { PreparedFineTune } from '@attestry/lm'
import { count, duration, table, type Terminal } from '../terminal.js'
import { peopleRows, type PeopleFacts } from './people-facts.js'

/** What a training will take, before it starts. */
export interface PlanFacts extends Pick<PreparedFineTune, 'fitted'> {
  /** How each data file was read. */
  readonly data: readonly string[]
  readonly examples: number
  readonly validation: number
  readonly parameters: number
  readonly trainable: number
  readonly trainableShare: number
  readonly memoryBytes: number
  readonly steps: number
  /** In products of matrices, of all steps. */
  readonly flops: number
  readonly expectedMs: number
  readonly epsilon: number | null
  readonly noiseMultiplier: number | null
}

/** Floating-point operations per second in a product of matrices on this machine, now. */
export async function productRate(runtime: Runtime): Promise<number> {
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

export function factsOf({ plan, examples, validation, described, fitted }: PreparedFineTune, rate: number): PlanFacts {
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

/** Prints what a training will take, and what it will cost the people of its data where they are charged. */
export function describePlan(
  terminal: Terminal,
  { plan }: PreparedFineTune,
  facts: PlanFacts,
  people?: PeopleFacts,
): void {
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
          ? `epsilon ${privacy.epsilon.toFixed(3)} at delta ${privacy.delta} for any one example, noise multiplier ${privacy.noiseMultiplier.toFixed(3)}, ${clippingInWords(privacy)}`
          : 'none: the adapter may reveal its examples',
      ],
      ...(people ? peopleRows(people) : []),
    ]),
  )
}

const percent = (share: number): string => `${(100 * share).toPrecision(3)} %`
