import { describe, expect, it } from 'vitest'
import { certifiedRadius, errorCatalogue, robustness, weightyWords, type RobustnessOptions } from '../src/index.js'

/** One way to meet each code. */
const causes: Readonly<Record<string, () => unknown>> = {
  'ROBUST-E001': () => robustness({ rows: 1 } as RobustnessOptions),
  'ROBUST-E002': () =>
    weightyWords({ predict: async texts => texts.flatMap(() => [NaN, 1]), classes: 2, text: 'a word', label: 0 }),
  'ROBUST-E003': () => certifiedRadius({ successes: 5, trials: 4, alpha: 0.01, sigma: 1 }),
}

describe('the error catalogue', () => {
  it('explains every code in at least three sentences, with an example', () => {
    expect(Object.keys(errorCatalogue)).toEqual(Object.keys(causes))
    for (const { title, explanation, example } of Object.values(errorCatalogue)) {
      expect(title).toMatch(/^[a-z].*[^.]$/)
      expect(explanation.match(/[.?!](\s|$)/g)?.length).toBeGreaterThanOrEqual(3)
      expect(example.length).toBeGreaterThan(10)
    }
  })

  it.each(Object.keys(causes))('%s is met', async code => {
    await expect((async () => causes[code]!())()).rejects.toMatchObject({ code })
  })
})
