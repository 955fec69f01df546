import { seededRandom } from '@attestry/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyWords, restyle, restylings, typoAttack, typos, weightyWords, wordLeftOut, wordsOf } from '../src/index.js'

const random = seededRandom(4)
const [swap, drop, double, alike] = typos

/** Sure of class 1 as long as the text says 'urgent' in exactly these letters. */
const predict = async (texts: readonly string[]): Promise<Float32Array> =>
  Float32Array.from(texts.flatMap(text => (/urgent/.test(text) ? [0.1, 0.9] : [0.8, 0.2])))
const text = 'this order is urgent, please send it today to the north office'

describe('typos', () => {
  it('keep the first and the last letter, and change one place', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{4,12}$/), fc.integer({ min: 0, max: 0xffffffff }), (word, seed) => {
        for (const typo of [swap!, drop!, double!]) {
          const changed = typo.change(word, seededRandom(seed))
          if (changed === null) continue
          expect(changed).not.toBe('')
          expect([changed[0], changed.at(-1)]).toEqual([word[0], word.at(-1)])
          expect(Math.abs(changed.length - word.length)).toBe(typo === swap ? 0 : 1)
          if (typo === swap) expect([...changed].sort()).toEqual([...word].sort())
        }
      }),
    )
  })

  it('leave short words alone, and swap only letters that differ', () => {
    for (const typo of [swap!, drop!, double!]) expect(typo.change('the', random)).toBeNull()
    expect(swap!.change('aaaaaa', random)).toBeNull()
    expect(alike!.change('kkk', random)).toBeNull()
  })

  it('look the same as look-alikes, with another code point', () => {
    expect(alike!.change('NULL', random)).toBeNull()
    for (const letter of 'aceijopsxyvABCEHKMOPTX')
      expect(alike!.change(letter, random)!.codePointAt(0)).toBeGreaterThan(127)
    const changed = alike!.change('paper', random)!
    expect([...changed].length).toBe(5)
    expect(changed).not.toBe('paper')
    expect(
      [...changed].filter((letter, i) => letter !== 'paper'[i]).every(letter => letter.codePointAt(0)! > 127),
    ).toBe(true)
  })
})

describe('an attack on a text', () => {
  const target = { predict, classes: 2, text, label: 1 }

  it('finds the word that matters, and turns the class with one typo in it', async () => {
    const order = await weightyWords(target)
    expect(text.slice(order[0]!.from, order[0]!.to)).toBe('urgent')
    for (const typo of typos) {
      const { stays, queries, changedShare } = await typoAttack(target, typo, order, 3, random)
      expect(stays).toBe(false)
      expect(queries).toBeLessThanOrEqual(3)
      // A swap changes two letters.
      expect(changedShare).toBeCloseTo((typo === swap ? 2 : 1) / text.length, 12)
    }
  })

  it('can leave the word out whole, and counts its letters', async () => {
    const outcome = await typoAttack(target, wordLeftOut, await weightyWords(target), 1, random)
    expect(outcome).toEqual({ stays: false, queries: 1, changedShare: 'urgent'.length / text.length })
  })

  it('changes at most as many words as it may, each once, and tells that the class was kept', async () => {
    const seen: string[] = []
    const stubborn = async (texts: readonly string[]): Promise<Float32Array> => {
      seen.push(...texts)
      return Float32Array.from(texts.flatMap(() => [0.1, 0.9]))
    }
    const stubbornTarget = { ...target, predict: stubborn }
    const outcome = await typoAttack(stubbornTarget, double!, anyWords(text, random), 3, random)
    expect(outcome).toMatchObject({ stays: true, changedShare: 3 / text.length })
    expect(Math.max(...seen.map(one => one.length))).toBe(text.length + 3)
    // Words stay words: every letter of the text is still there, in its order.
    for (const one of seen) {
      let at = 0
      for (const letter of text) at = one.indexOf(letter, at) + 1
      expect(at).toBeGreaterThan(0)
    }
  })

  it('does less in words at random', async () => {
    let turned = 0
    for (let i = 0; i < 100; i++)
      if (!(await typoAttack(target, swap!, anyWords(text, random), 1, random)).stays) turned++
    // One of twelve words matters, some of the others are too short to count.
    expect(turned).toBeLessThan(40)
    expect(turned).toBeGreaterThan(0)
  })

  it('in another style is counted text by text', async () => {
    const [upper, lower] = restylings
    const both = [text, 'nothing special']
    expect((await restyle(predict, 2, both, [1, 0], upper!)).map(({ stays }) => stays)).toEqual([false, true])
    expect(await restyle(predict, 2, both, [1, 0], lower!)).toMatchObject([
      { stays: true, changedShare: 0 },
      { stays: true },
    ])
  })

  it('refuses answers that are none, and has nothing to do in an empty text', async () => {
    const mute = async (): Promise<Float32Array> => new Float32Array(0)
    await expect(weightyWords({ ...target, predict: mute })).rejects.toMatchObject({ code: 'ROBUST-E002' })
    expect(await weightyWords({ ...target, text: '' })).toEqual([])
    expect(await typoAttack({ ...target, text: '' }, swap!, [], 3, random)).toEqual({
      stays: true,
      queries: 0,
      changedShare: 0,
    })
    expect(wordsOf('a b c d', 2)).toHaveLength(2)
  })
})
