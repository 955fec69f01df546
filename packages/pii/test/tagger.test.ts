import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { detect } from '../src/index.js'
import { resolveOverlaps } from '../src/resolve-overlaps.js'
import { bestTags, tagCount, transitionCount } from '../src/tagger/decode.js'
import { factsOf, gap } from '../src/tagger/facts.js'
import { featureCount, featuresOf } from '../src/tagger/features.js'
import { taggedNames } from '../src/tagger/names.js'
import { packagedTagger, readTagger, scoresOf, slotOf, markOf, writeTagger } from '../src/tagger/weights.js'
import { wordsOf } from '../src/words.js'

const file = join(import.meta.dirname, '../model/tagger.bin')

describe('the weights of the tagger', () => {
  it('are the file whose digest the README states, of at most 4 MB', () => {
    const bytes = readFileSync(file)
    const digest = createHash('sha256').update(bytes).digest('hex')
    const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')
    expect(readme).toContain(`${digest.slice(0, 12)}…${digest.slice(-5)}`)
    expect(bytes.length).toBeLessThanOrEqual(4_000_000)
  })

  it('are refused when they are cut short, too long, of another kind or of too many slots', () => {
    const bytes = new Uint8Array(readFileSync(file))
    const [otherKind, tooMany] = [Uint8Array.from(bytes), Uint8Array.from(bytes)]
    otherKind[0]! ^= 1
    tooMany[4] = 32
    for (const broken of [bytes.slice(0, -1), bytes.slice(0, 4), new Uint8Array(0), otherKind, tooMany])
      expect(() => readTagger(broken)).toThrow(expect.objectContaining({ code: 'PII-E012' }))
    const longer = new Uint8Array(bytes.length + 1)
    longer.set(bytes)
    expect(() => readTagger(longer)).toThrow(expect.objectContaining({ code: 'PII-E012' }))
  })

  it('are read as they were written, from any place in memory', () => {
    const slotMask = 15
    const marks = Uint16Array.from({ length: 16 }, (_, i) => i * 300)
    const weights = Int8Array.from({ length: 16 * tagCount }, (_, i) => (i % 255) - 127)
    const transitions = Int8Array.from({ length: transitionCount }, (_, i) => (i % 100) - 50)
    const bytes = writeTagger({ slotMask, marks, weights, transitions: new Float64Array(0) }, transitions, 0.5)
    const shifted = new Uint8Array(bytes.length + 3)
    shifted.set(bytes, 3)
    expect(readTagger(shifted.subarray(3))).toEqual({
      slotMask,
      marks,
      weights,
      transitions: Float64Array.from(transitions, weight => weight / 2),
    })
  })

  it('of one feature are those of the words that have it', () => {
    const facts = factsOf(wordsOf('seen by Quirrel'))
    const features = new Int32Array(featureCount)
    featuresOf(facts, 2, features)
    const marks = new Uint16Array(1024)
    const weights = new Int8Array(1024 * tagCount)
    const slot = slotOf(features[1]!, 1023)
    marks[slot] = markOf(features[1]!)
    weights.set([0, 9, 0, 0, 0, 0, -3], slot * tagCount)
    const { emissions } = scoresOf(facts, {
      slotMask: 1023,
      marks,
      weights,
      transitions: new Float64Array(transitionCount),
    })
    expect([...emissions.subarray(2 * tagCount)]).toEqual([0, 9, 0, 0, 0, 0, -3])
  })
})

describe('facts of words', () => {
  it('tell what stands before each word', () => {
    const text = 'Mr. Quirrel, of\nQuarkville 12 (see: Ann & Bo)\n\nwrites @jo a.b “Cy” - Di'
    expect([...factsOf(wordsOf(text)).gap]).toEqual([
      gap.edge,
      gap.sentence,
      gap.comma,
      gap.newline,
      gap.digits,
      gap.colon,
      gap.ampersand,
      gap.edge,
      gap.sign,
      gap.space,
      gap.joined,
      gap.opened,
      gap.closed,
      gap.edge,
    ])
  })

  it('are the same for a word with and without diacritics or a possessive ending', () => {
    const { hash, suffix3, prefix } = factsOf(wordsOf("Zoë ZOE zoe's"))
    for (const one of [hash, suffix3, prefix]) expect(new Set(one).size).toBe(1)
  })

  it('leave out of names words in small letters far from a capital, and parts of addresses of the web', () => {
    const { possible } = factsOf(wordsOf('the one who came last saw Ann of the three @Bo in www.Cy.org'))
    //                    the one who came last saw Ann of the three @Bo in www .Cy .org
    expect([...possible]).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 1, 1, 0, 0])
  })

  it('near a blank are the same whether the rest of the text is read or not', () => {
    const words = wordsOf(
      'We saw Ann Bo here and it was all rather fine. ￼ met Cy Di of Evora. There is much more to say of Flo Gee',
    )
    const all = factsOf(words)
    const near = factsOf(words, { onlyNearBlanks: true })
    const kept = [...near.possible.keys()].filter(word => near.possible[word] === 1)
    expect(kept.map(word => words.text.slice(words.start[word]!, words.end[word]!))).toEqual([
      'met',
      'Cy',
      'Di',
      'of',
      'Evora',
      'There',
      'is',
      'much',
    ])
    const [of, alone] = [new Int32Array(featureCount), new Int32Array(featureCount)]
    for (const word of kept) {
      featuresOf(all, word, of)
      featuresOf(near, word, alone)
      expect(alone).toEqual(of)
    }
  })
})

describe('the best tags', () => {
  const facts = (gaps: readonly number[]) => ({
    count: gaps.length,
    gap: Uint8Array.from([...gaps, gap.edge]),
    possible: new Uint8Array(gaps.length).fill(1),
  })

  it('score no less than any other sequence that may be', () => {
    const score = fc.integer({ min: -20, max: 20 })
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(gap.edge, gap.space, gap.comma, gap.sign), { minLength: 1, maxLength: 4 }),
        fc.array(score, { minLength: 4 * tagCount, maxLength: 4 * tagCount }),
        fc.array(score, { minLength: transitionCount, maxLength: transitionCount }),
        (gaps, emissions, transitions) => {
          const scores = { emissions: Float64Array.from(emissions), transitions: Float64Array.from(transitions) }
          const total = (tags: readonly number[]): number => {
            let sum = 0
            for (const [word, tag] of tags.entries()) {
              const before = tags[word - 1]
              const isInner = tag !== 0 && tag % 2 === 0
              if (isInner && (before === undefined || before < tag - 1 || before > tag)) return -Infinity
              if (isInner && gaps[word] !== gap.space && gaps[word] !== gap.comma) return -Infinity
              sum += emissions[word * tagCount + tag]!
              if (before !== undefined) sum += transitions[(gaps[word]! * tagCount + before) * tagCount + tag]!
            }
            return sum
          }
          const all = (length: number): readonly (readonly number[])[] =>
            length === 0 ? [[]] : all(length - 1).flatMap(head => [0, 1, 2, 3, 4, 5, 6].map(tag => [...head, tag]))
          const best = Math.max(...all(gaps.length).map(total))
          expect(total([...bestTags(facts(gaps), scores)])).toBe(best)
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('names by the tagger', () => {
  const found = (text: string): readonly string[] => {
    const words = wordsOf(text)
    return taggedNames(words, packagedTagger()).map(
      ({ kind, first, last }) => `${kind} ${text.slice(words.start[first]!, words.end[last]!)}`,
    )
  }

  it('are told from the words around them, known or not', () => {
    expect(found('We spoke with Quirrel Zandova, who lives in Wuppertal and works for Quirrel Holdings.')).toEqual([
      '1 Quirrel Zandova',
      '2 Wuppertal',
      '3 Quirrel Holdings',
    ])
  })

  it('are no diseases, months, products or plain words with capitals', () => {
    for (const text of [
      "She has Parkinson's disease and takes Metformin.",
      'In May and June we had a meeting every Tuesday.',
      'My Card Was Declined At The Shop, Why?',
      'Can I pay with Visa or Mastercard?',
    ])
      expect(found(text)).toEqual([])
  })

  it('are found in small letters where the table of names has them', () => {
    expect(found('i met radmila badenhorst in wuppertal')).toEqual(['1 radmila badenhorst', '2 wuppertal'])
  })

  it('are countries and states apart from towns, for policies that let those stay', () => {
    const rules = (text: string): readonly string[] =>
      detect(`Write to jo@example.org. ${text}`).map(({ rule, start }) => (start > 24 ? rule : ''))
    expect(rules('Bad Homburg was quiet')).toContain('location/tagger')
    expect(rules('Turkmenistan was quiet')).not.toContain('location/tagger')
  })

  it('give way to what a rule found, and are not cut to what it left', () => {
    const guess = { type: 'PERSON', start: 0, end: 10, score: 0.6, rule: 'person/tagger', isGuess: true } as const
    const email = { type: 'EMAIL', start: 4, end: 8, score: 0.9, rule: 'email' } as const
    expect(resolveOverlaps('abcdefghijkl', [guess, email])).toEqual([email])
    expect(resolveOverlaps('abcdefghijkl', [guess])).toEqual([guess])
  })

  it('of places and firms count only in company', () => {
    const rules = (text: string): readonly string[] => detect(text).map(({ rule }) => rule)
    expect(rules('the parcel for Radmila came back to jo@example.org in Wuppertal')).toContain('person/tagger')
    expect(rules('We saw Radmila Quirrelson yesterday')).toEqual(['person/tagger'])
    expect(rules('The weather in Kuala Lumpur is fine')).toEqual([])
    expect(rules('We like Wuppertal and Geneva')).toEqual([])
    expect(rules('We like Wuppertal and Geneva, says jo@example.org')).toContain('location/tagger')
  })
})
