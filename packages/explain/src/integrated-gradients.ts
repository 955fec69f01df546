import { attribution, type Attribution } from './attribution.js'
import { unfitting } from './errors.js'
import { checkGroups, type FeatureGroup } from './feature-group.js'
import { answers, type Gradient, type Predict } from './predict.js'

export interface GradientPath {
  readonly predict: Predict
  readonly gradient: Gradient
  readonly row: Float64Array
  /** What the row is compared with; an explanation means nothing without it. */
  readonly baseline: Float64Array
  readonly groups: readonly FeatureGroup[]
  /** Nodes of the quadrature; 32 suffice for smooth models, some hundred for networks with ReLU. */
  readonly nodes?: number
}

/**
 * Integrated gradients along the straight line from the baseline to the row:
 * (x - x') · ∫₀¹ ∂f(x' + t (x - x'))/∂x dt, by Gauss-Legendre quadrature.
 *
 * The contributions add up to f(x) - f(x') but for the error of the quadrature, which is the `residual`: compare it with
 * what you need, since a model with kinks has more of it.
 *
 * @throws EXPLAIN-E003, EXPLAIN-E004
 * @see Sundararajan, Taly, Yan 2017, arXiv 1703.01365, section 3
 */
export async function integratedGradients(path: GradientPath): Promise<Attribution> {
  const { predict, gradient, row, baseline, groups, nodes = 32 } = path
  const width = row.length
  if (baseline.length !== width)
    throw unfitting(`the baseline has ${baseline.length} columns, and the row has ${width}`)
  checkGroups(groups, width)
  const quadrature = gaussLegendre(nodes)
  const points = Float64Array.from({ length: nodes * width }, (_, at) => {
    const place = at % width
    return baseline[place]! + quadrature[Math.floor(at / width)]!.at * (row[place]! - baseline[place]!)
  })
  const slopes = await answers(gradient, points, points.length)
  const mean = new Float64Array(width)
  for (const [node, { weight }] of quadrature.entries())
    for (let place = 0; place < width; place++) mean[place]! += weight * slopes[node * width + place]!
  const ends = await answers(predict, Float64Array.from([...baseline, ...row]), 2)
  const contributions = groups.map(({ name, places }) => ({
    feature: name,
    value: places.reduce((sum, place) => sum + (row[place]! - baseline[place]!) * mean[place]!, 0),
    standardError: null,
  }))
  return attribution(ends[0]!, ends[1]!, contributions)
}

/**
 * Nodes and weights on [0, 1]; exact for polynomials up to degree 2n - 1. Newton's method on the Legendre polynomial.
 */
export function gaussLegendre(n: number): readonly { readonly at: number; readonly weight: number }[] {
  return Array.from({ length: n }, (_, i) => {
    let x = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5))
    let slope = 1
    for (let step = 0; step < 50; step++) {
      let [before, value] = [1, x]
      for (let k = 2; k <= n; k++) [before, value] = [value, ((2 * k - 1) * x * value - (k - 1) * before) / k]
      slope = (n * (before - x * value)) / (1 - x * x)
      const change = value / slope
      x -= change
      if (Math.abs(change) < 1e-16) break
    }
    return { at: (1 + x) / 2, weight: 1 / ((1 - x * x) * slope * slope) }
  })
}
