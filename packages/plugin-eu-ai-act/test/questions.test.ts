import { describe, expect, it } from 'vitest'
import { assessments, codes, event, factsOf, options, run, signed, type Case } from './ready-run.js'

const without = (metric: string): Case['assessments'] & object => assessments.filter(one => one.metric !== metric)
const [dataset] = options.datasets

/** Each planted violation, and what is open because of it. Without the violation the same run is permitted. */
const violations: readonly (readonly [string, Case, string])[] = [
  ['an undecided risk', { options: { highRisk: 'unknown' } }, 'AIACT-E001 pending AIACT-6'],
  ['an answer that nobody signed', { attestations: signed.slice(1) }, 'AIACT-E001 pending AIACT-6'],
  [
    'an answer that names no purpose',
    { attestations: [{ kind: 'ai-act-classification' }, signed[1]!] },
    'AIACT-E001 pending AIACT-6',
  ],
  [
    'an answer for another purpose',
    { attestations: [{ kind: 'ai-act-classification', purpose: 'other' }, signed[1]!] },
    'AIACT-E001 pending AIACT-6',
  ],
  [
    'an answer that ran out',
    { attestations: [{ ...signed[0]!, expires: '2026-01-01' }, signed[1]!] },
    'AIACT-E001 pending AIACT-6',
  ],
  ['an undecided role', { options: { role: 'unknown' } }, 'AIACT-E002 pending AIACT-25(1)'],
  ['a role that nobody signed', { attestations: signed.slice(0, 1) }, 'AIACT-E002 pending AIACT-25(1)'],
  ['a barred use', { options: { use: ['triage', 'Social-Scoring'] } }, 'AIACT-E003 refused AIACT-5'],
  ['data of unknown origin', { options: { datasets: [] } }, 'AIACT-E004 refused AIACT-10(2)(b)'],
  [
    'data collected after the run began',
    { options: { datasets: [{ ...dataset!, collectedOn: '2027-01-01' }] } },
    'AIACT-E004 refused AIACT-10(2)(b)',
  ],
  [
    'no examination of bias',
    { assessments: without('demographic-parity-difference') },
    'AIACT-E005 refused AIACT-10(2)(f)',
  ],
  [
    'a gap without an interval',
    {
      assessments: [
        ...without('demographic-parity-difference'),
        { metric: 'demographic-parity-difference', attribute: 'sex', value: 0.04, n: 9 },
      ],
    },
    'AIACT-E005 refused AIACT-10(2)(f)',
  ],
  ['a gap in the log', { events: [0, 2].map(index => ({ index, event: event() })) }, 'AIACT-E006 refused AIACT-12(1)'],
  ['an empty log', { events: [] }, 'AIACT-E006 refused AIACT-12(1)'],
  [
    'a declared accuracy above what was measured',
    { options: { declared: { metric: 'accuracy', value: 0.94 } } },
    'AIACT-E007 refused AIACT-15(1)',
  ],
  [
    'a declared accuracy below what was measured',
    { options: { declared: { metric: 'accuracy', value: 0.8 } } },
    'AIACT-E007 refused AIACT-15(1)',
  ],
  [
    'a declared metric that nobody measured',
    { options: { declared: { metric: 'f1', value: 0.9 } } },
    'AIACT-E007 refused AIACT-15(1)',
  ],
  ['no attack on its inputs', { assessments: without('adversarial-accuracy') }, 'AIACT-E008 refused AIACT-15(4)'],
  [
    'no attack on what it remembers',
    { assessments: without('membership-inference-auc') },
    'AIACT-E008 refused AIACT-15(4)',
  ],
  [
    'an attack that could not be assessed',
    { assessments: [...without('adversarial-accuracy'), { metric: 'adversarial-accuracy', value: null, n: 0 }] },
    'AIACT-E008 refused AIACT-15(4)',
  ],
  ['people who are not told', { options: { disclosure: 'unknown' } }, 'AIACT-E009 refused AIACT-50'],
]

describe('a deployment under the AI Act', () => {
  it('is permitted when every question is met, with evidence for each', async () => {
    const { verdict, evidence } = await run()
    expect(verdict?.decision).toBe('permit')
    expect(evidence.every(({ outcome }) => outcome === 'pass')).toBe(true)
    expect(evidence).toHaveLength(11)
  })

  it.each(violations)('is denied for %s', async (_, given, expected) => {
    expect(codes(await run(given))).toEqual([expected])
  })

  it('asks less of a system that a person signed to be none of high risk, and never says so itself', async () => {
    const { declared: _, ...rest } = options
    const { verdict, evidence } = await run({
      options: { ...rest, highRisk: 'no-as-signed' },
      assessments: without('adversarial-accuracy'),
    })
    expect(verdict?.reasons.filter(({ kind }) => kind !== 'met').map(({ code }) => code)).toEqual([])
    expect(JSON.stringify([verdict, evidence])).not.toMatch(/not (a )?high.risk/i)
  })

  it('takes a system that declares no accuracy for one that must', async () => {
    const { declared: _, ...rest } = options
    const { evidence } = await run({ options: { ...rest, declared: undefined } as never })
    expect(evidence.find(({ type }) => type === 'declared-accuracy')?.outcome).toBe('fail')
  })
})

describe('what stands in the record for people to decide on', () => {
  it('is the share of the base model`s compute, with its inputs', async () => {
    const shareOf = async (given: Case) => factsOf(await run(given), 'compute')
    expect(await shareOf({ options: { baseModelFlop: 8e9 } })).toMatchObject({ trainingFlop: 4e9, share: 0.5 })
    expect(await shareOf({})).toMatchObject({ trainingFlop: 4e9, share: null })
    expect(await shareOf({ flops: null, options: { baseModelFlop: 8e9 } })).toMatchObject({
      trainingFlop: null,
      share: null,
    })
  })

  it('is what applied when the run began, from the dated table', async () => {
    const inForce = async (time: string): Promise<number> => {
      const facts = factsOf(await run({ events: [{ index: 0, event: event(time) }] }), 'dates-of-application')
      return (facts!.inForce as unknown[]).length
    }
    expect(await inForce('2025-02-01T00:00:00.000Z').catch(() => 0)).toBe(0)
    expect(await inForce('2026-11-20T00:00:00.000Z')).toBe(3)
    expect(await inForce('2028-08-02T00:00:00.000Z')).toBe(6)
  })
})
