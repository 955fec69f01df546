import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PrivacyCharge } from '@attestry/core'
import { openLedger } from '@attestry/dp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSite, type Site } from './command-line.js'

let site: Site
beforeAll(() => {
  site = openSite(config => {
    config.plugins = [{ use: '@attestry/dp' }]
    config.training = {
      ...config.training,
      privacy: { epsilon: 3, delta: 1e-5, clippingNorm: 1, adaptiveClipping: {} },
    }
  })
})
afterAll(() => site.remove())

interface Spending {
  readonly dataset: string
  readonly epsilon: number
  readonly charges: readonly { readonly id: string; readonly epsilon: number; readonly at: string }[]
}
const ledger = (): readonly Spending[] =>
  (site.attestry('privacy', 'ledger', '--json').json() as { datasets: Spending[] }).datasets
const file = (): string => join(site.folder, '.attestry/privacy-ledger.jsonl')

// One story in order: each step builds on the one before.
describe.sequential('the privacy budget from the command line', () => {
  it('is untouched before anything was trained', () => {
    expect(ledger()).toEqual([])
    expect(site.attestry('privacy').out).toContain('nothing has been spent yet')
  })

  it('shows what a run spent on the dataset', () => {
    site.attestry('run')
    const [first] = ledger()
    expect(first!.charges).toHaveLength(1)
    expect(first!.epsilon).toBeGreaterThan(2.9)
    expect(first!.epsilon).toBeLessThanOrEqual(3)
    expect(site.attestry('privacy', 'ledger').out).toMatch(
      /sha256:[0-9a-f]{12} +(2\.9\d*|3) +0\.00001 +add-or-remove-one +1 +20/,
    )
    const told = site.attestry('privacy', 'ledger', first!.dataset.slice(7, 12)).out
    expect(told).toContain('for adding or removing one record, borne by everybody in it')
    expect(told).toMatch(/poisson sampling .*, clipping adaptive from 1 to quantile 0.5, count noise .*, noise .*, pld/)
  })

  it('is not overspent: a second run is refused before it trains', () => {
    const { code, err } = site.attestry('run')
    expect([code, err]).toEqual([1, expect.stringContaining('error[DP-E011]')])
    expect(ledger()[0]!.charges).toHaveLength(1)
  })

  it('adds up the charges of a dataset, and keeps datasets apart', async () => {
    const charge: PrivacyCharge = {
      dataset: 'sha256:feed',
      epsilon: 0.5,
      delta: 1e-6,
      adjacency: 'replace-one',
      mechanism: 'a histogram',
      id: 'first',
    }
    const limit = { epsilon: 2, delta: 1e-5 }
    await openLedger({ file: file() }).charge(charge, limit)
    await openLedger({ file: file() }).charge({ ...charge, id: 'second', epsilon: 0.25 }, limit)
    expect(ledger().map(({ epsilon, charges }) => [epsilon > 2.9, charges.length])).toEqual([
      [true, 1],
      [false, 2],
    ])
    expect(site.attestry('privacy', 'ledger', 'feed').out).toContain('epsilon 0.75 at delta 0.000002')
  })

  it('names no dataset that nothing was spent on', () => {
    expect(site.attestry('privacy', 'ledger', 'fade').err).toContain('error[CLI-E014]')
  })

  it('refuses a ledger that was changed', () => {
    const before = readFileSync(file(), 'utf8')
    writeFileSync(file(), before.replace('"epsilon":2.', '"epsilon":0.'))
    const { code, err } = site.attestry('privacy', 'ledger')
    expect([code, err]).toEqual([1, expect.stringContaining('error[DP-E012]')])
    writeFileSync(file(), before)
    appendFileSync(file(), 'half a li')
    expect(ledger()[0]!.charges).toHaveLength(1)
  })
})

describe('epsilon and noise before a training', () => {
  const words = ['--sampling', '0.01', '--steps', '1000', '--delta', '1e-6']

  it('follow from each other', () => {
    const noise = site.attestry('privacy', 'noise', '--epsilon', '1', ...words, '--json').json() as {
      noiseMultiplier: number
      epsilon: number
    }
    // Opacus and dp_accounting give 1.5627 for a tight accountant.
    expect(noise.noiseMultiplier).toBeCloseTo(1.563, 2)
    const back = ['privacy', 'epsilon', '--noise', String(noise.noiseMultiplier), ...words]
    const { epsilon, epsilonLower, epsilonWithoutSampling } = site.attestry(...back, '--json').json() as {
      epsilon: number
      epsilonLower: number
      epsilonWithoutSampling: number
    }
    expect(epsilon).toBe(noise.epsilon)
    expect(epsilonLower).toBeGreaterThan(0.99)
    expect(epsilonWithoutSampling).toBeGreaterThan(5)
    expect(site.attestry(...back).out).toContain('each record once in each of 10 epochs')
  })

  it('are those of the sampler that is named', () => {
    interface Answer {
      readonly epsilon: number
      readonly adjacency: string
      readonly epochs: number
      readonly epsilonWithoutSampling: number
    }
    const ask = (...more: string[]): Answer =>
      site.attestry('privacy', 'epsilon', '--noise', '8', '--delta', '1e-6', ...more, '--json').json() as Answer
    const shuffled = ask('--sampler', 'shuffled', '--pass', '100', '--steps', '1000')
    expect(shuffled).toMatchObject({ adjacency: 'replace-one', epochs: 10 })
    expect(shuffled.epsilon).toBe(shuffled.epsilonWithoutSampling)
    const fixed = ask('--sampler', 'fixed-size', '--sampling', '0.01', '--steps', '1000')
    expect(fixed).toMatchObject({ adjacency: 'replace-one', epochs: 10 })
    expect(fixed.epsilon).toBeLessThan(shuffled.epsilon)
    expect(fixed.epsilonWithoutSampling).toBe(shuffled.epsilon)
    expect(ask('--sampling', '0.01', '--steps', '1000')).toMatchObject({ adjacency: 'add-or-remove-one' })
  })

  it('are refused without a number, or with one out of range', () => {
    expect(site.attestry('privacy', 'epsilon', '--noise', '1', '--steps', '10').err).toContain('--sampling is missing')
    expect(site.attestry('privacy', 'epsilon', '--noise', 'much', ...words).err).toContain('error[CLI-E010]')
    expect(site.attestry('privacy', 'epsilon', '--noise=-1', ...words).err).toContain('error[DP-E006]')
    expect(site.attestry('privacy', 'noise', '--sampler', 'shuffled', '--epsilon', '1', ...words).err).toContain(
      '--pass is missing',
    )
    expect(site.attestry('privacy', 'noise', '--sampler', 'shuffle', '--epsilon', '1', ...words).err).toContain(
      'error[CLI-E019]',
    )
    expect(site.attestry('privacy', 'epsilom').err).toContain("did you mean 'epsilon'")
  })
})
