import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anonymize, createDetector, detect, trace, traceText } from '../src/index.js'
import { generatedTexts } from './surrogate-texts.js'

const text =
  'My name is Thandi Zulu, MRN: 8847362, card 4111 1111 1111 1111, write to jo@example.org. Mr. Zulu left, and MRN 8847362.'

describe('the trace of a decision', () => {
  it('says by which rule, check and context each value was found, and what the policy does with it', () => {
    const entries = trace(text, detect(text), { policy: 'hipaa', year: 2026 })
    expect(entries.map(({ type, rule, basis, validator }) => [type, rule, basis, validator])).toEqual([
      ['PERSON', 'person/introduction', 'context', undefined],
      ['ID', 'id/medical-record', 'context', undefined],
      ['CREDIT_CARD', 'card', 'check', 'luhn+issuer'],
      ['EMAIL', 'email', 'grammar', 'rfc5321'],
      ['TITLE', 'title', 'context', undefined],
      ['PERSON', 'person/title', 'context', undefined],
      ['ID', 'id/medical-record', 'context', undefined],
    ])
    expect(entries[1]).toMatchObject({
      context: expect.arrayContaining(['mrn']) as string[],
      decision: { action: 'redact', control: 'HIPAA-164.514(b)(2)(i)(R)', policy: 'hipaa 2' },
    })
  })

  it('agrees with what anonymize does', () =>
    fc.assert(
      fc.property(
        generatedTexts,
        fc.constantFrom('hipaa' as const, 'ccpa' as const, 'pci' as const),
        (sample, policy) => {
          const findings = detect(sample)
          const { decisions } = anonymize(sample, findings, policy, { year: 2026 })
          const actions = trace(sample, findings, { policy, year: 2026 }).map(({ decision }) => decision?.action)
          expect(actions).toEqual(decisions.map(({ action }) => action))
        },
      ),
      { numRuns: 40 },
    ))

  it('never holds a value, as data or as text', () =>
    fc.assert(
      fc.property(generatedTexts, sample => {
        const findings = detect(sample)
        const entries = trace(sample, findings, { policy: 'hipaa', year: 2026 })
        const told = `${JSON.stringify(entries)} ${traceText(entries)}`
        for (const { start, end } of findings) expect(told).not.toContain(sample.slice(start, end))
      }),
      { numRuns: 40 },
    ))

  it('is readable', () => {
    const entries = trace(text, detect(text), { policy: 'hipaa', year: 2026 })
    expect(traceText(entries)).toContain(
      '43-62 CREDIT_CARD: rule card, score 0.95, by a check of the value (luhn+issuer)\n' +
        '  redact under hipaa 2, HIPAA-164.514(b)(2)(i)(J): account numbers\n',
    )
    expect(traceText(trace(text, detect(text)))).toContain('no policy was given')
    expect(traceText([])).toBe('')
  })

  it('names recognisers of your own and the model', () => {
    const own = createDetector({ recognizers: [{ id: 'badge', type: 'ID', words: ['zebra'] }] })
    expect(trace('a zebra', own.detect('a zebra'))[0]).toMatchObject({ basis: 'own', rule: 'custom/badge' })
    const tagged = [{ type: 'PERSON', start: 0, end: 1, score: 0.4, rule: 'person/tagger' }] as const
    expect(trace('a', tagged)[0]).toMatchObject({ basis: 'model' })
    const repeated = [{ ...tagged[0], rule: 'person/repeated' }]
    expect(trace('a', repeated)[0]).toMatchObject({ basis: 'repeated' })
  })

  it('is refused with findings of another text', () =>
    expect(() => trace('short', detect(text))).toThrow(expect.objectContaining({ code: 'PII-E003' })))
})
