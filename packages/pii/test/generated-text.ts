import fc from 'fast-check'
import { isLuhnValid } from '../src/index.js'

/** A sentence of pieces: identifiers of every type, words, punctuation and stray characters, glued or spaced at random. */
export function generatedText(): fc.Arbitrary<string> {
  return fc
    .array(fc.tuple(fc.oneof(identifier, identifier, word, noise), glue), { maxLength: 14 })
    .map(pieces => pieces.map(([piece, separator]) => piece + separator).join(''))
}

const digit = fc.integer({ min: 0, max: 9 }).map(String)
const digits = (length: number): fc.Arbitrary<string> =>
  fc.array(digit, { minLength: length, maxLength: length }).map(all => all.join(''))

const lower = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz')
const letters = (min: number, max: number): fc.Arbitrary<string> =>
  fc.array(lower, { minLength: min, maxLength: max }).map(all => all.join(''))

const email = fc
  .tuple(letters(1, 8), letters(1, 8), fc.constantFrom('com', 'org', 'co.uk', 'dev'))
  .map(([local, domain, top]) => `${local}@${domain}.${top}`)

const card = fc.tuple(digits(14), fc.constantFrom('', ' ', '-')).map(([middle, separator]) => {
  const body = `4${middle}`
  const number = [...'0123456789'].map(check => body + check).find(isLuhnValid)!
  return number.replaceAll(/(\d{4})(?=\d)/g, `$1${separator}`)
})

const ssn = fc
  .tuple(fc.integer({ min: 100, max: 665 }), fc.integer({ min: 10, max: 99 }), fc.integer({ min: 1000, max: 9999 }))
  .map(parts => parts.join('-'))

const phone = fc.oneof(
  digits(7).map(rest => `+44 20 ${rest.slice(0, 4)} ${rest.slice(4)}1`),
  digits(7).map(rest => `(310) ${rest.slice(0, 3)}-${rest.slice(3)}`),
  digits(7).map(rest => `phone ${rest}`),
  digits(8).map(rest => `06 ${rest.match(/../g)!.join(' ')}`),
)

const byte = fc.integer({ min: 0, max: 255 })
const ip = fc.oneof(
  fc.tuple(byte, byte, byte, byte).map(octets => octets.join('.')),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 })
    .map(groups => groups.map(group => group.toString(16)).join(':')),
  fc.constant('2001:db8::7'),
)

const url = letters(2, 6).map(path => `https://example.org/${path}?q=${path}`)

const iban = fc.constantFrom('GB82WEST12345698765432', 'DE89 3704 0044 0532 0130 00', 'NO9386011117947')

const given = fc.constantFrom('Maria', 'John', 'Will', 'Aiko', 'José', 'Fatima', 'XOLO', 'zelda')
const family = fc.constantFrom('Smith', 'Gonzalez', 'Quark', "O'Neill", 'van der Berg', 'NOWAK')
const person = fc.oneof(
  fc.tuple(given, family).map(([a, b]) => `${a} ${b}`),
  family.map(name => `Mr. ${name}`),
  given.map(name => `my name is ${name}`),
  given.map(name => `Dear ${name},\n`),
  fc.tuple(given, family).map(([a, b]) => `From: ${a} ${b}\n`),
)

const identifier = fc.oneof(email, card, ssn, phone, ip, url, iban, person)
const word = fc.oneof(
  fc.constantFrom('the', 'card', 'phone', 'Order', 'ssn', 'IBAN', 'Mr.', 'name:', 'was', 'Dear'),
  letters(1, 7),
)
const noise = fc.oneof(
  digits(1),
  digits(3),
  digits(9),
  fc.constantFrom(
    '\u200b',
    '\u00ad',
    '４',
    '@',
    '://',
    'www.',
    '::',
    '+',
    '(',
    ')',
    '[EMAIL]',
    '[PHONE]',
    '*',
    '_',
    '𝟜',
    '\ud800',
    '%40',
    'é',
    'e\u0301',
    '½',
  ),
)
const glue = fc.constantFrom('', ' ', ' ', ', ', '-', '.', '\n', ': ', '. ')
