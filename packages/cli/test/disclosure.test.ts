import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSite, rows, type Site } from './command-line.js'

let site: Site
beforeAll(() => {
  site = openSite()
  const lines = Array.from(
    { length: 60 },
    (_, i) =>
      `${i},${20 + (i % 30)},${['north', 'south', '"east, far"'][i % 3]},${['flu', 'ulcer', '"say ""gout"""'][(i % 7) % 3]}`,
  )
  site.write('people.csv', `id,age,town,illness\n${lines.join('\n')}\n`)
  site.write('towns.csv', 'north;mainland\nsouth;mainland\neast, far;islands\n')
  site.write('ages.csv', Array.from({ length: 30 }, (_, i) => `${20 + i};${i < 15 ? 'younger' : 'older'}\n`).join(''))
})
afterAll(() => site.remove())

const declared = ['people.csv', '--quasi', 'age,town', '--numeric', 'age', '--sensitive', 'illness'] as const
const disclosure = (verb: string, ...words: string[]) => site.attestry('disclosure', verb, ...declared, ...words)
const written = (name: string): string[] => readFileSync(join(site.folder, name), 'utf8').trimEnd().split('\n')

describe('disclosure from the command line', () => {
  it('measures a file, in words and as data', () => {
    const { code, out } = disclosure('measure', '--population', '6000')
    expect(code).toBe(0)
    expect(out).toContain('30, the smallest of 2 rows; 0 rows alone in theirs')
    expect(out).toMatch(/prosecutor risk +max 0\.5, mean 0\.5, above 0\.2 for 100 % of rows/)
    expect(out).toContain('with equal chance from 6000 people')
    expect(disclosure('measure', '--json').json()).toMatchObject({
      k: 2,
      rows: 60,
      leftOut: 0,
      journalist: null,
      unmet: [],
    })
  })

  it('says what is demanded and not kept, and exits with 3', () => {
    const { code, out } = disclosure('measure', '--k', '10')
    expect([code, out]).toEqual([3, expect.stringContaining('k is 2, 10 demanded')])
    expect(disclosure('measure', '--k', '2').code).toBe(0)
  })

  it('writes a release that keeps what is demanded when it is measured again, and nothing over a file that is there', () => {
    const { code, out } = disclosure('enforce', '--k', '10', '--l', '2', '--out', 'release.csv')
    expect([code, out]).toEqual([0, expect.stringContaining('columns that were not declared are as they were')])
    const [head, ...rows] = written('release.csv')
    expect([head, rows.length]).toEqual(['id,age,town,illness', 60])
    expect(rows[2]).toMatch(/,"say ""gout"""$/)
    expect(rows[0]).toMatch(/^0,"\[20, \d\d\]",/)
    const again = ['release.csv', '--quasi', 'age,town', '--sensitive', 'illness', '--k', '10', '--l', '2']
    expect(site.attestry('disclosure', 'measure', ...again).code).toBe(0)
    const taken = disclosure('enforce', '--k', '10', '--out', 'people.csv')
    expect([taken.code, taken.err]).toEqual([2, expect.stringContaining('error[CLI-E015]')])
    expect(written('people.csv')).toHaveLength(61)
  })

  it('takes levels of hierarchies from files', () => {
    const hierarchies = ['--hierarchy', 'age=ages.csv', '--hierarchy', 'town=towns.csv', '--algorithm', 'lattice']
    const found = disclosure('enforce', '--k', '8', ...hierarchies, '--out', 'levels.csv', '--json').json() as object
    expect(found).toMatchObject({ lattice: { levels: { age: 1, town: 0 } }, suppressed: 0, k: 10 })
    expect(written('levels.csv')[1]).toBe('0,younger,north,flu')
  })

  it('refuses what cannot be kept and what was not said, and writes nothing', () => {
    const refused: readonly [string[], string][] = [
      [['enforce', ...declared, '--k', '61', '--out', 'none.csv'], 'DISCLOSURE-E006'],
      [['enforce', ...declared, '--k', '1', '--out', 'none.csv'], 'DISCLOSURE-E003'],
      [['enforce', ...declared, '--k', 'ten', '--out', 'none.csv'], 'CLI-E010'],
      [['enforce', ...declared, '--k', '10'], 'CLI-E002'],
      [['enforce', ...declared, '--k', '10', '--algorithm', 'lattice', '--out', 'none.csv'], 'DISCLOSURE-E008'],
      [['enforce', ...declared, '--k', '10', '--hierarchy', 'age=gone.csv', '--out', 'none.csv'], 'CLI-E016'],
      [['enforce', ...declared, '--k', '10', '--out', 'no-folder/none.csv'], 'CLI-E016'],
      [['measure', 'people.csv'], 'CLI-E002'],
      [['measure', 'people.csv', '--quasi', 'postcode'], 'DATA-E005'],
      [['measure', 'gone.csv', '--quasi', 'age'], 'DATA-E001'],
      [['mesure', 'people.csv'], 'CLI-E001'],
      [[], 'CLI-E002'],
    ]
    for (const [words, code] of refused) {
      const found = site.attestry('disclosure', ...words)
      expect([found.code, found.err], words.join(' ')).toEqual([
        expect.any(Number),
        expect.stringContaining(`error[${code}]`),
      ])
      expect(found.code).not.toBe(0)
    }
    expect(existsSync(join(site.folder, 'none.csv'))).toBe(false)
  })
})

describe('disclosure in a run', () => {
  const options = { quasiIdentifiers: ['region'], declaredBy: 'data protection officer', demand: { k: 10 } }
  interface Outcome {
    readonly run: string
    readonly verdict: { readonly decision: string; readonly reasons: readonly { code: string; note: string }[] }
    readonly assessments: readonly { metric: string; value: number | null }[]
  }
  const run = (): Outcome => site.attestry('run', '--json').json()
  const unmet = ({ verdict }: Outcome) => verdict.reasons.filter(({ code }) => code === 'DISCLOSURE-E006')

  it('is measured over all stored rows, and one planted row that stands alone denies deployment', () => {
    site.configure(config => {
      config.plugins = [{ use: '@attestry/disclosure', options }]
    })
    const kept = run()
    expect(unmet(kept)).toEqual([])
    expect(kept.assessments.find(({ metric }) => metric === 'smallest-class')!.value).toBeGreaterThan(100)

    site.write('tickets.csv', `${rows()}1,1,island,yes\n`)
    const planted = run()
    expect(planted.verdict.decision).toBe('deny')
    expect(unmet(planted)).toEqual([expect.objectContaining({ note: 'k is 1, 10 demanded' })])
  })

  it('generalises features to the middles of their intervals, so that a model still trains on them', () => {
    site.write('tickets.csv', rows())
    const intervals = { from: -10, to: 10.001, widths: [2.5, 5] }
    site.configure(config => {
      // Enough steps that a model learns whichever batches are drawn.
      config.training.epochs = 20
      config.plugins = [
        {
          use: '@attestry/disclosure',
          options: {
            ...options,
            quasiIdentifiers: ['x', 'region'],
            enforce: {
              algorithm: 'lattice',
              generalise: { x: { intervals }, region: 'value or nothing' },
              numbers: 'midpoints',
            },
          },
        },
      ]
    })
    const generalised = run()
    expect(unmet(generalised)).toEqual([])
    const metric = (name: string) => generalised.assessments.find(one => one.metric === name)!.value!
    expect(metric('smallest-class')).toBeGreaterThanOrEqual(10)
    expect(metric('accuracy')).toBeGreaterThan(0.7)
  })
})
