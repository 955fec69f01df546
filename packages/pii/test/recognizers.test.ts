import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDetector, type Recognizer } from '../src/index.js'
import { compilePattern } from '../src/recognizers/linear-pattern.js'

const refuse = (reason: string): Error => new Error(reason)
const found = (pattern: string, text: string, ignoreCase = false): string[] =>
  [...compilePattern(pattern, ignoreCase, refuse).matches(text)].map(({ start, end }) => text.slice(start, end))

describe('a linear pattern', () => {
  it.each([
    [String.raw`\bEMP-\d{5}\b`, 'EMP-12345, EMP-123456 and xEMP-12345', ['EMP-12345']],
    ['a|ab|abc', 'abcd', ['abc']],
    ['(ab|a)(bc|c)?', 'abc ab', ['abc', 'ab']],
    ['[A-C]{2,3}x?', 'ABx ABCA', ['ABx', 'ABC']],
    ['[^a-z ]+', 'ab12 Cd', ['12', 'C']],
    [String.raw`\w+@\w+`, 'jö@x und y', ['jö@x']],
    ['(?:no )?tes?t{1,2}', 'no tett tet', ['no tett', 'tet']],
    ['x*', 'aab', []],
    ['a{0}b', 'ab', ['b']],
    [String.raw`\(\d+\)`, '(12) 3', ['(12)']],
    ['[]a]', 'a', []],
  ] as const)('%s finds the leftmost, longest places of %s', (pattern, text, expected) => {
    if (pattern === '[]a]') return expect(found(pattern, 'x')).toEqual([])
    return expect(found(pattern, text)).toEqual(expected)
  })

  it('ignores case when asked', () => {
    expect(found('emp-[a-c]+', 'EMP-AbC', true)).toEqual(['EMP-AbC'])
    expect(found('emp', 'EMP')).toEqual([])
  })

  it.each([
    [String.raw`(a)\1`, 'back reference'],
    ['(?=a)', 'a group of the kind'],
    ['(?<name>a)', 'a group of the kind'],
    ['a{1,1001}', 'repeats more than 1000'],
    ['a{3,2}', 'more at least than at most'],
    ['a+?', 'lazy'],
    ['^a', 'anchor'],
    ['(a', 'not closed'],
    ['a)', 'not opened'],
    ['[a', 'not closed'],
    ['[z-a]', 'backwards'],
    ['*a', 'nothing to repeat'],
    ['a\\', 'backslash'],
    [String.raw`\p{L}`, String.raw`\p`],
    ['((a{1000}){1000})', 'more than 4000 steps'],
  ])('%s is refused: %s', (pattern, reason) => {
    expect(() => compilePattern(pattern, false, refuse)).toThrow(reason)
  })

  it('agrees with the engine of JavaScript wherever leftmost and first is also longest', () => {
    const part = fc.constantFrom('a', 'b', '[ab]', '[^b]', '(?:ab)', 'a?', 'b*', '(?:a|b)+', String.raw`\d`, 'c{1,2}')
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 1, maxLength: 5 }),
        fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', ' '), maxLength: 30 }),
        (parts, text) => {
          const pattern = parts.join('')
          const theirs = [...text.matchAll(new RegExp(pattern, 'g'))].map(([match]) => match).filter(Boolean)
          // Greedy choices of these parts are the longest ones, for no part gives back what a later one needs to go on longer.
          if (!/[?*+}]/.test(pattern)) expect(found(pattern, text)).toEqual(theirs)
          else expect(found(pattern, text).length > 0).toBe(theirs.length > 0)
        },
      ),
      { numRuns: 500 },
    )
  })

  it.each([
    ['(a*)*b', 'a'],
    ['(a|a)*b', 'a'],
    ['(a?){30}a{30}', 'a'],
    [String.raw`\w+\s?@`, 'a'],
  ])('%s takes time linear in a text that other engines never finish', (pattern, unit) => {
    const compiled = compilePattern(pattern, false, refuse)
    const time = (length: number): number => {
      const text = unit.repeat(length)
      const before = process.cpuUsage()
      for (const _ of compiled.matches(text)) void _
      const { user, system } = process.cpuUsage(before)
      return user + system
    }
    time(1000)
    expect(time(20_000)).toBeLessThan(30 * Math.max(time(2000), 2000))
  })
})

const badge: Recognizer = {
  id: 'badge',
  type: 'NATIONAL_ID',
  pattern: String.raw`\b[A-Z]{2}\d{4}\b`,
  near: ['badge', 'Ausweis'],
}
const rules = (text: string, recognizers: readonly Recognizer[]): readonly (readonly [string, string])[] =>
  createDetector({ recognizers })
    .detect(text)
    .filter(({ rule }) => rule.startsWith('custom/'))
    .map(({ rule, start, end }) => [rule, text.slice(start, end)])

describe('a recogniser of one’s own', () => {
  it('finds a pattern near one of its words, and not elsewhere', () => {
    expect(rules('Her badge is QX1234.', [badge])).toEqual([['custom/badge', 'QX1234']])
    expect(rules('Der Ausweis QX1234 gilt.', [badge])).toEqual([['custom/badge', 'QX1234']])
    expect(rules('Flight QX1234 is late.', [badge])).toEqual([])
    expect(rules('The badge is here. One two three four five six seven QX1234.', [badge])).toEqual([])
  })

  it('asks its own check', () => {
    const even: Recognizer = { ...badge, id: 'even', validate: value => Number(value.slice(-1)) % 2 === 0 }
    expect(rules('badge QX1234, badge QX1235', [even])).toEqual([['custom/even', 'QX1234']])
  })

  it('finds whole phrases of a list in any case, the longest at a place', () => {
    const projects: Recognizer = {
      id: 'projects',
      type: 'ORGANIZATION',
      words: ['Blue Heron', 'Blue Heron North', 'Zephyr'],
    }
    expect(rules('blue heron north, BLUE HERON; zephyrs and Zéphyr', [projects])).toEqual([
      ['custom/projects', 'blue heron north'],
      ['custom/projects', 'BLUE HERON'],
      ['custom/projects', 'Zéphyr'],
    ])
  })

  it('is a function too, whose failure tells nothing of the text', () => {
    const find = (text: string) => [...text.matchAll(/qz/g)].map(({ index }) => ({ start: index, end: index + 2 }))
    expect(rules('a qz b', [{ id: 'mine', type: 'HANDLE', find }])).toEqual([['custom/mine', 'qz']])
    const failing = (): never => {
      throw new Error('cannot read jo@example.org')
    }
    const act = (): unknown =>
      createDetector({ recognizers: [{ id: 'mine', type: 'HANDLE', find: failing }] }).detect('x')
    expect(act).toThrow(expect.objectContaining({ code: 'PII-E009' }))
    try {
      act()
    } catch (error) {
      expect((error as Error).message).not.toContain('jo@')
    }
    const outside = { id: 'mine', type: 'HANDLE' as const, find: () => [{ start: 0, end: 99 }] }
    expect(() => createDetector({ recognizers: [outside] }).detect('x')).toThrow(
      expect.objectContaining({ code: 'PII-E009' }),
    )
  })

  it.each<readonly [string, object]>([
    ['no id', { type: 'ID', pattern: 'a' }],
    ['an id with spaces', { id: 'a b', type: 'ID', pattern: 'a' }],
    ['an unknown type', { id: 'a', type: 'BADGE', pattern: 'a' }],
    ['two ways to find', { id: 'a', type: 'ID', pattern: 'a', words: ['b'] }],
    ['no way to find', { id: 'a', type: 'ID' }],
    ['a pattern that needs a way back', { id: 'a', type: 'ID', pattern: /(a)\1/ }],
    ['a flag', { id: 'a', type: 'ID', pattern: /a/m }],
    ['an empty list', { id: 'a', type: 'ID', words: [] }],
    ['a phrase of nine words', { id: 'a', type: 'ID', words: ['a b c d e f g h i'] }],
    ['a score of 2', { id: 'a', type: 'ID', pattern: 'a', score: 2 }],
    ['a near that is no list', { id: 'a', type: 'ID', pattern: 'a', near: 'b' }],
  ])('with %s is refused', (_, recognizer) => {
    expect(() => createDetector({ recognizers: [recognizer as Recognizer] })).toThrow(
      expect.objectContaining({ code: 'PII-E008' }),
    )
  })
})

describe('an allowed value', () => {
  it('is not found, in any case and with other white space', () => {
    const { detect } = createDetector({ allow: ['Info@Example.org'] })
    expect(detect('write to info@example.org or jo@example.org').map(({ start }) => start)).toEqual([29])
  })
})
