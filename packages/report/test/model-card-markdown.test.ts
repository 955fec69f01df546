import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { code, plain } from '../src/markdown.js'
import { modelCard } from '../src/model-card.js'
import { modelCardMarkdown } from '../src/model-card-markdown.js'
import { hostile, hostileText } from './fixtures/hostile.js'
import { denied, failed, input } from './fixtures/run.js'

const markdown = (run: typeof input): string => modelCardMarkdown(modelCard(run))

/** What is left when escapes, code spans and our intervals, in which nothing is formatting, are taken away. */
const active = (line: string): string =>
  line
    .replace(/\\[!-/:-@[-`{-~]|(?<!`)(`+)(?!`)(.*?)(?<!`)\1(?!`)/g, '')
    .replace(/\[[-\u2212\d.e]+, [-\u2212\d.e]+\]/g, '')

describe('modelCardMarkdown', () => {
  it('holds purpose, figures with intervals and n, privacy and limitations', () => {
    const card = markdown(input)
    expect(card).toContain('- Purpose: route support tickets of patients')
    expect(card).toContain('- Epsilon 2.97 of 3 at delta 1e-5, neighbouring datasets differ by one record')
    expect(card).toContain('| all test rows | accuracy | 0.873 [0.857, 0.887] | 1,932 |')
    expect(card).toContain('| region `islands` | error rate | 0.182 [0.134, 0.242] | 196 |')
    expect(card).toContain('| region `abroad` | error rate | not assessed (fewer than 10 rows (5)) | 5 |')
    expect(card).toContain('| equalized odds difference | 0.0917 | 0.15 | met |')
    expect(card).toContain('## Limitations')
    expect(card).toContain('| GDPR, Regulation (EU) 2016/679 | 9 | 6 | 2 | 0 | 1 | 4 |')
  })

  it('says of stages that were not reached that they were not', () => {
    expect(markdown(failed).match(/_Not reached in this run\._/g)).toHaveLength(6)
    expect(markdown(denied)).toContain('Training was without differential privacy.')
  })

  it('keeps its tables, and lets no HTML, link or heading in, whatever names say', () => {
    fc.assert(
      fc.property(fc.array(hostileText, { minLength: 1, maxLength: 40 }), texts => {
        let i = 0
        const lines = markdown(hostile(input, () => texts[i++ % texts.length]!)).split('\n')
        let columns = 0
        for (const line of lines) {
          const bars = line.replace(/\\\|/g, '').match(/\|/g)?.length ?? 0
          if (line.startsWith('| ')) {
            if (columns > 0) expect(bars, line).toBe(columns)
            columns = bars
          } else {
            columns = 0
            expect(line).toMatch(/^(?:$|# Model card: |## [A-Z]|- |\*\*|[A-Z`_(\d\\])/)
          }
          expect(active(line), line).not.toMatch(/[<[\]]|:\/\/|!\[/)
        }
      }),
      { numRuns: 25 },
    )
  })
})

describe('plain', () => {
  it('shows formatting as text', () => {
    expect(plain('**a** <b> [c](d) | e\n# f')).toBe('\\*\\*a\\*\\* \\<b\\> \\[c\\](d) \\| e \\# f')
    expect(plain('1. x')).toBe('1\\. x')
    expect(plain('~~a~~ @b')).toBe('\\~\\~a\\~\\~ \\@b')
    expect(plain('- x')).toBe('\\- x')
    expect(plain('https://x.example')).toBe('https:\\/\\/x.example')
  })
})

describe('code', () => {
  it('has a fence longer than any run of backticks inside', () => {
    expect(code('a`b')).toBe('`` a`b ``')
    expect(code('``` a')).toBe('```` ``` a ````')
    expect(code('')).toBe('(empty)')
  })

  it('leaves text with a bar or a backslash plain', () => {
    expect(code('a|b')).toBe('a\\|b')
    expect(code('a\\')).toBe('a\\\\')
  })
})
