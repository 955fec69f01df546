import { sharesOf, type AttackSpace } from './attack-space.js'
import { likeliest } from './attacked-model.js'
import { project, randomStep } from './ball.js'
import type { RandomAttack } from './random-attack.js'

/** What a random attack needs, and how far and how often the gradient is followed. */
export interface GradientAttack extends RandomAttack {
  /** Steps of gradient descent; 1 is the fast gradient method. */
  readonly steps: number
  /** Beginnings: the first at the row itself, every other at a random point of the ball. */
  readonly starts: number
}

/**
 * Projected gradient descent on the loss of the likeliest wrong class. Gives the rows for which no wrong answer was found.
 *
 * The loss of the wrong class keeps a gradient where the right one is all but certain, so that confidence alone does not mask
 * the gradient.
 *
 * @throws ROBUST-E002
 * @see Goodfellow, Shlens, Szegedy 2015, arXiv 1412.6572; Madry et al. 2018, arXiv 1706.06083
 */
export async function gradientAttack(attack: GradientAttack): Promise<readonly number[]> {
  const { space, starts, epsilon, norm, random } = attack
  let standing = attack.rows
  for (let turn = 0; turn < starts && standing.length > 0; turn++) {
    const shares = sharesOf(space, standing)
    if (turn > 0)
      for (const [at, row] of standing.entries()) {
        const step = randomStep(space, row, epsilon * random(), norm, random)
        step.forEach((value, i) => (shares[at * step.length + i]! += value))
        project(space, row, shares, at, epsilon, norm)
      }
    standing = await descend(attack, standing, shares)
  }
  return standing
}

async function descend(
  { model, space, labels, norm, epsilon, steps }: GradientAttack,
  begun: readonly number[],
  from: Float64Array,
): Promise<readonly number[]> {
  const width = space.places.length
  // Far enough to cross the ball and come back: 2.5 epsilon in all, as Madry et al. do.
  const stride = steps === 1 ? epsilon : (2.5 * epsilon) / steps
  let [rows, shares] = [begun, from]
  for (let step = 0; step <= steps; step++) {
    const inputs = space.inputs(rows, shares)
    const probabilities = await model.probabilities(inputs)
    const right = Int32Array.from(rows, row => labels[row]!)
    const predicted = likeliest(probabilities, model.classes)
    const kept = rows.flatMap((_, at) => (predicted[at] === right[at] ? [at] : []))
    if (step === steps || kept.length === 0) return kept.map(at => rows[at]!)
    const wrong = likeliest(probabilities, model.classes, right)
    const slopes = await model.lossGradient(
      pick(inputs, kept, model.width) as Float32Array,
      Int32Array.from(kept, at => wrong[at]!),
    )
    shares = pick(shares, kept, width) as Float64Array
    rows = kept.map(at => rows[at]!)
    for (const [at, row] of rows.entries()) {
      const downhill = space.places.map((place, i) =>
        space.isFree[row * width + i] === 1 ? -slopes[at * model.width + place]! * space.span[i]! : 0,
      )
      const length = norm === 'l2' ? Math.hypot(...downhill) : 1
      for (const [i, slope] of downhill.entries())
        shares[at * width + i]! += stride * (norm === 'l2' ? (length === 0 ? 0 : slope / length) : Math.sign(slope))
      project(space, row, shares, at, epsilon, norm)
    }
  }
  return rows
}

function pick(
  values: Float32Array | Float64Array,
  rows: readonly number[],
  width: number,
): Float32Array | Float64Array {
  const picked = values.slice(0, rows.length * width)
  for (const [at, row] of rows.entries()) picked.set(values.subarray(row * width, (row + 1) * width), at * width)
  return picked
}
