import { concatBatches, seededRandom, textValues } from '@attestry/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  batchOf,
  categories,
  codedColumn,
  enforceDisclosure,
  intervals,
  levelsOf,
  measureDisclosure,
  recode,
  unmetDemands,
  type ClosenessDemand,
  type Demands,
  type DiversityDemand,
  type EnforceOptions,
  type Hierarchy,
} from '../src/index.js'

const region = categories({ north: { ne: ['a', 'b'], nw: ['c'] }, south: { se: ['d', 'e'], sw: ['f'] } })
const ages = intervals({ from: 0, to: 32, widths: [4, 8] })

const row = fc.record({
  region: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
  age: fc.integer({ min: 0, max: 31 }),
  secret: fc.constantFrom('x', 'y', 'z'),
})
const table = fc
  .array(row, { minLength: 2, maxLength: 40 })
  .map(rows => batchOf({ region: rows.map(r => r.region), age: rows.map(r => r.age), secret: rows.map(r => r.secret) }))
const l = fc.double({ min: 1, max: 2.5, noNaN: true })
const diversity: fc.Arbitrary<DiversityDemand> = fc.oneof(
  fc.record({ column: fc.constant('secret'), kind: fc.constantFrom('distinct' as const, 'entropy' as const), l }),
  fc.record({
    column: fc.constant('secret'),
    kind: fc.constant('recursive' as const),
    l: fc.constantFrom(1, 2),
    c: fc.double({ min: 0.5, max: 3, noNaN: true }),
  }),
)
const closeness: fc.Arbitrary<ClosenessDemand> = fc.record({
  column: fc.constant('secret'),
  distance: fc.constantFrom('equal' as const, 'ordered' as const),
  t: fc.double({ min: 0.05, max: 0.6, noNaN: true }),
})
const demands: fc.Arbitrary<Demands> = fc.record({
  k: fc.integer({ min: 2, max: 6 }),
  diversity: fc.array(diversity, { maxLength: 2 }),
  closeness: fc.array(closeness, { maxLength: 1 }),
})
const suppressionLimit = fc.constantFrom(0, 0.1, 0.3)

const options = fc.oneof(
  fc.record({ demands, suppressionLimit }).map(
    (one): EnforceOptions => ({
      algorithm: 'lattice',
      quasiIdentifiers: { region, age: ages },
      suppressionLimit: one.suppressionLimit,
      ...one.demands,
    }),
  ),
  fc.record({ demands, byTree: fc.boolean() }).map(
    (one): EnforceOptions => ({
      algorithm: 'mondrian',
      quasiIdentifiers: one.byTree ? { region, age: ages } : { region: 'ordered', age: 'ordered' },
      ...one.demands,
    }),
  ),
)

it('a release keeps every demand and the suppression limit, or there is none', () => {
  let [released, refused] = [0, 0]
  fc.assert(
    fc.property(table, options, (batch, asked) => {
      try {
        const { batch: release, suppressed, loss } = enforceDisclosure(batch, asked)
        released++
        expect(unmetDemands(release, ['region', 'age'], asked)).toEqual([])
        const limit = asked.algorithm === 'lattice' ? asked.suppressionLimit! : 0
        expect(suppressed.length).toBeLessThanOrEqual(limit * batch.rowIds.length + 1e-9)
        expect(release.rowIds.length + suppressed.length).toBe(batch.rowIds.length)
        for (const share of [loss.certainty, loss.generalisation, loss.entropy]) {
          expect(share).toBeGreaterThanOrEqual(0)
          expect(share).toBeLessThanOrEqual(1 + 1e-12)
        }
      } catch (error) {
        expect(error).toMatchObject({ code: 'DISCLOSURE-E006' })
        expect((error as Error).message).not.toContain('was measured')
        refused++
      }
    }),
    { numRuns: 1000 },
  )
  expect(released).toBeGreaterThan(200)
  expect(refused).toBeGreaterThan(50)
})

/** Whether a label written by the package stands for the value. */
function covers(label: string | null, value: string, hierarchy?: Hierarchy): boolean {
  if (label === '*' || label === value) return true
  const range = /^\[(\d+), (\d+)([\])])$/.exec(label!)
  if (range) {
    const [low, high] = [Number(range[1]), Number(range[2])]
    return low <= Number(value) && (range[3] === ']' ? Number(value) <= high : Number(value) < high)
  }
  if (label!.startsWith('{')) return label!.slice(1, -1).split(', ').includes(value)
  return hierarchy!.path(value)!.some(({ text }) => text === label)
}

it('every generalised value covers the value that it stands for', () => {
  fc.assert(
    fc.property(table, options, (batch, asked) => {
      const relaxed = { ...asked, diversity: [], closeness: [], k: 2 }
      const { batch: release, suppressed } = enforceDisclosure(batch, relaxed)
      const kept = batch.rowIds.flatMap((_, place) => (suppressed.includes(place) ? [] : [place]))
      for (const name of ['region', 'age']) {
        const [before, after] = [textValues(batch, name), textValues(release, name)]
        kept.forEach((place, at) => expect(covers(after[at]!, before[place]!, region), `${after[at]}`).toBe(true))
      }
    }),
    { numRuns: 500 },
  )
})

/** All releases of full-domain recoding, by hand. */
function* everyNode(batch: ReturnType<typeof batchOf>, k: number, entropy = 1) {
  const columns = ['region', 'age'].map(name => codedColumn(batch, name))
  const levels = [levelsOf(columns[0]!, region), levelsOf(columns[1]!, ages)]
  const rows = batch.rowIds.length
  for (let first = 0; first < levels[0]!.length; first++)
    for (let second = 0; second < levels[1]!.length; second++) {
      const chosen = [levels[0]![first]!, levels[1]![second]!]
      const keys = batch.rowIds.map((_, place) =>
        chosen.map((level, c) => level.labelOf[columns[c]!.codes[place]!]).join('/'),
      )
      const size = (key: string): number => keys.filter(other => other === key).length
      const secrets = textValues(batch, 'secret')
      const diversity = (key: string): number => {
        const held = secrets.filter((_, place) => keys[place] === key)
        const shares = [...new Set(held)].map(one => held.filter(other => other === one).length / held.length)
        return Math.exp(shares.reduce((sum, share) => sum - share * Math.log(share), 0))
      }
      const kept = keys.map(key => size(key) >= k && diversity(key) >= entropy - 1e-9)
      const regionLoss = (place: number): number => {
        const values = columns[0]!.values
        const label = chosen[0]!.labelOf[columns[0]!.codes[place]!]
        const under = values.filter((_, code) => chosen[0]!.labelOf[code] === label).length
        return under === 1 ? 0 : under / values.length
      }
      const ageLoss = (place: number): number => {
        const numbers = columns[1]!.values as readonly number[]
        const [low, high] = [Math.min(...numbers), Math.max(...numbers)]
        if (low === high || second === 0) return 0
        if (second === levels[1]!.length - 1) return 1
        const width = second === 1 ? 4 : 8
        const start = Math.floor(numbers[columns[1]!.codes[place]!]! / width) * width
        return (Math.min(start + width, high) - Math.max(start, low)) / (high - low)
      }
      const loss =
        keys.reduce((sum, _, place) => sum + (kept[place] ? regionLoss(place) + ageLoss(place) : 2), 0) / (2 * rows)
      const classes = [...new Set(keys.filter((_, place) => kept[place]))]
      const suppressed = kept.filter(one => !one).length
      const discernibility = classes.reduce((sum, key) => sum + size(key) ** 2, 0) + suppressed * rows
      yield { levels: [first, second] as const, k: Math.min(...keys.map(size)), suppressed, loss, discernibility }
    }
}

it('no combination of levels loses less than the one that the lattice search finds', () => {
  // With suppression entropy is not inherited upwards: merging a class that keeps it with one that does not may lose both.
  const entropies = fc.constantFrom(1, 1, 1.9, 2.5)
  fc.assert(
    fc.property(table, fc.integer({ min: 2, max: 6 }), suppressionLimit, entropies, (batch, k, limit, entropy) => {
      const nodes = [...everyNode(batch, k, entropy)].filter(
        ({ suppressed }) => suppressed <= limit * batch.rowIds.length + 1e-9,
      )
      const diversity = [{ column: 'secret', kind: 'entropy', l: entropy }] as const
      const search = (loss: 'certainty' | 'discernibility') =>
        enforceDisclosure(batch, {
          algorithm: 'lattice',
          quasiIdentifiers: { region, age: ages },
          k,
          diversity,
          suppressionLimit: limit,
          loss,
        }).loss
      if (nodes.length === 0) {
        expect(() => search('certainty')).toThrow(expect.objectContaining({ code: 'DISCLOSURE-E006' }))
        return
      }
      expect(search('certainty').certainty).toBeCloseTo(Math.min(...nodes.map(({ loss }) => loss)), 9)
      expect(search('discernibility').discernibility).toBe(Math.min(...nodes.map(one => one.discernibility)))
    }),
    { numRuns: 500 },
  )
})

it('the lattice search looks at a small part of a large lattice', () => {
  const random = seededRandom(1)
  const column = (): number[] => Array.from({ length: 500 }, () => Math.floor(random() * 64))
  const batch = batchOf({ a: column(), b: column(), c: column(), d: column() })
  const halves = intervals({ from: 0, to: 64, widths: [2, 4, 8, 16, 32] })
  const { lattice } = enforceDisclosure(batch, {
    algorithm: 'lattice',
    quasiIdentifiers: { a: halves, b: halves, c: halves, d: halves },
    k: 5,
  })
  expect(lattice!.nodes).toBe(7 ** 4)
  expect(lattice!.looked).toBeLessThan(lattice!.nodes / 5)
})

it('k, diversity and closeness never get worse as levels rise', () => {
  const level = fc.integer({ min: 0, max: 3 })
  fc.assert(
    fc.property(table, level, level, level, level, (batch, a, b, c, d) => {
      const at = (first: number, second: number) => {
        const recoded = recode(batch, { region, age: ages }, { region: first, age: second })
        return measureDisclosure(recoded, { quasiIdentifiers: ['region', 'age'], sensitive: { secret: 'equal' } })
      }
      const [low, high] = [at(Math.min(a, b), Math.min(c, d)), at(Math.max(a, b), Math.max(c, d))]
      expect(high.k).toBeGreaterThanOrEqual(low.k)
      expect(high.prosecutor.mean).toBeLessThanOrEqual(low.prosecutor.mean)
      const [before, after] = [low.sensitive[0]!, high.sensitive[0]!]
      expect(after.distinct).toBeGreaterThanOrEqual(before.distinct)
      expect(after.recursive).toBeGreaterThanOrEqual(before.recursive)
      expect(after.entropy).toBeGreaterThanOrEqual(before.entropy - 1e-9)
      expect(after.closeness).toBeLessThanOrEqual(before.closeness + 1e-9)
    }),
    { numRuns: 500 },
  )
})

it('recoding to the levels that the search found gives its release, and the same for the population', () => {
  fc.assert(
    fc.property(table, table, (sample, others) => {
      const hierarchies = { region, age: ages }
      const { batch, lattice } = enforceDisclosure(sample, {
        algorithm: 'lattice',
        quasiIdentifiers: hierarchies,
        k: 2,
      })
      const recoded = recode(sample, hierarchies, lattice!.levels)
      for (const name of ['region', 'age']) expect(textValues(recoded, name)).toEqual(textValues(batch, name))
      const population = { table: recode(concatBatches([sample, others]), hierarchies, lattice!.levels) }
      const { prosecutor, journalist } = measureDisclosure(batch, { quasiIdentifiers: ['region', 'age'], population })
      expect(journalist!.max).toBeLessThanOrEqual(prosecutor.max)
      expect(journalist!.mean).toBeLessThanOrEqual(prosecutor.mean + 1e-12)
    }),
  )
})

it('recoding refuses levels that there are not', () => {
  const batch = batchOf({ age: [1, 2] })
  expect(() => recode(batch, { age: ages }, {})).toThrow(expect.objectContaining({ code: 'DISCLOSURE-E002' }))
  expect(() => recode(batch, { age: ages }, { age: 4 })).toThrow(expect.objectContaining({ code: 'DISCLOSURE-E003' }))
  expect(recode(batch, { age: ages }, { age: 0 })).toEqual(batch)
})
