import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  anonymize,
  createDetector,
  detect,
  identifierTypes,
  policies,
  policyOf,
  type PiiPolicy,
  type PolicyName,
} from '../src/index.js'
import { decide, decider } from '../src/policies/policy.js'

const names = Object.keys(policies) as PolicyName[]
const year = 2026
const pseudonymKey = new Uint8Array(32).fill(7)
const under = (policy: PolicyName | PiiPolicy, text: string): string =>
  anonymize(text, detect(text), policy, { year, pseudonymKey }).text

describe('a decider', () => {
  it.each(names)('of %s decides as the policy does, for every type and meaning', name => {
    const policy = policyOf(name)
    const decideFor = decider(policy)
    const meanings = [
      undefined,
      { kind: 'age', years: 40 },
      { kind: 'age', years: 95 },
      { kind: 'date', granularity: 'day', year: 2020 },
      { kind: 'date', granularity: 'year', year: 1900 },
    ] as const
    for (const type of identifierTypes)
      for (const meaning of meanings) {
        const finding = { type, start: 0, end: 1, score: 1, rule: 'x', ...(meaning && { meaning }) }
        expect(decideFor(finding, { year })).toEqual(decide(policy, finding, { year }))
      }
  })

  it('redacts what no rule speaks of', () => {
    const policy: PiiPolicy = { ...policyOf('ccpa'), rules: [] }
    expect(decider(policy)({ type: 'EMAIL', start: 0, end: 1, score: 1, rule: 'x' }, { year }).action).toBe('redact')
  })
})

describe('a policy', () => {
  it.each(names)('(%s) has a rule with a control and a reason for every type', name => {
    const { rules } = policies[name]
    for (const type of identifierTypes) {
      // The last rule of a type has no condition, so nothing of it slips through.
      const last = rules.findLast(({ types }) => types.includes(type))
      expect(last, type).toBeDefined()
      expect(last!.fits, type).toBeUndefined()
    }
    for (const { control, because } of rules) expect(`${control} ${because}`).toMatch(/^[A-Z]+-\S+ \S/)
  })

  it('that has no rule for a finding redacts it', () => {
    const silent: PiiPolicy = { id: 'none', version: '1', title: '', source: '', checkedOn: null, rules: [] }
    expect(under(silent, 'Write to jo@example.org')).toBe('Write to [EMAIL]')
  })

  it('is known by its name, or refused', () => {
    expect(policyOf('hipaa')).toBe(policies.hipaa)
    expect(() => policyOf('hippa' as PolicyName)).toThrow(expect.objectContaining({ code: 'PII-E007' }))
    expect(() => policyOf('constructor' as PolicyName)).toThrow(expect.objectContaining({ code: 'PII-E007' }))
  })
})

describe('Safe Harbor', () => {
  it('lets ages up to 89 stay and aggregates the others', () => {
    expect(under('hipaa', 'The patient is 89 years old.')).toBe('The patient is 89 years old.')
    expect(under('hipaa', 'The patient is 90 years old.')).toBe('The patient is [AGE 90+].')
  })

  it('leaves the year of a date, unless it tells of an age over 89', () => {
    expect(under('hipaa', 'Admitted on 14 March 2021.')).toBe('Admitted on 2021.')
    expect(under('hipaa', 'Born on 14 March 1937.')).toBe('Born on 1937.')
    expect(under('hipaa', 'Born on 14 March 1936.')).toBe('Born on [DATE].')
    expect(under('hipaa', 'Admitted on 14 March, jo@example.org')).toBe('Admitted on [DATE], [EMAIL]')
  })

  it('removes addresses of people, in the text and for a detector of the policy', () => {
    const text = 'Aged 45, write to jo@example.org'
    expect(under('hipaa', text)).toBe('Aged 45, write to [EMAIL]')
    expect(
      createDetector({ policy: 'hipaa' })
        .detect(text)
        .map(({ type }) => type),
    ).toEqual(['EMAIL'])
    expect(
      createDetector()
        .detect(text)
        .map(({ type }) => type),
    ).toEqual(['AGE', 'EMAIL'])
  })

  it('says for each finding which letter of the rule decided', () => {
    const text = 'Aged 45, write to jo@example.org or call (310) 555-0142'
    const { decisions, policy } = anonymize(text, detect(text), 'hipaa', { year })
    expect(policy).toEqual({ id: 'hipaa', version: '2' })
    expect(decisions.map(({ type, action, control }) => [type, action, control])).toEqual([
      ['AGE', 'keep', 'HIPAA-164.514(b)(2)(i)(C)'],
      ['EMAIL', 'redact', 'HIPAA-164.514(b)(2)(i)(F)'],
      ['PHONE', 'redact', 'HIPAA-164.514(b)(2)(i)(D)'],
    ])
    expect(JSON.stringify(decisions)).not.toContain('example.org')
  })
})

describe('pseudonymisation', () => {
  it('writes the same token for the same person, and a coarser age', () => {
    const text = 'jo@example.org and JO@example.org, aged 47'
    const written = under('gdpr', text)
    expect(written).toMatch(/^(EMAIL_[A-Z2-7]{16}) and \1, (aged )?40-49$/)
    const other = anonymize(text, detect(text), 'gdpr', { pseudonymKey: new Uint8Array(32).fill(8) }).text
    expect(other).not.toBe(written)
  })

  it('needs a key', () => {
    const text = 'jo@example.org'
    expect(() => anonymize(text, detect(text), 'gdpr')).toThrow(expect.objectContaining({ code: 'PII-E002' }))
  })
})

describe('truncation of card numbers', () => {
  it('leaves six and four digits, and all that is no account data', () => {
    expect(under('pci', 'Card 4111 1111 1111 1111 of jo@example.org')).toBe(
      'Card 4111 11** **** 1111 of jo@example.org',
    )
  })
})

describe('a text under a policy', () => {
  it('numbers values where the policy asks for it, the same value alike', () => {
    const numbered: PiiPolicy = {
      ...policies.ccpa,
      rules: [{ types: ['EMAIL'], action: 'number', control: 'X-1', because: 'readable' }],
    }
    expect(under(numbered, 'a@example.org, b@example.org, A@example.org')).toBe('[EMAIL_1], [EMAIL_2], [EMAIL_1]')
  })

  it('keeps everything outside of findings, and nothing of what is redacted', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom('jo@example.org', '4111 1111 1111 1111', 'aged 45', 'on 3 May 2020', 'and', 'é\u0301'),
          {
            maxLength: 12,
          },
        ),
        fc.constantFrom(...names),
        (parts, name) => {
          const text = parts.join(' ; ')
          const findings = detect(text)
          const { text: written, decisions } = anonymize(text, findings, name, { year, pseudonymKey })
          expect(decisions).toHaveLength(findings.length)
          if (name !== 'pci') expect(written).not.toContain('jo@example.org')
          expect(written).not.toContain('4111 1111 1111 1111')
          for (const word of ['and', 'é\u0301']) expect(written.split(word).length).toBe(text.split(word).length)
        },
      ),
    )
  })

  it('is refused with findings of another text', () => {
    const findings = detect('Write to jo@example.org')
    expect(() => anonymize('Write', findings, 'ccpa')).toThrow(expect.objectContaining({ code: 'PII-E003' }))
  })
})
