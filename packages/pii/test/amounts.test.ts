import { describe, expect, it } from 'vitest'
import { detect } from '../src/index.js'

/** With an address, for amounts count in company only. */
const amounts = (text: string): readonly string[] => {
  const whole = `jo@example.org says: ${text}`
  return detect(whole)
    .filter(({ type }) => type === 'AMOUNT')
    .map(({ start, end }) => whole.slice(start, end))
}

describe('an amount', () => {
  it.each([
    'US$ 12',
    'EUR 12',
    '\u20ac12',
    '12 EUR',
    '100,- EUR',
    '12 million Australian dollars',
    '12 billion Transylvanian pounds sterling',
  ])('is found with a currency before or after its digits: %j', amount => {
    expect(amounts(`They owe ${amount} to nobody, and 3 of 4 agree.`)).toEqual([amount])
  })

  it('needs a currency beside it', () => {
    expect(amounts('They counted 12 of them. The price in dollars and pounds is another thing.')).toEqual([])
  })
})
