import { describe, expect, it } from 'vitest'
import { accountDataIn, isLuhnValid, isSharedPrincipal, maskPan, scanBatch } from '../src/index.js'
import { batchOf } from '@attestry/plugin-kit'

// Published test numbers of the networks; no account behind any.
const visa = '4111111111111111'
const kinds = (text: string, heading?: string): readonly string[] => [...accountDataIn(text, heading)].sort()

describe('account data in text', () => {
  it.each([
    ['bare', visa],
    ['in groups', '4111 1111 1111 1111'],
    ['with hyphens', '4111-1111-1111-1111'],
    ['in full-width digits', '４１１１１１１１１１１１１１１１'],
    ['split by a character without width', '4111111111\u200b111111'],
    ['of fifteen digits', '378282246310005'],
    ['of a newer range', '2223003122003222'],
    ['in a sentence', `she paid with ${visa}, then left`],
    ['inside a longer run, under a card word', `card 99${visa}`],
  ])('finds a number %s', (_, text) => {
    expect(kinds(text)).toContain('pan')
  })

  it.each([
    ['with a wrong check digit', '4111111111111112'],
    ['of no issuer', '9111111111111111'],
    ['one digit short', '411111111111111'],
    ['inside a longer run without a card word', `99${visa}`],
    ['that is a time stamp', '1732492800000'],
  ])('leaves a number %s', (_, text) => {
    expect(kinds(text)).toEqual([])
  })

  it.each([
    ['track 1', `%B${visa}^DOE/JANE^2512101000000000?`, 'track'],
    ['track 2', `;${visa}=25121010000000000?`, 'track'],
    ['a verification code', 'cvv: 123', 'card-verification-code'],
    ['a code in words', 'the security code is 1234', 'card-verification-code'],
    ['a PIN', 'PIN 4821', 'pin'],
    ['a PIN of six digits beside a card word', 'card, pin code 482193', 'pin'],
    ['a CID beside a card word', 'amex cid 1234', 'card-verification-code'],
    ['a PIN block', 'pin block: 0412ac89abcdef67', 'pin'],
  ])('finds %s', (_, text, kind) => {
    expect(kinds(text)).toContain(kind)
  })

  it.each(['pin it to the wall', 'a cvv is three digits', 'room 123', 'code 1234', 'cid 1234', 'pin code 110001'])(
    'leaves "%s"',
    text => {
      expect(kinds(text)).toEqual([])
    },
  )

  it('finds a number in a column of numbers, and a bare code in a column called so', () => {
    const batch = batchOf([{ amount: 12, reference: Number(visa), cardCvv: 123, atm_pin: '4821' }])
    expect(scanBatch(batch)).toEqual([
      { column: 'reference', kind: 'pan', rows: 1 },
      { column: 'cardCvv', kind: 'card-verification-code', rows: 1 },
      { column: 'atm_pin', kind: 'pin', rows: 1 },
    ])
  })

  it('stays linear on long text', () => {
    const times = [4_000, 40_000].map(count => {
      const text = `card ${'4111 '.repeat(count)}`
      const [first, second] = [0, 1].map(() => {
        const started = performance.now()
        accountDataIn(text)
        return performance.now() - started
      })
      return Math.min(first!, second!)
    })
    // Ten times the length; a busy machine gets room, a quadratic search would take a hundred times as long.
    expect(times[1]! / times[0]!).toBeLessThan(40)
  })
})

describe('Luhn, masking and shared names', () => {
  it.each(['79927398713', visa])('accepts %s', digits => expect(isLuhnValid(digits)).toBe(true))
  it.each(['79927398710', '', '4111111111111112'])('refuses "%s"', digits => expect(isLuhnValid(digits)).toBe(false))

  it('shows at most eight digits at the start and four at the end', () => {
    expect(maskPan(visa)).toBe('411111******1111')
    expect(maskPan(visa, 12)).toBe('41111111****1111')
    expect(maskPan('123456')).toBe('******')
  })

  it.each(['', 'admin', 'Root', 'svc-train', 'shared.account', 'ml-admin', 'service2@example.org', 'trainers'])(
    'takes "%s" as shared',
    name => expect(isSharedPrincipal(name, ['Trainers'])).toBe(true),
  )
  it.each(['ada', 'ada@example.org', 'adminah'])('takes %s as one person', name =>
    expect(isSharedPrincipal(name)).toBe(false),
  )
})
