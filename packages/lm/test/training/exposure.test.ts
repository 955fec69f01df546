import { openRuntime } from '@attestry/autograd'
import { canaryExposure, canarySequences } from '@attestry/dp'
import { describe, expect, it } from 'vitest'
import { fineTune, planFineTune, type TokenExample } from '../../src/index.js'
import { smallModel } from '../small-model.js'

const space = { symbols: Array.from({ length: 16 }, (_, token) => token), length: 5 }
const prefix = 20

/** A secret after a fixed token; the model learns the secret alone. */
const exampleOf = (secret: readonly number[]): TokenExample => ({
  tokens: Int32Array.of(prefix, ...secret),
  labels: Int32Array.of(-100, ...secret),
})

/** Exposures of canaries under a model that was trained on `trained`. */
async function exposures(
  trained: readonly (readonly number[])[],
  canaries: readonly (readonly number[])[],
  references: readonly (readonly number[])[],
): Promise<number[]> {
  const model = await smallModel()
  const rows = trained.map(exampleOf)
  const plan = planFineTune(model, rows, {
    tuning: { kind: 'lora', lora: { rank: 4, alpha: 8, targetModules: ['q_proj', 'v_proj', 'down_proj'] } },
    epochs: 40,
    batchSize: 4,
    optimiser: { kind: 'adamw', weightDecay: 0 },
    learningRate: 0.02,
    schedule: { kind: 'cosine', warmup: { steps: 5 } },
    seed: 3,
  })
  const run = fineTune({
    model,
    examples: rows,
    plan,
    runtime: await openRuntime(),
    secret: new Uint8Array(32).fill(9),
  })
  while (await run.step());
  const lossOf = async (secret: readonly number[]): Promise<number> => (await run.validate([exampleOf(secret)])).loss
  const losses: number[] = []
  for (const reference of references) losses.push(await lossOf(reference))
  const found: number[] = []
  for (const canary of canaries) found.push(canaryExposure(await lossOf(canary), Float64Array.from(losses)).bits)
  await run.close()
  return found
}

describe('the exposure of canaries', () => {
  it('is high in a model that was trained on them, and low in one that was trained on others', async () => {
    const drawn = canarySequences(space, 159, { unsafeSeed: new Uint8Array(32).fill(7) })
    const [canaries, others, references] = [drawn.slice(0, 4), drawn.slice(4, 8), drawn.slice(8)]
    const remembered = await exposures(canaries, canaries, references)
    const forgotten = await exposures(others, canaries, references)
    // Of 151 references at most log2(152) = 7.2 bits can be seen.
    for (const bits of remembered) expect(bits).toBeGreaterThan(6)
    // A secret that nobody trained on has more than 6 bits with a chance of 1 / 64; three of four 1.5e-5.
    expect(forgotten.filter(bits => bits > 6).length).toBeLessThan(3)
    expect(Math.min(...forgotten)).toBeLessThan(Math.min(...remembered))
  })
})
