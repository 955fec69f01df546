import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  binOf,
  changeOf,
  chiSquareTail,
  holm,
  homogeneity,
  normalTails,
  populationStability,
  quantileEdges,
} from '../src/index.js'

describe('tails', () => {
  // SciPy 1.17.1, scipy.stats.chi2.sf.
  it.each([
    [0.5, 9, 0.9999695662588389],
    [18.044792450551647, 15, 0.26031801055255926],
    [255.72070282157756, 8, 1.0549708843984748e-50],
    [412.11595109045413, 1, 1.2692323099734006e-91],
  ])("of chi-square %d with %d degrees of freedom are SciPy's", (statistic, dof, p) => {
    expect(Math.abs(chiSquareTail(statistic, dof) / p - 1)).toBeLessThan(1e-8)
  })

  it("of the normal distribution are SciPy's", () => {
    expect(normalTails(1.959963984540054)).toBeCloseTo(0.05, 14)
    expect(normalTails(-0.1)).toBeCloseTo(0.920344325445942, 13)
    expect(normalTails(30) / 9.813427854295816e-198 - 1).toBeCloseTo(0, 8)
  })
})

describe('change of a proportion', () => {
  it("has Newcombe's interval and the pooled z test of statsmodels", () => {
    const change = changeOf({ count: 360, of: 400 }, { count: 80, of: 100 })!
    expect(change.difference).toBeCloseTo(0.1, 12)
    expect(change.interval[0]).toBeCloseTo(0.025504630553471283, 12)
    expect(change.p).toBeCloseTo(0.005915851074238025, 12)
  })

  it('is null without rows, and has p 1 when nothing varies', () => {
    expect(changeOf({ count: 0, of: 0 }, { count: 1, of: 2 })).toBeNull()
    expect(changeOf({ count: 5, of: 5 }, { count: 9, of: 9 })!.p).toBe(1)
  })
})

describe('holm', () => {
  it('adjusts as statsmodels does', () => {
    const adjusted = holm([0.01, 0.04, 0.03, 0.005])
    ;[0.03, 0.06, 0.06, 0.02].forEach((p, place) => expect(adjusted[place]).toBeCloseTo(p, 12))
  })

  it('keeps order, never lowers a p, and stays below 1', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 }), ps => {
        const adjusted = holm(ps)
        ps.forEach((p, i) => {
          expect(adjusted[i]).toBeGreaterThanOrEqual(p)
          expect(adjusted[i]).toBeLessThanOrEqual(1)
          ps.forEach((q, j) => {
            if (p < q) expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j]!)
          })
        })
      }),
    )
  })
})

describe('quantile bins', () => {
  it("have NumPy's linear quantiles as edges", () => {
    expect(quantileEdges([34, 1, 2, 2, 3, 5, 8, 55.5, 13, 21], 4)).toEqual([2.25, 6.5, 19])
  })

  it('merge where values repeat', () => {
    expect(quantileEdges([1, 1, 1, 1, 1, 2], 10)).toEqual([1, 1.5])
    expect(quantileEdges([], 10)).toEqual([])
  })

  it('take a value on an edge to the right', () => {
    expect([0, 1, 1.5, 2, 9].map(value => binOf([1, 2], value))).toEqual([0, 1, 1, 2, 2])
  })

  it('put every value between its edges', () => {
    const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true })
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1 }), finite, (values, value) => {
        const edges = quantileEdges(values, 10)
        const bin = binOf(edges, value)
        if (bin > 0) expect(value).toBeGreaterThanOrEqual(edges[bin - 1]!)
        if (bin < edges.length) expect(value).toBeLessThan(edges[bin]!)
      }),
    )
  })
})

describe('population stability index', () => {
  it('is the sum over bins of (r - c) ln(r / c)', () => {
    expect(populationStability([50, 50], [80, 20])).toBeCloseTo(0.3 * Math.log(1.6) + 0.3 * Math.log(2.5), 12)
  })

  it('raises an empty share to 1e-4', () => {
    expect(populationStability([1, 1], [2, 0])).toBeCloseTo(0.5 * Math.log(2) + (0.5 - 1e-4) * Math.log(0.5 / 1e-4), 12)
  })

  it('is 0 for equal shares, not below 0, and symmetric', () => {
    const histogram = fc.array(fc.nat(50), { minLength: 4, maxLength: 4 }).filter(bins => bins.some(bin => bin > 0))
    fc.assert(
      fc.property(histogram, histogram, (a, b) => {
        expect(
          populationStability(
            a,
            a.map(count => count * 3),
          ),
        ).toBeCloseTo(0, 12)
        expect(populationStability(a, b)!).toBeGreaterThanOrEqual(0)
        expect(populationStability(a, b)).toBeCloseTo(populationStability(b, a)!, 10)
      }),
    )
  })

  it('is null for an empty window', () => {
    expect(populationStability([1, 2], [0, 0])).toBeNull()
  })
})

describe('homogeneity', () => {
  it('ignores bins that no sample has', () => {
    expect(
      homogeneity([
        [10, 0, 20],
        [20, 0, 10],
      ]),
    ).toMatchObject({ degreesOfFreedom: 1 })
    expect(
      homogeneity([
        [10, 0, 20],
        [20, 0, 10],
      ])!.statistic,
    ).toBeCloseTo(20 / 3, 12)
  })

  it('is null when nothing can differ', () => {
    expect(
      homogeneity([
        [10, 0],
        [20, 0],
      ]),
    ).toBeNull()
    expect(
      homogeneity([
        [10, 5],
        [0, 0],
      ]),
    ).toBeNull()
  })
})
