import { describe, expect, it } from 'vitest'
import { breakages, checkPrivateEngine, exampleEngine, type Breakage, type EngineRule } from '../src/index.js'

const failed = async (broken?: Breakage): Promise<readonly string[]> =>
  (await checkPrivateEngine(exampleEngine(broken))).filter(({ outcome }) => outcome === 'fail').map(({ rule }) => rule)

/** The rule that names each breakage. */
const caughtBy: Readonly<Record<Breakage, EngineRule>> = {
  'no clipping': 'clips each example',
  'clips the batch as a whole': 'treats examples one by one',
  'variance where the standard deviation belongs': 'adds noise of the planned deviation',
  'half the noise': 'adds noise of the planned deviation',
  'uniform noise': 'adds Gaussian noise',
  'the same noise in every step': 'draws noise anew in each step',
  'noise for each physical batch': 'does not depend on physical batches',
  'no noise for an empty batch': 'releases noise for an empty batch',
  'shuffled batches accounted as Poisson': 'draws each example by itself',
  'draws more than it accounts for': 'draws each example by itself',
  'tells the accountant another probability': 'accounts for what it did',
  'divides by the batch that was drawn': 'divides by the public batch',
  'floors the batch size': 'divides by the public batch',
  'Math.random': 'draws no randomness from Math.random',
  'batch normalisation': 'treats examples one by one',
  'a gradient that is not finite spreads': 'bears a gradient that is not finite',
  'weights that never change': 'changes every weight',
  'accumulation counted as one step': 'accounts for what it did',
}

describe('the battery of private training', () => {
  it('lets an honest trainer pass every rule, with nothing undecided', async () => {
    const findings = await checkPrivateEngine(exampleEngine())
    expect(findings.filter(({ outcome }) => outcome !== 'pass')).toEqual([])
    expect(findings).toHaveLength(13)
  })

  it.each(breakages)('catches a trainer with: %s', async broken => {
    expect(await failed(broken)).toContain(caughtBy[broken])
  })

  it('says undecided where an engine gives nothing to decide by', async () => {
    const { nonFinite, ...engine } = exampleEngine()
    expect(nonFinite).toBeDefined()
    const wide = { ...engine, plan: { ...engine.plan, clippingNorm: 1e6 } }
    const outcomeOf = async (rule: EngineRule): Promise<string> =>
      (await checkPrivateEngine(wide)).find(finding => finding.rule === rule)!.outcome
    expect(await outcomeOf('clips each example')).toBe('undecided')
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
