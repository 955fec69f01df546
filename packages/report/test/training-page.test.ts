import { describe, expect, it } from 'vitest'
import { trainingPage } from '../src/index.js'
import { training } from './fixtures/training.js'

const textOf = (page: string): string =>
  page
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')

describe('the page of a training', () => {
  it('shows figures, curves with words for them, compute and privacy', () => {
    const page = trainingPage(training)
    const text = textOf(page)
    expect(text).toContain('120 of 150 stopped early; the weights of step 100 were written')
    expect(text).toContain('0.343% 460,800 of 134,515,008 parameters')
    expect(text).toContain('ε 6.71 of 7.50')
    expect(text).toContain('3.3e13 FLOP')
    expect(text).toContain('differentially private for adding or removing one record')
    expect(page.match(/<path class="line"/g)).toHaveLength(3)
    expect(page).toMatch(/aria-label="Epsilon spent: 0\.612 at step 1, 6\.71 at step 120/)
    expect(text).toContain('outside of a governed run')
  })

  it('says what is not known and what is not private, and draws no curve of nothing', () => {
    const { compute } = training
    const page = trainingPage({
      ...training,
      privacy: null,
      epsilons: training.epsilons.map(() => null),
      validations: [],
      compute: { ...compute, baseModel: { flops: null, source: 'not known: give --base-tokens' }, ratio: null },
    })
    const text = textOf(page)
    expect(text.match(/ not known /g)).toHaveLength(2)
    expect(text).toContain('may reveal its training rows')
    expect(text).toContain('there were no validation rows')
    expect(page.match(/<path class="line"/g)).toHaveLength(1)
  })

  it('escapes what it is given, and runs nothing', () => {
    const attack = '</title><script>alert(1)</script>'
    const page = trainingPage({ ...training, base: attack, details: { [attack]: [[attack, attack]] } })
    expect(page).not.toContain('<script')
    expect(page).toContain('default-src &#39;none&#39;')
    expect(trainingPage(training)).toBe(trainingPage(training))
  })
})
