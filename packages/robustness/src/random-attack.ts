import type { Random } from '@attestry/core'
import { sharesOf, type AttackSpace } from './attack-space.js'
import { likeliest, type AttackedModel } from './attacked-model.js'
import { project, randomStep, type Norm } from './ball.js'

/** What every attack on rows of a table needs. */
export interface RandomAttack {
  readonly model: AttackedModel
  readonly space: AttackSpace
  /** Class of each row of the space. */
  readonly labels: Int32Array
  /** Rows that are attacked: those that are right as they are. */
  readonly rows: readonly number[]
  readonly norm: Norm
  /** Largest change, as a share of the declared range. */
  readonly epsilon: number
  readonly random: Random
}

/** Rows that stay right under one random change of full size each: what an attack must beat. @throws ROBUST-E002 */
export async function randomNoise(attack: RandomAttack): Promise<readonly number[]> {
  const { model, space, labels, rows } = attack
  if (rows.length === 0) return []
  const predicted = likeliest(await model.probabilities(space.inputs(rows, noisy(attack, rows))), model.classes)
  return rows.filter((row, at) => predicted[at] === labels[row])
}

/**
 * Random search without gradients: changes some directions of the best point at a time, and keeps what brings the right
 * class closer to another. Gives the rows for which no wrong answer was found.
 *
 * @param queries predictions per row
 * @throws ROBUST-E002
 * @see Andriushchenko et al. 2020, arXiv 1912.00049 (the idea, without its squares)
 */
export async function randomSearch(attack: RandomAttack, queries: number): Promise<readonly number[]> {
  const { model, space, labels, norm, epsilon, random } = attack
  const width = space.places.length
  let rows = attack.rows
  let best = sharesOf(space, rows)
  let margins: readonly number[] = rows.map(() => Infinity)
  for (let query = 0; query < queries && rows.length > 0; query++) {
    const tried = query === 0 ? noisy(attack, rows) : best.slice()
    if (query > 0)
      for (const [at, row] of rows.entries()) {
        const step = randomStep(space, row, epsilon, norm, random)
        // Half of the directions at first, one in the end.
        const rate = Math.max(1 / width, 0.5 * (1 - query / queries))
        for (let i = 0; i < width; i++)
          if (random() < rate) tried[at * width + i] = space.start[row * width + i]! + step[i]!
        project(space, row, tried, at, epsilon, norm)
      }
    const probabilities = await model.probabilities(space.inputs(rows, tried))
    const right = Int32Array.from(rows, row => labels[row]!)
    const other = likeliest(probabilities, model.classes, right)
    const found = rows.map(
      (_, at) => probabilities[at * model.classes + right[at]!]! - probabilities[at * model.classes + other[at]!]!,
    )
    const predicted = likeliest(probabilities, model.classes)
    const kept = rows.flatMap((_, at) => (predicted[at] === right[at] ? [at] : []))
    const next = new Float64Array(kept.length * width)
    for (const [to, at] of kept.entries()) {
      const better = found[at]! < margins[at]! ? tried : best
      next.set(better.subarray(at * width, (at + 1) * width), to * width)
    }
    margins = kept.map(at => Math.min(found[at]!, margins[at]!))
    rows = kept.map(at => rows[at]!)
    best = next
  }
  return rows
}

function noisy({ space, norm, epsilon, random }: RandomAttack, rows: readonly number[]): Float64Array {
  const width = space.places.length
  const shares = sharesOf(space, rows)
  for (const [at, row] of rows.entries()) {
    randomStep(space, row, epsilon, norm, random).forEach((value, i) => (shares[at * width + i]! += value))
    project(space, row, shares, at, epsilon, norm)
  }
  return shares
}
