import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { consentRegistry, consentState, parseConsentEvents, readConsentFile, type ConsentFact } from '../src/index.js'
import { openSubjectHandles } from '../src/index.js'
import { clockAt, errorOf, folder } from './fixtures.js'

const now = new Date('2026-06-01T00:00:00Z').getTime()
const fact = (state: ConsentFact['state'], at: string, more: Partial<ConsentFact> = {}): ConsentFact => ({
  purpose: 'support',
  state,
  at,
  ...more,
})

describe('consent state', () => {
  it('is unknown for a person without a record', () => {
    expect(consentState([], 'support', now)).toBe('unknown')
  })

  it('follows the latest event, whatever the order of lines', () => {
    const given = fact('given', '2026-01-01T00:00:00Z')
    const withdrawn = fact('withdrawn', '2026-02-01T00:00:00Z')
    const again = fact('given', '2026-03-01T00:00:00Z')
    expect(consentState([given], 'support', now)).toBe('given')
    expect(consentState([withdrawn, given], 'support', now)).toBe('withdrawn')
    expect(consentState([again, given, withdrawn], 'support', now)).toBe('given')
  })

  it('lets a refusal or withdrawal beat a grant of the same time, before or after it', () => {
    const at = '2026-01-01T00:00:00Z'
    for (const state of ['refused', 'withdrawn'] as const) {
      expect(consentState([fact('given', at), fact(state, at)], 'support', now)).toBe(state)
      expect(consentState([fact(state, at), fact('given', at)], 'support', now)).toBe(state)
    }
  })

  it('takes one instant in two offsets for one time', () => {
    const events = [fact('refused', '2026-01-01T00:00:00Z'), fact('given', '2026-01-01T01:00:00+01:00')]
    expect(consentState(events, 'support', now)).toBe('refused')
  })

  it('ends on the day it expires', () => {
    const events = [fact('given', '2026-01-01T00:00:00Z', { expires: '2026-06-01' })]
    expect(consentState(events, 'support', now - 1)).toBe('given')
    expect(consentState(events, 'support', now)).toBe('expired')
  })

  it('does not count a grant of the future, and counts a withdrawal of the future', () => {
    expect(consentState([fact('given', '2026-07-01T00:00:00Z')], 'support', now)).toBe('unknown')
    const events = [fact('given', '2026-01-01T00:00:00Z'), fact('withdrawn', '2026-07-01T00:00:00Z')]
    expect(consentState(events, 'support', now)).toBe('withdrawn')
  })

  it('tells consent to another purpose from no consent at all', () => {
    const other = fact('given', '2026-01-01T00:00:00Z', { purpose: 'billing' })
    expect(consentState([other], 'support', now)).toBe('other-purpose')
    expect(consentState([{ ...other, state: 'refused' }], 'support', now)).toBe('unknown')
    expect(consentState([other, fact('refused', '2026-01-01T00:00:00Z')], 'support', now)).toBe('refused')
  })

  it('is never given when the latest events of the purpose hold a refusal or withdrawal', () => {
    const event = fc.record({
      purpose: fc.constantFrom('support', 'billing'),
      state: fc.constantFrom('given' as const, 'withdrawn' as const, 'refused' as const),
      at: fc.constantFrom('2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z', '2026-03-01T00:00:00Z'),
    })
    fc.assert(
      fc.property(fc.array(event, { maxLength: 8 }), events => {
        const own = events.filter(({ purpose }) => purpose === 'support')
        const newest = own
          .map(({ at }) => at)
          .sort()
          .at(-1)
        const isOpposed = own.some(({ at, state }) => at === newest && state !== 'given')
        const state = consentState(events, 'support', now)
        expect(state === 'given').toBe(own.length > 0 && !isOpposed)
        expect(consentState([...events].reverse(), 'support', now) === 'given').toBe(state === 'given')
      }),
    )
  })
})

const line = (more: object): string =>
  JSON.stringify({
    subject: 'ada@x.org',
    purpose: 'p',
    state: 'given',
    at: '2026-01-01T00:00:00Z',
    notice: 'v1',
    ...more,
  })

describe('consent events', () => {
  it('reads one event per line and skips blank lines', () => {
    expect(parseConsentEvents(`\ufeff${line({})}\r\n\n${line({ state: 'refused' })}\n`, 'c')).toHaveLength(2)
  })

  it.each([
    ['not JSON', '{"subject":"ada@x.org"', 'it is not JSON'],
    ['a list', '["ada@x.org"]', 'it is not an object'],
    ['an unknown state', line({ state: 'ada@x.org' }), "'state' is not"],
    ['a number as subject', line({ subject: 7 }), "'subject' is not a text"],
    ['no notice', line({ notice: undefined }), "'notice' is not a text"],
    ['an empty subject', line({ subject: '' }), "'subject' is not a text"],
    ['a time without offset', line({ at: '2026-01-01T00:00:00' }), "'at' is not"],
    ['a day that does not exist', line({ at: '2026-02-30' }), "'at' is not"],
    ['an unreadable expiry', line({ expires: 'ada@x.org' }), "'expires' is not"],
    ['a misspelt field', line({ expire: '2026-01-01' }), 'a field that is not known'],
  ])('refuses %s with the line, and never echoes the person', (_, bad, problem) => {
    const error = errorOf(() => parseConsentEvents(`${line({})}\n${bad}\n`, 'consent.jsonl'))
    expect(error).toMatchObject({ code: 'GOV-E002', where: { file: 'consent.jsonl', line: 2 } })
    expect(error.message).toContain(problem)
    expect(error.json).not.toContain('ada')
  })

  it('refuses any line that is not an event, and accepts none by accident', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string({ minLength: 1 })), text => {
        const one = text.replaceAll('\n', ' ')
        if (one.trim() === '' || one.trim() === '\ufeff') return
        expect(errorOf(() => parseConsentEvents(one, 'c')).code).toBe('GOV-E002')
      }),
    )
  })

  it('refuses a file that is missing, a folder or not UTF-8', () => {
    const directory = folder()
    const path = join(directory, 'c.jsonl')
    expect(errorOf(() => readConsentFile(path)).code).toBe('GOV-E001')
    expect(errorOf(() => readConsentFile(directory)).message).toContain('not a regular file')
    writeFileSync(path, Buffer.from([0x7b, 0xff, 0x0a]))
    expect(errorOf(() => readConsentFile(path)).message).toContain('not UTF-8')
  })
})

describe('consent registry', () => {
  it('answers by handle', () => {
    const handles = openSubjectHandles(folder())
    const events = parseConsentEvents(line({ purpose: 'support' }), 'c')
    const registry = consentRegistry(events, handles, clockAt('2026-06-01T00:00:00Z'))
    expect(registry.state(handles.handleOf('ada@x.org'), 'support')).toBe('given')
    expect(registry.state(handles.handleOf('bo@x.org'), 'support')).toBe('unknown')
    expect(registry.state('ada@x.org', 'support')).toBe('unknown')
  })
})

describe('restriction and opting out', () => {
  const registryOf = (...events: ConsentFact[]) => {
    const handles = { handleOf: (identifier: string) => `handle of ${identifier}`, flush: async () => undefined }
    const clock = { now: () => Date.parse('2026-06-01T00:00:00Z') }
    return consentRegistry(
      events.map(event => ({ subject: 'ann', notice: 'n1', ...event })),
      handles,
      clock,
    )
  }
  const at = (day: string, state: ConsentFact['state'], purpose = 'any'): ConsentFact => ({ purpose, state, at: day })

  it('keeps a person out until they are released, and on one day the restriction wins', () => {
    const isRestricted = (...events: ConsentFact[]) => registryOf(...events).isRestricted('handle of ann')
    expect(isRestricted(at('2026-01-01', 'restricted'))).toBe(true)
    expect(isRestricted(at('2026-01-01', 'restricted'), at('2026-01-02', 'released'))).toBe(false)
    expect(isRestricted(at('2026-01-02', 'released'), at('2026-01-02', 'restricted'))).toBe(true)
    expect(isRestricted(at('2026-01-02', 'restricted'), at('2026-01-02', 'released'))).toBe(true)
    expect(isRestricted(at('2026-01-01', 'restricted'), at('2027-01-01', 'released'))).toBe(true)
    expect(isRestricted(at('2026-01-01', 'withdrawn'))).toBe(false)
    expect(registryOf(at('2026-01-01', 'restricted')).isRestricted('handle of bob')).toBe(false)
  })

  it('leaves what was said about purposes as it is', () => {
    const registry = registryOf(at('2026-01-01', 'given', 'support'), at('2026-02-01', 'restricted', 'support'))
    expect(registry.state('handle of ann', 'support')).toBe('given')
  })

  it('hears an opt-out by its own name, until it is taken back', () => {
    const hasOptedOut = (...events: ConsentFact[]) =>
      registryOf(...events).hasOptedOut('handle of ann', 'sale-or-sharing')
    expect(hasOptedOut(at('2026-01-01', 'opted-out', 'sale-or-sharing'))).toBe(true)
    expect(hasOptedOut(at('2026-01-01', 'opted-out', 'profiling'))).toBe(false)
    expect(
      hasOptedOut(at('2026-01-01', 'opted-out', 'sale-or-sharing'), at('2026-01-02', 'given', 'sale-or-sharing')),
    ).toBe(false)
    expect(hasOptedOut()).toBe(false)
  })
})
