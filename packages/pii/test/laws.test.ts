import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { apply, createDetector, identifierTypes, type Finding } from '../src/index.js'
import { resolveOverlaps } from '../src/resolve-overlaps.js'
import { viewOf, wholeCharacters, withBlanks } from '../src/text-view.js'
import { wordsAfter, wordsOf, type Words } from '../src/words.js'
import { generatedText } from './generated-text.js'

const { detect } = createDetector()
const redactAll = identifierTypes.map(type => ({ type, operator: 'redact' as const }))
const redact = (text: string): string => apply(text, detect(text), redactAll)

const anyUnits = fc.array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0x20, max: 0x7e })), {
  maxLength: 80,
})
const anyText = fc.oneof(
  anyUnits.map(units => String.fromCharCode(...units)),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  generatedText(),
)

describe('findings', () => {
  it('are in range, sorted, disjoint and never empty, whatever the text', () => {
    fc.assert(
      fc.property(anyText, text => {
        let at = 0
        for (const { start, end, score } of detect(text)) {
          expect(start).toBeGreaterThanOrEqual(at)
          expect(end).toBeGreaterThan(start)
          expect(end).toBeLessThanOrEqual(text.length)
          expect(score > 0 && score <= 1).toBe(true)
          at = end
        }
      }),
      { numRuns: 1500 },
    )
  })

  it('do not depend on which other types are asked for, where nothing overlaps', () => {
    fc.assert(
      fc.property(fc.constantFrom(...identifierTypes), generatedText(), (type, text) => {
        const alone = createDetector({ types: [type] }).detect(text)
        const spans = (all: readonly Finding[]): string[] => all.map(({ start, end }) => `${start}-${end}`)
        const others = detect(text).filter(finding => finding.type !== type)
        for (const one of alone)
          if (!others.some(other => other.start < one.end + 20 && other.end > one.start - 60))
            expect(spans(detect(text))).toContain(`${one.start}-${one.end}`)
      }),
      { numRuns: 300 },
    )
  })
})

describe('redaction', () => {
  it('twice changes nothing more', () => {
    fc.assert(
      fc.property(anyText, text => {
        const once = redact(text)
        expect(redact(once)).toBe(once)
      }),
      { numRuns: 1500 },
    )
  })

  it('leaves nothing that the detector finds', () => {
    fc.assert(
      fc.property(generatedText(), text => {
        expect(detect(redact(text))).toEqual([])
      }),
      { numRuns: 800 },
    )
  })

  it('keeps all other text, in its order', () => {
    fc.assert(
      fc.property(anyText, text => {
        const findings = detect(text)
        let at = 0
        const kept = findings.map(({ start, end }) => {
          const before = text.slice(at, start)
          at = end
          return before
        })
        const expected = findings.map(({ type }, i) => `${kept[i]}[${type}]`).join('') + text.slice(at)
        expect(redact(text)).toBe(expected)
      }),
      { numRuns: 500 },
    )
  })
})

describe('overlap resolution', () => {
  const candidate: fc.Arbitrary<Finding> = fc
    .tuple(fc.constantFrom(...identifierTypes), fc.nat(30), fc.integer({ min: 1, max: 12 }))
    .map(([type, start, length]) => ({ type, start, end: Math.min(40, start + length), score: 0.5, rule: 'r' }))
  const text = 'abcdefghij'.repeat(4)

  it('does not depend on the order of candidates', () => {
    fc.assert(
      fc.property(
        fc.array(candidate, { maxLength: 12 }),
        fc.array(fc.nat(), { minLength: 12, maxLength: 12 }),
        (all, keys) => {
          const shuffled = all.map((one, i) => ({ one, key: keys[i]! })).sort((a, b) => a.key - b.key)
          expect(
            resolveOverlaps(
              text,
              shuffled.map(({ one }) => one),
            ),
          ).toEqual(resolveOverlaps(text, all))
        },
      ),
    )
  })

  it('covers what the candidates cover, each place once', () => {
    fc.assert(
      fc.property(fc.array(candidate, { maxLength: 12 }), all => {
        const times = new Array<number>(40).fill(0)
        for (const { start, end } of resolveOverlaps(text, all)) for (let i = start; i < end; i++) times[i]! += 1
        for (let i = 0; i < 40; i++) expect(times[i]).toBe(all.some(({ start, end }) => start <= i && i < end) ? 1 : 0)
      }),
    )
  })

  it('prefers structured values to telephone numbers, and those to names', () => {
    const one = (type: Finding['type'], start: number, end: number): Finding => ({
      type,
      start,
      end,
      score: 0.5,
      rule: 'r',
    })
    const resolved = resolveOverlaps(text, [one('PERSON', 0, 30), one('PHONE', 5, 20), one('EMAIL', 8, 12)])
    expect(resolved.map(({ type, start, end }) => [type, start, end])).toEqual([
      ['PERSON', 0, 5],
      ['PHONE', 5, 8],
      ['EMAIL', 8, 12],
      ['PHONE', 12, 20],
      ['PERSON', 20, 30],
    ])
  })
})

describe('the view that scanners read', () => {
  it('maps every character to a place of the original that reads like it', () => {
    fc.assert(
      fc.property(anyText, text => {
        const { text: folded, origin } = viewOf(text)
        if (!origin) expect(folded).toBe(text)
        let last = 0
        for (let i = 0; origin && i < folded.length; i++) {
          expect(origin.start[i]).toBeGreaterThanOrEqual(last)
          expect(origin.end[i]).toBeGreaterThan(origin.start[i]!)
          last = origin.start[i]!
        }
      }),
    )
  })

  it.each([
    ['ａ＠ｂ．ｃ', 'a@b.c'],
    ['𝟏𝟐𝟑', '123'],
    ['٠١٢ ०१२', '012 012'],
    ['a\u200db\u00adc\u202e', 'abc'],
    ['1\u20112\u00a03', '1-2 3'],
    ['x[EMAIL]y', 'x\ufffcy'],
    ['e\u0301', 'e\u0301'],
    ['\ud800', '\ud800'],
    ['a\u0000b', 'ab'],
  ])('folds %j to %j', (text, folded) => expect(viewOf(text).text).toBe(folded))

  it('never cuts a character that reads as several', () => {
    const view = viewOf('x⒈y')
    expect(view.text).toBe('x1.y')
    expect(wholeCharacters(view, { start: 1, end: 2 })).toEqual({ start: 1, end: 3 })
    expect(wholeCharacters(view, { start: 2, end: 3 })).toEqual({ start: 1, end: 3 })
    expect(wholeCharacters(view, { start: 0, end: 1 })).toEqual({ start: 0, end: 1 })
  })
})

describe('words', () => {
  const listed = (words: Words): unknown[] =>
    Array.from({ length: words.count }, (_, i) => [words.start[i], words.end[i], words.shape[i], words.folded(i)])

  it('of a text with blanks are the same, moved or read anew', () => {
    fc.assert(
      fc.property(
        anyText,
        fc.array(fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 9 })), { maxLength: 5 }),
        (text, all) => {
          const view = viewOf(text)
          let at = 0
          const spans = all.flatMap(([gap, length]) => {
            const start = at + (gap % 12)
            const end = start + length
            if (end > view.text.length) return []
            at = end
            return [{ start, end }]
          })
          const words = wordsOf(view.text)
          for (let i = 0; i < words.count; i += 2) words.folded(i)
          const blanked = withBlanks(view, spans).text
          expect(listed(wordsAfter(words, spans, blanked))).toEqual(listed(wordsOf(blanked)))
        },
      ),
      { numRuns: 1500 },
    )
  })
})
