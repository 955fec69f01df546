import { describe, expect, it } from 'vitest'
import {
  breakages,
  checkPrivateEngine,
  engineRules,
  exampleEngine,
  type Breakage,
  type EngineFinding,
  type EngineRule,
} from '../src/index.js'

const failed = async (broken?: Breakage): Promise<readonly string[]> =>
  (await checkPrivateEngine(exampleEngine(broken))).filter(({ outcome }) => outcome === 'fail').map(({ rule }) => rule)

/** The rule that names each breakage. */
const caughtBy: Readonly<Record<Breakage, EngineFinding['rule']>> = {
  'no clipping': 'clips each example',
  'clips the batch as a whole': 'treats examples one by one',
  'variance where the standard deviation belongs': 'adds noise of the planned deviation',
  'half the noise': 'adds noise of the planned deviation',
  'uniform noise': 'adds Gaussian noise',
  'the same noise in every step': 'draws noise anew in each step',
  'noise for each physical batch': 'does not depend on physical batches',
  'no noise for an empty batch': 'releases noise for an empty batch',
  'shuffled batches accounted as Poisson': 'draws batches as its sampler does',
  'draws more than it accounts for': 'draws batches as its sampler does',
  'tells the accountant another probability': 'accounts for what it did',
  'divides by the batch that was drawn': 'divides by the public batch',
  'floors the batch size': 'divides by the public batch',
  'Math.random': 'draws no randomness from Math.random',
  'batch normalisation': 'treats examples one by one',
  'a gradient that is not finite spreads': 'bears a gradient that is not finite',
  'weights that never change': 'changes every weight',
  'accumulation counted as one step': 'accounts for what it did',
  'fixed-size batches accounted as Poisson': 'draws batches as its sampler does',
  'tells the accountant of Poisson draws where it shuffles': 'accounts for what it did',
  'tells the accountant of Poisson draws where the size is fixed': 'accounts for what it did',
  'draws an example twice in a pass': 'draws batches as its sampler does',
  'takes one batch after another where it is to draw': 'draws batches as its sampler does',
  'never draws some of the examples': 'draws batches as its sampler does',
  'draws each example by itself where the size is fixed': 'draws batches as its sampler does',
  'counts without noise': 'adds noise of the planned deviation to the count',
  'counts with half the noise': 'adds noise of the planned deviation to the count',
  'counts with the noise of a gradient': 'draws noise of its own for the count',
  'counts over the batch that was drawn': 'counts an example as a half over the public batch',
  'counts an example as a whole': 'counts an example as a half over the public batch',
  'does not raise the noise of gradients for the count': 'adds noise of the planned deviation',
}

describe('the battery of private training', () => {
  it('lets an honest trainer pass every rule, with nothing undecided', async () => {
    const findings = await checkPrivateEngine(exampleEngine())
    expect(findings.filter(({ outcome }) => outcome !== 'pass')).toEqual([])
    expect(findings).toHaveLength(13)
  })

  it.each(['poisson', 'shuffled', 'fixed-size'] as const)(
    'lets one with %s batches and a clipping norm that follows a quantile pass three rules more',
    async sampler => {
      const findings = await checkPrivateEngine(exampleEngine(undefined, { sampler, isAdaptive: true }))
      expect(findings.filter(({ outcome }) => outcome !== 'pass')).toEqual([])
      expect(findings).toHaveLength(16)
    },
  )

  it.each(['shuffled', 'fixed-size'] as const)('lets one with %s batches of its own accounting pass', async sampler => {
    const findings = await checkPrivateEngine(exampleEngine(undefined, { sampler, isAdaptive: false }))
    expect(findings.filter(({ outcome }) => outcome !== 'pass')).toEqual([])
  })

  it('finds nothing else in a trainer that breaks one rule of the clipping norm', async () => {
    for (const broken of ['counts without noise', 'counts over the batch that was drawn'] as const)
      expect(new Set(await failed(broken)).has('adds noise of the planned deviation')).toBe(false)
    expect(await failed('does not raise the noise of gradients for the count')).not.toContain(
      'adds noise of the planned deviation to the count',
    )
  })

  it.each(breakages)('catches a trainer with: %s', async broken => {
    expect(await failed(broken)).toContain(caughtBy[broken])
  })

  it('catches a pass that draws every example, and one of them once more', async () => {
    const engine = exampleEngine(undefined, { sampler: 'shuffled', isAdaptive: false })
    const sample = async (step: number) => {
      const drawn = await engine.sample(step)
      return step === 2 ? [...drawn, (await engine.sample(1))[0]!] : drawn
    }
    const { outcome } = await engineRules['draws batches as its sampler does']({ ...engine, sample })
    expect(outcome).toBe('fail')
  })

  it('says undecided where an engine gives nothing to decide by', async () => {
    const { nonFinite, ...engine } = exampleEngine()
    expect(nonFinite).toBeDefined()
    const wide = { ...engine, plan: { ...engine.plan, clippingNorm: 1e6 } }
    const outcomeOf = async (rule: EngineRule): Promise<string> =>
      (await checkPrivateEngine(wide)).find(finding => finding.rule === rule)!.outcome
    expect(await outcomeOf('clips each example')).toBe('undecided')
    const { nextNorm, ...hidden } = exampleEngine(undefined, { sampler: 'poisson', isAdaptive: true })
    expect(nextNorm).toBeDefined()
    const undecided = (await checkPrivateEngine(hidden)).filter(({ outcome }) => outcome === 'undecided')
    expect(undecided).toHaveLength(3)
    expect(await outcomeOf('bears a gradient that is not finite')).toBe('undecided')
  })

  it('takes an error for a failure of the rule at hand, and goes on', async () => {
    const engine = exampleEngine()
    const findings = await checkPrivateEngine({
      ...engine,
      update: () => Promise.reject(new Error('out of memory')),
    })
    expect(findings.filter(({ outcome }) => outcome === 'fail').map(({ rule, detail }) => [rule, detail])).toEqual([
      ['divides by the public batch', 'it threw: out of memory'],
      ['changes every weight', 'it threw: out of memory'],
    ])
  })
})
