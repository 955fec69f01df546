import type { Statement } from '@attestry/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { code, plain } from '../src/markdown.js'
import { modelCard } from '../src/model-card.js'
import { modelCardMarkdown } from '../src/model-card-markdown.js'
import { hostile, hostileText } from './fixtures/hostile.js'
import { complete, drop, modelEvidence } from './fixtures/complete.js'
import { explanation, robustness } from './fixtures/measured.js'
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
    expect(card).toContain('- Identifiers found again afterwards by the same rules: PERSON 2')
    expect(card).toContain('- Epsilon 2.97 of 3 at delta 1e-5, neighbouring datasets differ by one record')
    expect(markdown(complete)).toMatch(/Without the sampling it is 9.{1,2}87/)
    expect(card).toContain('| all test rows | accuracy | 0.873 [0.857, 0.887] | 1,932 |')
    expect(card).toContain('| region `islands` | error rate | 0.182 [0.134, 0.242] | 196 |')
    expect(card).toContain('| region `abroad` | error rate | not assessed (fewer than 10 rows (5)) | 5 |')
    expect(card).toContain('| equalized odds difference | 0.0917 | 0.15 | met |')
    expect(card).toContain('## Limitations')
    expect(card).toContain('| GDPR, Regulation (EU) 2016/679 | 9 | 6 | 2 | 0 | 1 | 4 |')
  })

  it('says of stages that were not reached that they were not', () => {
    expect(markdown(failed).match(/_Not reached in this run\._/g)).toHaveLength(8)
    expect(markdown(denied)).toContain('Training was without differential privacy.')
  })

  it('states the threat model of the attacks and what nobody tried, and what explanations do not say', () => {
    const card = markdown(complete)
    const chapter = (title: string): string => new RegExp(`\\n## ${title}\\n\\n(.*?)\\n\\n## `, 's').exec(card)![1]!
    expect(chapter('Robustness')).toBe(`- Attacker: white-box, who wants another class than the right one
- Changes: l-infinity, l2; strength in the declared range of a column
- Changed by the attacker: number, punctuation
- Never changed: greeting
- Rows: 500 of 1,932 held-out ones were attacked
- Outcome: pass, numbers in ${code(modelCard(complete).robustness!.evidence[0]!)}

What nobody tried:

- attacks on the training data
- changes of categories`)
    expect(chapter('Explanations')).toBe(`- Method: exact interventional Shapley values, for the class \`urgent\`
- Rows: 200 explained one by one, tables over 500 of 1,932 held-out ones
- Reasons are withheld below an agreement of 0.8 with the model
- Outcome: pass, numbers in ${code(modelCard(complete).explanations!.evidence[0]!)}

What these explanations do not say:

- A contribution says what the model used, not what causes what.`)
  })

  it('says of a model that was evaluated and neither attacked nor explained that it was not', () => {
    const card = markdown({ ...complete, statements: drop(complete.statements, ['robustness', 'explanation']) })
    expect(card).toContain('## Robustness\n\nNo attack was tried on this model.')
    expect(card).toContain('## Explanations\n\nNo explanation of this model was computed.')
  })

  it('warns of attacks that were masked, and lets no silence pass for a complete test', () => {
    const facts = { ...robustness, isValid: false, notTested: [] }
    const later = modelEvidence('robustness', { facts, collectedAt: '2026-11-23T09:15:44.000Z' })
    const card = markdown({ ...complete, statements: [...complete.statements, later] })
    expect(card).toContain('**A masking check failed.**')
    expect(card).toContain('What nobody tried: not stated.')
  })

  it.each([
    ['without tests of the model', input],
    ['with them', complete],
  ])('keeps its tables %s, and lets no HTML, link or heading in, whatever names say', (_, run) => {
    fc.assert(
      fc.property(fc.array(hostileText, { minLength: 1, maxLength: 40 }), texts => {
        let i = 0
        expectInert(markdown(hostile(run, () => texts[i++ % texts.length]!)))
      }),
      { numRuns: 25 },
    )
  })

  it('lets no HTML, link or heading in from what tests of the model say of themselves', () => {
    fc.assert(
      fc.property(fc.array(hostileText, { minLength: 1, maxLength: 10 }), texts => {
        let i = 0
        const written = (facts: object): Statement['predicate'] =>
          JSON.parse(
            JSON.stringify(facts, (_, value: unknown) =>
              typeof value === 'string' ? texts[i++ % texts.length] : value,
            ),
          )
        const collectedAt = '2026-11-23T09:15:44.000Z'
        const tests = [
          modelEvidence('robustness', { facts: written(robustness), collectedAt }),
          modelEvidence('explanation', { facts: written(explanation), collectedAt }),
        ]
        expectInert(markdown({ ...complete, statements: [...complete.statements, ...tests] }))
      }),
      { numRuns: 25 },
    )
  })
})

/** No line is anything but a line of ours, and no table has a row of another width. */
function expectInert(text: string): void {
  let columns = 0
  for (const line of text.split('\n')) {
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
}

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
