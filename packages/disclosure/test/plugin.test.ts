import {
  concatBatches,
  isPluginFactory,
  sha256,
  type EvaluateInput,
  type HookContext,
  type RecordBatch,
} from '@attestry/core'
import { batchOf as kitBatch, runPlugin, type PluginRun, type Row } from '@attestry/plugin-kit'
import { describe, expect, it } from 'vitest'
import { createEnforcedTally } from '../src/enforced-tally.js'
import { generaliseBatch } from '../src/generalise-batch.js'
import { disclosure, measureDisclosure, type DisclosureOptions } from '../src/index.js'

/** Two people for each of 20 ages, in two towns. */
const rows: readonly Row[] = Array.from({ length: 40 }, (_, i) => ({
  label: i % 2 === 0 ? 'yes' : 'no',
  age: 20 + (i >> 1),
  town: i < 20 ? 'north' : 'south',
  illness: ['flu', 'ulcer', 'gout'][i % 3]!,
}))
const loner: Row = { label: 'yes', age: 77, town: 'west', illness: 'flu' }

const declared = { quasiIdentifiers: ['age', 'town'], declaredBy: 'data protection officer' } as const
const demand = { k: 2 } as const
const enforce = {
  algorithm: 'lattice',
  generalise: { age: { intervals: { from: 0, to: 120, widths: [5, 10, 20] } }, town: 'value or nothing' },
} as const

const evaluating = (train: RecordBatch, test?: RecordBatch): EvaluateInput =>
  ({
    modelDigest: sha256('model'),
    trainRows: async function* () {
      yield train
    },
    testRows: async function* () {
      if (test) yield test
    },
  }) as unknown as EvaluateInput

const assess = (options: DisclosureOptions, found: readonly Row[] = rows): Promise<PluginRun> =>
  runPlugin(disclosure(options), { rows: found, evaluate: evaluating(kitBatch(found)) })
const value = ({ assessments }: PluginRun, metric: string): number | null | undefined =>
  assessments.find(one => one.metric === metric)?.value

describe('the disclosure plugin', () => {
  it('measures the stored rows, of training and testing together, and names who declared the columns', async () => {
    const half = (from: number): RecordBatch => kitBatch(rows.filter((_, i) => i % 2 === from))
    const run = await runPlugin(disclosure(declared), { rows, evaluate: evaluating(half(0), half(1)) })
    expect(value(run, 'smallest-class')).toBe(2)
    expect(value(run, 'reidentification-risk-prosecutor')).toBe(0.5)
    expect(value(run, 'unique-rows')).toBe(0)
    expect(value(run, 'reidentification-risk-journalist')).toBeNull()
    expect(run.evidence).toEqual([
      expect.objectContaining({
        type: 'disclosure-risk',
        outcome: 'info',
        facts: expect.objectContaining({
          declaredBy: 'data protection officer',
          k: 2,
          rows: 40,
          demand: null,
          enforced: null,
        }),
      }),
    ])
    expect(run.verdict).toEqual({ decision: 'deny', reasons: expect.anything() })
    expect(run.verdict!.reasons.map(({ code }) => code)).not.toContain('DISCLOSURE-E006')
  })

  it('passes what keeps the demand, and one planted person who stands alone turns it red', async () => {
    const kept = await assess({ ...declared, demand })
    expect(kept.evidence[0]).toMatchObject({ outcome: 'pass', facts: { unmet: [] } })
    expect(kept.verdict!.reasons.map(({ code }) => code)).not.toContain('DISCLOSURE-E006')

    const planted = await assess({ ...declared, demand }, [...rows, loner])
    expect(planted.evidence[0]).toMatchObject({ outcome: 'fail', facts: { k: 1, unmet: ['k is 1, 2 demanded'] } })
    expect(planted.verdict).toMatchObject({
      decision: 'deny',
      reasons: [{ code: 'DISCLOSURE-E006', note: 'k is 1, 2 demanded', kind: 'refused' }],
    })
  })

  it('turns red for a secret that a class shares, and for one that is distributed unlike the whole', async () => {
    const diversity = [{ column: 'illness', kind: 'distinct', l: 3 }] as const
    const closeness = [{ column: 'illness', distance: 'equal', t: 0.1 }] as const
    const shared = await assess({ ...declared, demand: { k: 2, diversity } })
    expect(shared.evidence[0]).toMatchObject({
      outcome: 'fail',
      facts: { unmet: [expect.stringContaining('distinct')] },
    })
    const skewed = await assess({ ...declared, demand: { k: 2, closeness } })
    expect(skewed.evidence[0]).toMatchObject({
      outcome: 'fail',
      facts: { unmet: [expect.stringContaining('closeness')] },
    })
  })

  it('denies deployment when nothing was measured', async () => {
    const { verdict } = await runPlugin(disclosure({ ...declared, demand }), { rows })
    expect(verdict!.reasons).toEqual([expect.objectContaining({ code: 'DISCLOSURE-E006' })])
  })

  it('assesses journalist risk once a population is declared, with its assumption', async () => {
    const run = await assess({ ...declared, populationSize: 4000 })
    expect(value(run, 'reidentification-risk-journalist')).toBeLessThan(0.05)
    expect(run.evidence[0]!.facts).toMatchObject({ journalist: { assumption: expect.stringContaining('4000 people') } })
  })

  it('writes evidence of plain numbers and declared names only: no value of a row, and no verdict on the data', async () => {
    const { evidence } = await assess({ ...declared, demand, sensitive: { illness: 'equal' } }, [...rows, loner])
    const text = JSON.stringify(evidence)
    for (const secret of ['north', 'west', 'flu', 'ulcer', 'gout']) expect(text).not.toContain(secret)
    expect(text.toLowerCase()).not.toContain('anonym')
    expect(JSON.parse(text)).toEqual(evidence)
  })
})

describe('enforcing', () => {
  it('comes after everybody who drops rows, as a row that goes later makes its class smaller', () => {
    expect(disclosure(declared).hooks!.preprocess).toMatchObject({ order: 'post' })
  })

  it('generalises what is stored until it keeps the demand, and records what that cost', async () => {
    const run = await runPlugin(disclosure({ ...declared, demand: { k: 5 }, enforce }), {
      rows,
      evaluate: evaluating(
        kitBatch([
          { age: '[20, 25)', town: 'north' },
          { age: '[20, 25)', town: 'north' },
        ]),
      ),
    })
    expect(measureDisclosure(run.batch, { quasiIdentifiers: ['age', 'town'] }).k).toBeGreaterThanOrEqual(5)
    expect(run.rows[0]).toMatchObject({ age: '[20, 25)', town: 'north' })
    expect(run.evidence[0]!.facts).toMatchObject({
      enforced: {
        algorithm: 'lattice',
        batches: 1,
        rows: 40,
        suppressedRows: 0,
        certainty: expect.closeTo(0.25 / 2, 1),
      },
    })
  })

  it('refuses a batch that cannot keep the demand', async () => {
    const plugin = disclosure({ ...declared, demand: { k: 41 }, enforce })
    await expect(runPlugin(plugin, { rows })).rejects.toMatchObject({
      code: 'DISCLOSURE-E006',
      notes: ['k is 40, 41 demanded'],
      where: { plugin: '@attestry/disclosure' },
    })
  })

  it('keeps numbers for a model that needs them', async () => {
    const options = { ...declared, demand, enforce: { ...enforce, numbers: 'midpoints' } } as const
    const { batch } = await runPlugin(disclosure(options), { rows: [...rows, loner, { ...loner, age: 78 }] })
    expect(batch.columns['age']!.kind).toBe('number')
  })

  it('batch by batch keeps the demand together, and counts what it may suppress over the run', async () => {
    const options = { ...declared, demand: { k: 4 }, enforce: { ...enforce, suppressionLimit: 0.05 } } as const
    const tally = createEnforcedTally()
    const context = {
      run: {
        config: { data: { label: 'label', classes: ['no', 'yes'], source: 'x', keep: ['age', 'town', 'illness'] } },
      },
      get: () => tally,
    } as unknown as HookContext
    const handle = (found: readonly Row[]) => generaliseBatch(options)(kitBatch(found), context)
    const released = [await handle(rows), await handle(rows), await handle([loner, { ...loner, age: 78 }])]
    expect(released.map(batch => batch.rowIds.length)).toEqual([40, 40, 0])
    const together = measureDisclosure(concatBatches(released), { quasiIdentifiers: ['age', 'town'] })
    expect(together.k).toBeGreaterThanOrEqual(4)
    expect(tally.totals()).toMatchObject({ batches: 3, rows: 82, suppressedRows: 2 })
    // Four of 85 are allowed, and two are gone already.
    expect(() => handle([loner, loner, loner])).toThrow(expect.objectContaining({ code: 'DISCLOSURE-E006' }))
  })
})

describe('options', () => {
  it('that contradict each other, are unknown or out of range are refused by name', () => {
    expect(isPluginFactory(disclosure)).toBe(true)
    const refused: readonly [object, string][] = [
      [{ ...declared, quasi: ['age'] }, 'quasi'],
      [{ quasiIdentifiers: ['age'] }, 'declaredBy'],
      [{ ...declared, demand: { k: 1 } }, 'demand.k'],
      [{ ...declared, enforce }, 'needs a demand'],
      [{ ...declared, demand, enforce: { ...enforce, generalise: { age: 'value or nothing' } } }, "'town'"],
      [
        { ...declared, demand, enforce: { ...enforce, generalise: { ...enforce.generalise, job: 'ordered' } } },
        "'job'",
      ],
      [
        { ...declared, demand, enforce: { ...enforce, generalise: { ...enforce.generalise, age: 'ordered' } } },
        'lattice',
      ],
      [{ ...declared, demand, enforce: { ...enforce, suppressionLimit: 1 } }, 'suppressionLimit'],
      [
        { ...declared, demand: { k: 2, closeness: [{ column: 'illness', distance: 'equal', t: 0.1 }] }, enforce },
        'not enforced',
      ],
    ]
    for (const [options, why] of refused)
      expect(() => disclosure(options as DisclosureOptions), why).toThrow(
        expect.objectContaining({ code: 'DISCLOSURE-E009', message: expect.stringContaining(why) }),
      )
    expect(disclosure.schema!['~standard'].validate({})).toHaveProperty('issues')
  })

  it('that name a column which the run does not keep are refused before anything is stored', async () => {
    const run = runPlugin(disclosure({ ...declared, quasiIdentifiers: ['age', 'postcode'] }), { rows })
    await expect(run).rejects.toMatchObject({ code: 'DISCLOSURE-E011', message: expect.stringContaining("'postcode'") })
  })

  it('name every kind of hierarchy', async () => {
    const rows = Array.from({ length: 4 }, (_, i) => ({
      label: 'yes',
      zip: `1305${i}`,
      born: `198${i}-01-0${i + 1}`,
      country: ['SE', 'FI', 'SE', 'FI'][i]!,
    }))
    const { rows: released } = await runPlugin(
      disclosure({
        quasiIdentifiers: ['zip', 'born', 'country'],
        declaredBy: 'data protection officer',
        demand: { k: 4 },
        enforce: {
          algorithm: 'lattice',
          generalise: {
            zip: { prefixes: { length: 5, keep: [4] } },
            born: { dates: ['year', 'decade'] },
            country: { categories: { North: ['SE', 'FI'], South: ['IT'] } },
          },
        },
      }),
      { rows },
    )
    expect(released[0]).toMatchObject({ zip: '1305*', born: '1980s', country: 'North' })
  })
})
