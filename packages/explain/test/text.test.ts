import { seededRandom } from '@attestry/core'
import { describe, expect, it } from 'vitest'
import { explainTexts, mostTokens, checkOptions, showTokens, tokenise, tokenShapley } from '../src/index.js'
import { sigmoid } from './models.js'

const text = 'Please wire 1,200.50 to Zoë: URGENT!!'

/** Adds up what single words are worth. */
const bag = async (texts: readonly string[]): Promise<Float64Array> =>
  Float64Array.from(texts, one => (/urgent/i.test(one) ? 0.5 : 0) + (/wire/i.test(one) ? 0.2 : 0) + 0.1)

describe('tokens', () => {
  it('have a place and a kind, and no word', () => {
    expect(tokenise(text).map(({ kind }) => kind)).toEqual([
      'word of 4 to 7 letters',
      'word of 4 to 7 letters',
      'number',
      'word of 1 to 3 letters',
      'word of 1 to 3 letters',
      'signs',
      'word of 4 to 7 letters',
      'signs',
    ])
  })

  it('are at most 64, the last of which is the rest of the text', () => {
    const long = Array.from({ length: 200 }, (_, i) => `w${i}`).join(' ')
    const tokens = tokenise(long)
    expect(tokens).toHaveLength(mostTokens)
    expect(tokens.at(-1)).toEqual({
      kind: 'rest of the text',
      from: long.indexOf('w63') === -1 ? 0 : tokens.at(-1)!.from,
      to: long.length,
    })
    expect(tokenise('')).toEqual([])
  })

  it('are hidden without their neighbours', () => {
    const tokens = tokenise('one two three')
    expect(showTokens('one two three', tokens, [1, 0, 1])).toBe('one  three')
    expect(showTokens('one two three', tokens, [0, 0, 0])).toBe('  ')
  })
})

describe('Shapley values of tokens', () => {
  const sampling = { pairs: 2, random: seededRandom(1) }

  it('give each token its part where words add up', async () => {
    const found = await tokenShapley(bag, text, sampling)
    expect(found.base).toBeCloseTo(0.1, 12)
    expect(found.prediction).toBeCloseTo(0.8, 12)
    const weighty = found.contributions.filter(({ value }) => Math.abs(value) > 1e-9)
    expect(weighty.map(({ feature }) => feature)).toEqual([
      'token 1 (word of 4 to 7 letters)',
      'token 6 (word of 4 to 7 letters)',
    ])
  })

  it('share what two words say alike, and what they say only together', async () => {
    const model = (test: (one: string) => boolean) => async (texts: readonly string[]) =>
      Float64Array.from(texts, one => (test(one) ? 1 : 0))
    for (const says of [(one: string) => /now|soon/.test(one), (one: string) => /now.*soon/.test(one)]) {
      const found = await tokenShapley(model(says), 'now or soon', sampling)
      expect(found.contributions.map(({ value }) => value)).toEqual([0.5, 0, 0.5])
      expect(found.residual).toBe(0)
    }
  })

  it('are none for a text without tokens, and refuse a model that does not answer', async () => {
    expect(await tokenShapley(bag, ' ', sampling)).toMatchObject({ contributions: [], tokens: [], residual: 0 })
    const mute = async () => new Float64Array(0)
    await expect(tokenShapley(mute, 'a b', sampling)).rejects.toMatchObject({ code: 'EXPLAIN-E004' })
    await expect(tokenShapley(mute, ' ', sampling)).rejects.toMatchObject({ code: 'EXPLAIN-E004' })
  })
})

describe('the explanation of a model of texts', () => {
  const words = ['alpha', 'beta', 'Wojciechowska', 'invoice', '4111', 'soon']
  const texts = Array.from({ length: 40 }, (_, i) =>
    [words[i % 6], words[(i + 1) % 6], words[(i + 3) % 6], i % 2 ? 'urgent' : 'calm', 'ok'].join(' '),
  )
  const labels = texts.map(one => (one.includes('urgent') ? 1 : 0))
  const predict = async (asked: readonly string[]): Promise<Float64Array> =>
    Float64Array.from(asked, one =>
      sigmoid((/urgent/.test(one) ? 1.5 : -1) + (/calm/.test(one) ? -0.8 : 0) + (/4111/.test(one) ? 0.3 : 0)),
    )
  const task = {
    predict,
    classes: ['no', 'yes'],
    of: 1,
    testRows: 100,
    texts,
    labels,
    settings: checkOptions({}),
    seed: 1,
  }

  it('holds no word of any text', async () => {
    const written = JSON.stringify(await explainTexts(task))
    for (const word of [...words, 'urgent', 'calm']) expect(written).not.toContain(word)
  })

  it('is faithful where words add up, and says how many texts it rests on', async () => {
    const facts = await explainTexts(task)
    expect(facts.rows).toEqual({ test: 100, global: 40, explained: 20, background: 0 })
    expect(facts.fidelity.agreement.value).toBeGreaterThan(0.9)
    expect(facts.fidelity.stability.value).toBeGreaterThan(0.9)
    expect(Math.abs(facts.fidelity.randomModels.value!)).toBeLessThan(0.5)
    expect(facts.fidelity.deletion.ordered).toBeLessThan(facts.fidelity.deletion.random!)
    expect(facts.importance[1]!.rows[0]!.feature).toBe('word of 4 to 7 letters')
    expect(facts.local).toHaveLength(5)
    expect(facts.local[0]!.reasons[0]).toMatch(/^token \d+ \(word of 4 to 7 letters\) speaks (for|against) 'yes'/)
  })

  it('withholds reasons where a sum cannot say what the model does', async () => {
    const parity = async (asked: readonly string[]): Promise<Float64Array> =>
      Float64Array.from(asked, one => (tokenise(one).length % 2 === 0 ? 0.9 : 0.1))
    const { fidelity, local } = await explainTexts({ ...task, predict: parity })
    expect(fidelity.agreement.value).toBeLessThan(0.5)
    expect(fidelity.withheld).toBe(20)
    expect(local[0]!.reasons).toEqual([])
    expect(local[0]!.withheld).toMatch(/agree with the model to an R² of -?\d/)
  })
})
