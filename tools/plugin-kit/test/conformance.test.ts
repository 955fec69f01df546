import { describe, expect, it } from 'vitest'
import {
  ConsentRegistry,
  definePlugin,
  PiiScrubber,
  requireApprovals,
  textValues,
  token,
  type Control,
  type Plugin,
} from '@attestry/core'
import { changedNumbers, checkPlugin, conformance, deepFreeze, forbiddenClaims, type Finding } from '../src/index.js'

const control: Control = {
  id: 'HOUSE-1',
  title: 'Nothing on Fridays',
  citation: 'House rule 1',
  paraphrase: 'No model is deployed on a Friday.',
  class: ['enforced'],
  hooks: ['deploy'],
  evidence: ['weekday'],
  maxAge: 'P1Y',
  source: 'own',
  checkedOn: '2026-11-23',
  verified: true,
}

const good: Plugin = {
  name: 'attestry-plugin-house',
  version: '1.0.0',
  core: '^0.1.0',
  controls: [control],
  obligations: [requireApprovals(1, 'HOUSE-1')],
  hooks: { preprocess: batch => batch, deploy: () => ({ decision: 'permit' }) },
}

const freshness = { now: new Date('2026-12-01T00:00:00Z'), checkedWithin: 'P12M' } as const

const findings = (plugin: Plugin): Promise<readonly Finding[]> =>
  checkPlugin(
    definePlugin(() => plugin),
    { options: undefined, freshness },
  )

conformance(
  definePlugin(() => good),
  { options: undefined, freshness },
)

describe('checkPlugin', () => {
  it('finds nothing wrong with a plugin that keeps all rules', async () => {
    expect(await findings(good)).toEqual([])
  })

  const broken: readonly [string, Partial<Plugin>, RegExp][] = [
    ['an invalid version', { version: 'latest' }, /CORE-E002/],
    ['a kernel range that does not fit', { core: '^9.0.0' }, /CORE-E003/],
    ['a hook that does not exist', { hooks: { onDeploy: () => 1 } as never }, /CORE-E009/],
    ['two controls of one id', { controls: [control, control] }, /HOUSE-1 stands twice/],
    ['a control without a source', { controls: [{ ...control, source: ' ' }] }, /source is empty/],
    ['a control without a class', { controls: [{ ...control, class: [] }] }, /no class/],
    ['a control checked too long ago', { controls: [{ ...control, checkedOn: '2025-11-30' }] }, /more than P12M ago/],
    ['a control checked in the future', { controls: [{ ...control, checkedOn: '2027-01-01' }] }, /in the future/],
    ['a check on a day that does not exist', { controls: [{ ...control, checkedOn: '23.11.2026' }] }, /no ISO date/],
    ['a maxAge that is no duration', { controls: [{ ...control, maxAge: 'P' }] }, /is no duration/],
    ['an unknown place', { controls: [{ ...control, hooks: ['somewhere'] }] }, /no hook point or service/],
    ['an obligation for a foreign control', { obligations: [requireApprovals(1, 'HOUSE-2')] }, /none of its controls/],
    ['a claim that cannot be earned', { controls: [{ ...control, title: 'Makes you compliant' }] }, /'compliant'/],
    [
      'a service that is not declared',
      {
        hooks: {
          preprocess: (batch, context) => {
            context.get(PiiScrubber)
            return batch
          },
        },
      },
      /asked for the service PiiScrubber/,
    ],
    ['a needed service that nobody gave', { requires: [token<object>('Elsewhere')] }, /no plugin provides Elsewhere/],
    [
      'an undeclared service asked for at deploy, where a throw is a deny',
      {
        hooks: {
          deploy: (_, context) => (context.find(ConsentRegistry) ? { decision: 'permit' } : { decision: 'abstain' }),
        },
      },
      /asked for the service ConsentRegistry/,
    ],
    [
      'a handler that writes to its input',
      {
        hooks: {
          preprocess: batch => {
            ;(batch.rowIds as string[]).push('one more')
            return batch
          },
        },
      },
      /'preprocess' writes to its input/,
    ],
    [
      'a handler that writes to numbers in place',
      {
        hooks: {
          preprocess: batch => {
            for (const column of Object.values(batch.columns)) if (column.kind === 'number') column.values[0] = 99
            return batch
          },
        },
      },
      /writes to the numbers/,
    ],
    [
      'an answer that changes from run to run',
      {
        hooks: {
          preprocess: (() => {
            let calls = 0
            return batch => ({ ...batch, subjects: batch.subjects.map(() => String(calls++)) })
          })(),
        },
      },
      /two runs on the same input differ/,
    ],
    [
      'a throw without a code',
      {
        hooks: {
          preprocess: () => {
            throw new Error('no')
          },
        },
      },
      /failed in 'preprocess'/,
    ],
    ['a vote that is none', { hooks: { deploy: () => ({ decision: 'deny', reasons: [] }) } }, /gave no vote/],
    [
      'rows that vanish without evidence',
      { hooks: { preprocess: batch => ({ rowIds: [], subjects: [], columns: batch.columns }) } },
      /dropped rows have no evidence/,
    ],
    [
      'evidence for a control of somebody else',
      {
        hooks: {
          preprocess: async (batch, context) => {
            await context.evidence({ type: 'weekday', controls: ['GDPR-17'], outcome: 'pass', facts: {} })
            return batch
          },
        },
      },
      /evidence names GDPR-17/,
    ],
    [
      'a value of the data in its evidence',
      {
        hooks: {
          preprocess: async (batch, context) => {
            const seen = 'text' in batch.columns ? textValues(batch, 'text').join() : ''
            await context.evidence({ type: 'weekday', controls: ['HOUSE-1'], outcome: 'pass', facts: { seen } })
            return batch
          },
        },
      },
      /a value of the data is repeated/,
    ],
    [
      'a claim in what it says at deploy',
      {
        hooks: {
          deploy: () => ({
            decision: 'deny',
            reasons: [{ code: 'HOUSE-E001', note: 'not GDPR compliant', kind: 'refused' }],
          }),
        },
      },
      /'compliant' in/,
    ],
  ]

  it.each(broken)('finds %s', async (_, change, problem) => {
    const found = await findings({ ...good, ...change })
    expect(found.map(one => one.problem).join('\n')).toMatch(problem)
  })

  it('finds a schema that lets an unknown option pass', async () => {
    const lax = definePlugin((_: object) => good, {
      '~standard': { version: 1, validate: value => ({ value: value as object }) },
    })
    expect(await checkPlugin(lax, { options: {} })).toMatchObject([{ problem: expect.stringContaining('notAnOption') }])
  })

  it('finds a factory that was not made by definePlugin', async () => {
    const [first] = await checkPlugin((() => good) as never, { options: undefined })
    expect(first?.problem).toMatch(/not made by definePlugin/)
  })
})

describe('deepFreeze', () => {
  it('makes every level refuse writes', () => {
    const value = deepFreeze({ inner: { list: [1] } })
    expect(() => value.inner.list.push(2)).toThrow(TypeError)
  })
})

describe('changedNumbers', () => {
  it('names the columns that differ, and takes NaN as equal to NaN', () => {
    const batch = (values: number[]) => ({
      rowIds: ['1', '2'],
      subjects: ['a', 'b'],
      columns: { age: { kind: 'number' as const, values: Float64Array.from(values) } },
    })
    expect(changedNumbers(batch([1, NaN]), batch([1, NaN]))).toEqual([])
    expect(changedNumbers(batch([1, NaN]), batch([1, 0]))).toEqual(['age'])
  })
})

describe('forbiddenClaims', () => {
  it.each(['GDPR-compliant', 'certified by us', 'the data is anonymous', 'an immutable log', 'erased from the model'])(
    'finds the claim in "%s"',
    text => {
      expect(forbiddenClaims(text)).toHaveLength(1)
    },
  )

  it('leaves plain statements alone', () => {
    expect(forbiddenClaims('evidence for GDPR-17 is missing; officers certify reports')).toEqual([])
  })
})
