import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatPreserving } from '../src/index.js'

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))
const key = bytes('2B7E151628AED2A6ABF7158809CF4F3C')
const code = (act: () => unknown): string | undefined => {
  try {
    act()
    return undefined
  } catch (error) {
    return (error as { code?: string }).code
  }
}

describe('format-preserving encryption', () => {
  it('gives the known answers of NIST SP 800-38G for AES-128', () => {
    const digits = formatPreserving({ key })
    expect(digits.encrypt('0123456789')).toBe('2433477484')
    expect(digits.encrypt('0123456789', bytes('39383736353433323130'))).toBe('6124200773')
    const letters = formatPreserving({ key, alphabet: '0123456789abcdefghijklmnopqrstuvwxyz' })
    expect(letters.encrypt('0123456789abcdefghi', bytes('3737373770717273373737'))).toBe('a9tv40mll9kdu509eum')
  })

  it('gives every text back, of its length and alphabet, whatever the tweak', () => {
    const alphabets = ['0123456789', 'ab', '0123456789ABCDEFäöü']
    fc.assert(
      fc.property(
        fc.constantFrom(...alphabets),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.uint8Array({ maxLength: 40 }),
        fc.array(fc.nat(1000), { minLength: 20, maxLength: 60 }),
        (alphabet, secret, tweak, places) => {
          const letters = [...alphabet]
          const text = places.map(place => letters[place % letters.length]!).join('')
          const cipher = formatPreserving({ key: secret, alphabet })
          const hidden = cipher.encrypt(text, tweak)
          expect([...hidden]).toHaveLength(places.length)
          expect([...hidden].every(letter => letters.includes(letter))).toBe(true)
          expect(cipher.decrypt(hidden, tweak)).toBe(text)
          expect(hidden).not.toBe(text)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('hides the same text in another way under another key or tweak', () => {
    const cipher = formatPreserving({ key })
    const plain = '4111111111111111'
    const results = [
      cipher.encrypt(plain),
      cipher.encrypt(plain, bytes('01')),
      formatPreserving({ key: bytes('00'.repeat(32)) }).encrypt(plain),
    ]
    expect(new Set(results).size).toBe(3)
  })

  it('refuses what it is not defined for, and tells nothing of the text', () => {
    const cipher = formatPreserving({ key })
    expect(code(() => cipher.encrypt('12345'))).toBe('PII-E011')
    expect(code(() => cipher.encrypt('12345x'))).toBe('PII-E011')
    expect(code(() => cipher.encrypt('1'.repeat(256)))).toBe('PII-E011')
    expect(code(() => cipher.encrypt('123456', new Uint8Array(256)))).toBe('PII-E011')
    expect(code(() => formatPreserving({ key: new Uint8Array(15) }))).toBe('PII-E011')
    expect(code(() => formatPreserving({ key, alphabet: 'aa' }))).toBe('PII-E011')
    expect(code(() => cipher.encrypt('123456'))).toBeUndefined()
  })
})
