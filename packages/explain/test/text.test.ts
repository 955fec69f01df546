import { seededRandom } from '@attestry/core'
import { describe, expect, it } from 'vitest'
import {
  agreementWithModel,
  checkOptions,
  explainTexts,
  mostPassages,
  passagesOf,
  showTokens,
  standIns,
  tokenise,
  tokenShapley,
} from '../src/index.js'
import { withoutPassage } from '../src/tokens.js'
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

  it('lie in at most 32 passages of one length, the last of which may be shorter', () => {
    const long = Array.from({ length: 200 }, (_, i) => 'w'.repeat(1 + (i % 9))).join(' ')
    const passages = passagesOf(long)
    expect(passages.map(({ length }) => length)).toEqual([...Array.from({ length: 28 }, () => 7), 4])
    expect(passages.length).toBeLessThanOrEqual(mostPassages)
    expect(long.slice(passages[1]!.from, passages[1]!.to).split(' ')).toEqual(long.split(' ').slice(7, 14))
    expect(passages.at(-1)!.to).toBe(long.length)
    expect(passagesOf(text)).toEqual(tokenise(text).map(token => ({ ...token, length: 1 })))
    expect([tokenise(''), passagesOf('')]).toEqual([[], []])
  })

  it('are replaced by as many words of another text, from any one on and round again', () => {
    const passages = passagesOf(Array.from({ length: 70 }, () => 'x').join(' '))
    const instead = standIns(passages, 'a b, c', seededRandom(3))
    expect(instead.join(' ').split(' ')).toHaveLength(70)
    expect(instead.join('')).toMatch(/a ?b ?, ?c ?a ?b/)
    expect(standIns(passages, ' ', seededRandom(3)).join('')).toBe('')
    const two = tokenise('one two three')
    expect(showTokens('one two three', two, [1, 0, 1], ['x', 'y', 'z'])).toBe('one y three')
  })

  it('are where they then are when one is taken out', () => {
    const left = withoutPassage('one two three', passagesOf('one two three'), 1)
    expect(left.text).toBe('one  three')
    expect(left.passages.map(({ from, to }) => left.text.slice(from, to))).toEqual(['one', 'three'])
  })

  it('are hidden without their neighbours', () => {
    const tokens = tokenise('one two three')
    expect(showTokens('one two three', tokens, [1, 0, 1])).toBe('one  three')
    expect(showTokens('one two three', tokens, [0, 0, 0])).toBe('  ')
  })
})

describe('Shapley values of tokens', () => {
  const sampling = { pairs: 2, background: [''], random: seededRandom(1) }

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

  it('say what a word brings to a model that averages over words, since the number of words stays', async () => {
    const weights: Record<string, number> = { refund: 2, late: 1.5, thanks: -3 }
    const mean = async (texts: readonly string[]): Promise<Float64Array> =>
      Float64Array.from(texts, one => {
        const words = tokenise(one).map(({ from, to }) => one.slice(from, to))
        return sigmoid(words.reduce((sum, word) => sum + (weights[word] ?? 0), 0) / Math.max(1, words.length))
      })
    // Every word says the same here, so that it hardly matters how many of them are left.
    const asked = 'refund late refund late refund late refund late refund late refund late'
    const others = ['we came by thanks to you', 'a note about nothing much', 'late again']
    const fidelityWith = async (background: readonly string[]): Promise<number> => {
      const attribution = await tokenShapley(mean, asked, { pairs: 16, background, random: seededRandom(4) })
      const settings = { confidence: 0.95, random: seededRandom(5) }
      return (await agreementWithModel([{ attribution, shown: attribution.shown }], 40, settings)).overall.value!
    }
    expect(await fidelityWith(others)).toBeGreaterThan(0.9)
    expect(await fidelityWith([''])).toBeLessThan(0.5)
  })

  it('start from the mean over the texts that stand in, by turns', async () => {
    const isLong = async (texts: readonly string[]): Promise<Float64Array> =>
      Float64Array.from(texts, one => (/long/.test(one) ? 1 : 0))
    const found = await tokenShapley(isLong, 'a b', { pairs: 4, background: ['long', 'no'], random: seededRandom(1) })
    expect([found.base, found.prediction]).toEqual([0.5, 0])
    expect(await found.shown([new Uint8Array(2), Uint8Array.of(1, 1)])).toEqual(Float64Array.of(0.5, 0))
  })

  it('name the places of a passage', async () => {
    const long = Array.from({ length: 70 }, (_, i) => (i === 31 ? 'urgent' : 'so')).join(' ')
    const { contributions } = await tokenShapley(bag, long, sampling)
    const [largest] = [...contributions].sort((a, b) => b.value - a.value)
    expect(largest).toMatchObject({ feature: 'passage of tokens 30 to 32', value: expect.closeTo(0.5, 9) as number })
  })

  it('are none for a text without tokens, and refuse a model that does not answer', async () => {
    expect(await tokenShapley(bag, ' ', sampling)).toMatchObject({ contributions: [], passages: [], residual: 0 })
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
    expect(facts.rows).toEqual({ test: 100, global: 40, explained: 20, background: 16 })
    expect(facts.fidelity.agreement.value).toBeGreaterThan(0.9)
    expect(facts.fidelity.stability.n).toBe(5)
    expect(Math.abs(facts.fidelity.randomModels.value!)).toBeLessThan(0.5)
    expect(facts.fidelity.deletion.ordered).toBeLessThan(facts.fidelity.deletion.random!)
    expect(facts.importance[1]!.rows[0]!.feature).toBe('word of 4 to 7 letters')
    expect(facts.local).toHaveLength(5)
    expect(facts.local[0]!.reasons[0]).toMatch(/^token \d+ \(word of 4 to 7 letters\) speaks (for|against) 'yes'/)
  })

  it('never lets a text stand in for itself', async () => {
    const saysA = async (asked: readonly string[]): Promise<Float64Array> =>
      Float64Array.from(asked, one => (/a/.test(one) ? 1 : 0))
    const { local } = await explainTexts({ ...task, texts: ['a a a', 'b b b'], labels: [1, 0], predict: saysA })
    expect(local.map(({ base, probability }) => [base, probability]).sort()).toEqual([
      [0, 1],
      [1, 0],
    ])
  })

  it('withholds reasons where a sum cannot say what the model does', async () => {
    const parity = async (asked: readonly string[]): Promise<Float64Array> =>
      Float64Array.from(asked, one => (one.length % 2 === 0 ? 0.9 : 0.1))
    const { fidelity, local } = await explainTexts({ ...task, predict: parity })
    expect(fidelity.agreement.value).toBeLessThan(0.5)
    expect(fidelity.withheld).toBe(20)
    expect(local[0]!.reasons).toEqual([])
    expect(local[0]!.withheld).toMatch(/agree with the model to an R² of -?\d/)
  })
})
