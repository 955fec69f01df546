import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { detect } from '../src/index.js'
import { commonness, mostCommon } from '../src/gazetteer/common-words.js'
import { oneCase, raiseNames, raiseRareWords } from '../src/raise-case.js'
import { caselessFactsOf } from '../src/tagger/caseless-facts.js'
import { factsOf } from '../src/tagger/facts.js'
import { featureCount, featuresOf } from '../src/tagger/features.js'
import { namesOf } from '../src/tagger/names.js'
import { packagedCaselessTagger } from '../src/tagger/weights.js'
import { signsOf } from '../src/text-signs.js'
import { hashOfFolded, wordsOf } from '../src/words.js'

const small = (text: string): string | undefined => oneCase(text, signsOf(text))
const found = (text: string): readonly string[] =>
  detect(text).map(({ type, start, end }) => `${type} ${text.slice(start, end)}`)

describe('the files for texts of one case', () => {
  it.each(['caseless-tagger.bin', 'common-words.bin'])(
    '%s has the digest that the README states, and all weights are at most 6 MB',
    file => {
      const read = (name: string): Uint8Array => readFileSync(join(import.meta.dirname, '../model', name))
      const digest = createHash('sha256').update(read(file)).digest('hex')
      const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')
      expect(readme).toContain(`${digest.slice(0, 12)}…${digest.slice(-5)}`)
      expect(read('tagger.bin').length + read('caseless-tagger.bin').length).toBeLessThanOrEqual(6_000_000)
    },
  )

  it('know how common words are', () => {
    const of = (word: string): number => commonness(hashOfFolded(word))
    expect(of('the')).toBe(mostCommon)
    expect(of('mark')).toBe(mostCommon)
    expect(of('baker')).toBeGreaterThan(mostCommon)
    expect(of('nosotros')).toBe(6)
    expect(of('badenhorst')).toBe(0)
  })
})

describe('a text of one case', () => {
  it('is one whose letters are all small, or all capitals but for a few that have none', () => {
    expect(small('we saw her')).toBe('we saw her')
    expect(small('WE SAW HER')).toBe('we saw her')
    const german = 'WIR TRAFEN SIE IN DER HAUPTSTRAßE IN WUPPERTAL'
    expect(small(german)).toBe(german.toLowerCase())
    for (const text of ['We saw her', 'we saw IT', 'WE saw HER', 'CALL jo AT ONCE', '12:30', 'OK', 'الآن'])
      expect(small(text)).toBeUndefined()
  })

  it('is not one when more than one letter for twenty capitals is small', () => {
    expect(small(`${'ABCDE '.repeat(11)}xyz`)).toBeUndefined()
    expect(small(`${'ABCDE '.repeat(12)}xyz`)).toBeDefined()
  })
})

describe('capitals for a text in small letters', () => {
  it('go to the words of names, to nationalities and to codes beside digits', () => {
    const words = wordsOf('radmila de groot, a dutch nurse of springfield il 62701, took ab12 home')
    const name = { kind: 1, first: 0, last: 2, margin: 0, isListed: true, isRegion: false }
    expect(raiseNames(words, [name])).toBe('Radmila de Groot, a Dutch nurse of springfield IL 62701, took AB12 home')
  })

  it('go to words that are not common, where streets are looked for', () => {
    expect(raiseRareWords(wordsOf('send it to 12 quark street in springfield il 62701'))).toBe(
      'send it to 12 Quark street in Springfield IL 62701',
    )
  })

  it('keep every place where it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), text => {
        const words = wordsOf(text)
        const name = { kind: 1, first: 0, last: words.count, margin: 0, isListed: true, isRegion: false }
        for (const raised of [raiseNames(words, [name]), raiseRareWords(words)]) {
          expect(raised.length).toBe(text.length)
          expect(raised.toUpperCase()).toBe(text.toUpperCase())
        }
      }),
    )
  })
})

describe('facts of words without case', () => {
  it('say how common each is where its shape would stand', () => {
    const { shape } = caselessFactsOf(wordsOf('the baker badenhorst nosotros'))
    expect([...shape]).toEqual([19, 21, 18, 24])
  })

  it('leave out the most common words away from others, and parts of addresses of the web', () => {
    const text = 'it is what we should have done before quirrel came and if they could then see all @bo'
    const { possible } = caselessFactsOf(wordsOf(text))
    const kept = text.split(' ').filter((_, word) => possible[word] === 1)
    expect(kept).toEqual(['before', 'quirrel', 'came', 'then', 'see', 'all'])
  })

  it('near a blank are the same whether the rest of the text is read or not', () => {
    const words = wordsOf('ann bo was here and it was all for the one. ￼ met cy di and then all of us went to flo gee')
    const [all, near] = [caselessFactsOf(words), caselessFactsOf(words, { onlyNearBlanks: true })]
    const kept = [...near.possible.keys()].filter(word => near.possible[word] === 1)
    expect(kept.length).toBeGreaterThan(2)
    const textOf = (word: number): string => words.text.slice(words.start[word]!, words.end[word]!)
    expect(kept.map(textOf)).toContain('cy')
    expect(kept.map(textOf)).not.toContain('flo')
    expect(kept.length).toBeLessThan(all.possible.filter(one => one === 1).length)
    const [of, alone] = [new Int32Array(featureCount), new Int32Array(featureCount)]
    for (const word of kept) {
      featuresOf(all, word, of)
      featuresOf(near, word, alone)
      expect(alone).toEqual(of)
    }
  })
})

describe('words near a blank', () => {
  it.each([
    'ala ￼: ',
    'ala ￼',
    'ala .￼................ wrote',
    '￼: ala',
    'we saw ala ￼ (............................) ',
  ])('are kept where other signs stand beside it: %j', text => {
    for (const facts of [caselessFactsOf, factsOf]) {
      const words = wordsOf(facts === factsOf ? text.replace('ala', 'Ala') : text)
      const word = [...words.start].findIndex((_, i) => words.folded(i) === 'ala')
      expect(facts(words, { onlyNearBlanks: true }).possible[word]).toBe(1)
    }
  })
})

describe('names in a text of one case', () => {
  const tagged = (text: string): readonly string[] => {
    const words = wordsOf(text)
    return namesOf(caselessFactsOf(words), packagedCaselessTagger()).map(
      ({ kind, first, last }) => `${kind} ${text.slice(words.start[first]!, words.end[last]!)}`,
    )
  }

  it('are told from the words around them, known or not', () => {
    expect(tagged('we spoke with quirrel zandova, who lives in wuppertal.')).toEqual([
      '1 quirrel zandova',
      '2 wuppertal',
    ])
  })

  it('are no diseases, months, products or plain words', () => {
    for (const text of [
      "she has parkinson's disease and takes metformin.",
      'in may and june we had a meeting every tuesday.',
      'my card was declined at the shop, why?',
      'will you mark the page, or will i?',
    ])
      expect(tagged(text)).toEqual([])
  })

  it('count by themselves in sentences, written small or in capitals', () => {
    const text = 'please tell radmila badenhorst that i called.'
    expect(found(text)).toEqual(['PERSON radmila badenhorst'])
    expect(found(text.toUpperCase())).toEqual(['PERSON RADMILA BADENHORST'])
    expect(found('my brother michael cannot come.')).toEqual(['PERSON michael'])
  })

  it('of one word do not count by themselves in a query without marks', () => {
    expect(found('call my brother michael')).toEqual([])
    expect(found('call my brother michael on +44 20 7946 0958')).toContain('PERSON michael')
  })

  it('of countries count by themselves in sentences, and in company in queries', () => {
    expect(found('we flew to portugal last week.')).toEqual(['LOCATION portugal'])
    expect(found('how is the weather in portugal')).toEqual([])
    expect(found('how is the weather in portugal, asks jo@example.org')).toContain('LOCATION portugal')
  })

  it('and places are found at the same places in small letters and in capitals', () => {
    const types = ['PERSON', 'LOCATION', 'ORGANIZATION', 'ADDRESS', 'NRP']
    const places = (text: string): readonly unknown[] =>
      detect(text, { types }).map(({ type, start, end }) => [type, start, end])
    for (const text of [
      'dear mr quirrel, your parcel for 12 quark street, springfield il 62701 is here.',
      'my name is radmila badenhorst and i work for quirrel holdings ltd in wuppertal.\nkind regards, radmila',
      'she is a dutch nurse from wuppertal, write to jo@example.org.',
    ]) {
      expect(places(text).length).toBeGreaterThan(0)
      expect(places(text.toUpperCase())).toEqual(places(text))
    }
  })

  it('are read again when what is left has one case', () => {
    const text = 'michael is my brother. we came home late and then we all saw Radmila Badenhorst.'
    expect(found(text)).toEqual(['PERSON michael', 'PERSON Radmila Badenhorst'])
  })
})
