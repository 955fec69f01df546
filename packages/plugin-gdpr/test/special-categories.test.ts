import { describe, expect, it } from 'vitest'
import type { Evidence, HookContext } from '@attestry/core'
import { batchOf, runPlugin, type PluginRun, type Row } from '@attestry/plugin-kit'
import { gdpr, gdprOptions, type GdprOptions } from '../src/index.js'
import { barSpecialCategories } from '../src/special-categories.js'

const run = (row: Row, options: Partial<GdprOptions> = {}): Promise<PluginRun> =>
  runPlugin(gdpr({ legalBasis: { kind: 'contract' }, ...options }), {
    rows: [{ text: 'hello', label: 'yes', ...row }],
    config: { data: { text: 'text', keep: Object.keys(row) } },
  })

const state = ({ controls }: PluginRun, id: string) => controls.find(({ control }) => control.id === id)?.state
const consented = { kind: 'special', exception: '9(2)(a)' } as const

describe('special categories of data', () => {
  it('supports both articles when nothing looks like them', async () => {
    const done = await run({ region: 'north', shoe: 44, bracelet: 'white', reunion: 'y' })
    expect(state(done, 'GDPR-9')).toBe('present')
    expect(state(done, 'GDPR-10')).toBe('present')
  })

  it.each([
    ['religion', 'x', 'GDPR-9'],
    ['Ethnicity', 'x', 'GDPR-9'],
    ['health_status', 'x', 'GDPR-9'],
    ['mainDiagnosis', 'x', 'GDPR-9'],
    ['trade-union', 'x', 'GDPR-9'],
    ['group', 'Muslim', 'GDPR-9'],
    ['category', ' hiv positive ', 'GDPR-9'],
    ['prior_convictions', 'x', 'GDPR-10'],
    ['criminal_record', 'x', 'GDPR-10'],
  ])('stops at the column %s with %s, for which nobody recorded an exception (%s)', async (column, value, control) => {
    const stopped = run({ [column]: value })
    await expect(stopped).rejects.toMatchObject({
      code: 'GDPR-E005',
      message: `no exception is recorded for '${column}'`,
      where: { control },
    })
    if (value.length > 3) await expect(stopped).rejects.not.toThrow(value)
  })

  it('records the failure as evidence before it stops', async () => {
    const recorded: Evidence[] = []
    const context = {
      run: { config: { data: { label: 'label' } } },
      datasetDigest: null,
      evidence: async (one: Evidence) => void recorded.push(one),
    } as unknown as HookContext
    const batch = batchOf([{ religion: 'x', label: 'yes' }])
    await expect(barSpecialCategories(batch, context, { legalBasis: { kind: 'contract' } })).rejects.toThrow()
    expect(recorded.map(({ controls, outcome }) => [controls, outcome])).toEqual([
      [['GDPR-9'], 'fail'],
      [['GDPR-10'], 'pass'],
    ])
  })

  it('lets a column pass whose exception is recorded, and says so in the evidence', async () => {
    const specialCategories = [{ column: 'religion', ...consented }]
    const done = await run({ religion: 'x' }, { specialCategories })
    expect(done.rows[0]).toHaveProperty('religion')
    expect(state(done, 'GDPR-9')).toBe('present')
    expect(done.evidence.find(({ controls }) => controls.includes('GDPR-9'))?.facts).toMatchObject({
      columns: [{ column: 'religion', exception: '9(2)(a)' }],
    })
  })

  it('an exception for one column covers no other', async () => {
    const specialCategories = [{ column: 'religion', ...consented }]
    await expect(run({ religion: 'x', disease: 'y' }, { specialCategories })).rejects.toMatchObject({
      message: "no exception is recorded for 'disease'",
    })
  })

  it('lets a column pass that only looks like one, and names it', async () => {
    const done = await run({ race: '100 m' }, { notSpecial: ['race'] })
    expect(state(done, 'GDPR-9')).toBe('present')
    expect(done.evidence.find(({ type }) => type === 'special-categories')?.facts).toMatchObject({
      saidNotToBe: ['race'],
    })
  })

  it('never minds a column that the config does not use: it is gone', async () => {
    const done = await runPlugin(gdpr({ legalBasis: { kind: 'contract' } }), {
      rows: [{ text: 'hello', label: 'yes', religion: 'x' }],
      config: { data: { text: 'text', keep: [] } },
    })
    expect(done.rows).toEqual([{ text: 'hello', label: 'yes' }])
  })

  it('takes only exceptions that the article lists', async () => {
    const validate = (kind: string, exception: string) =>
      gdprOptions['~standard'].validate({
        legalBasis: { kind: 'contract' },
        specialCategories: [{ column: 'x', kind, exception }],
      })
    for (const [kind, exception] of [
      ['special', '9(2)(k)'],
      ['special', '10: authorised by law'],
      ['criminal', '9(2)(a)'],
      ['special', ''],
    ])
      expect(await validate(kind!, exception!)).toHaveProperty('issues')
    expect(await validate('criminal', '10: authorised by law')).toHaveProperty('value')
  })
})
