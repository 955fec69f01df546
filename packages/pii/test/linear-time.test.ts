import { describe, expect, it } from 'vitest'
import { apply, createDetector, identifierTypes } from '../src/index.js'

/** `unit` repeated to exactly `length` units, between a beginning and an end. */
const repeated =
  (unit: string, beginning = '', end = '') =>
  (length: number): string =>
    (beginning + unit.repeat(Math.ceil(length / unit.length))).slice(0, length - end.length) + end

/** Texts that make backtracking patterns take quadratic time or worse. */
const patterns: Readonly<Record<string, (length: number) => string>> = {
  'aaa…@': repeated('a', '', '@'),
  'a.a.…@': repeated('a.', '', '@'),
  'a@a@': repeated('a@'),
  'a@b.b.b.': repeated('b.', 'a@'),
  digits: repeated('1'),
  '1-1-': repeated('1-'),
  '1 1 ': repeated('1 '),
  '1.1.': repeated('1.'),
  '0/0/': repeated('0/0/'),
  '00 00 ': repeated('00 '),
  '01 01 ': repeated('01 '),
  '4111 ': repeated('4111 '),
  '+(5+(5': repeated('+(5'),
  '+1 1 1 1 ': repeated('+1 1 1 1 1 1 1 1 '),
  '+44 20 …': repeated('+44 20 7946 0958 '),
  'phone 1234567 ': repeated('phone 1234567 '),
  '123-45-6789': repeated('123-45-6789'),
  'May May ': repeated('May '),
  '1 May ': repeated('1 May '),
  '5-5-May-': repeated('5-5-May-'),
  'in May to ': repeated('in May to '),
  '1999 2000 ': repeated('1999 2000 '),
  '45 years ': repeated('45 years '),
  'aged 9 ': repeated('aged 9 '),
  'a.com ': repeated('a.com '),
  'a.a.a.': repeated('a.a.'),
  'ID ID ': repeated('ID '),
  'id: 1 1 ': repeated('id: 1 1 1 1 1 1 '),
  'no no. no ': repeated('no no. no '),
  A1A1: repeated('A1'),
  'a1-a1-': repeated('a1-'),
  '12345-': repeated('12345-'),
  'AB 12 34 ': repeated('AB 12 34 '),
  '00:00:': repeated('00:'),
  '@a@a ': repeated('@abc'),
  eyJeyJ: repeated('eyJ'),
  'eyJa.eyJa.': repeated('eyJabcdefghi.'),
  '-----BEGIN ': repeated('-----BEGIN '),
  'password: ': repeated('password: '),
  '1.123, ': repeated('1.123, '),
  "1°1'1": repeated("1°1'"),
  '0x0x': repeated('0x'),
  bc1q: repeated('bc1q'),
  'u/u/': repeated('u/'),
  '1 Oak St ': repeated('1 Oak St '),
  'Oak Oak Oak ': repeated('Oak Oak Oak Oak Oak '),
  'Calle Calle ': repeated('Calle '),
  'Rue de la de la ': repeated('Rue de la de la '),
  '1 Oak Street,⏎': repeated('1 Oak Street,\n'),
  'IL 62701 ': repeated('Xx, IL 62701\n'),
  '1234 Xx ': repeated('1234 Xx '),
  'Apt 1 ': repeated('Apt 1 '),
  'Xxweg 1 ': repeated('Xxxweg 1 '),
  'City: ': repeated('City: '),
  'City: a:': repeated('City: a b'),
  'New South ': repeated('New South '),
  'zip 12345 ': repeated('zip 12345 '),
  'Xx Ltd ': repeated('Xx Ltd '),
  'Xx and Xx, Ltd': repeated('Xx, Xx and '),
  'S. A. ': repeated('S. A. '),
  'Hospital ': repeated('Hospital '),
  'Court of the ': repeated('Court of the '),
  'St. San ': repeated('St. San '),
  'Sex: ': repeated('Sex: '),
  'man 45 years ': repeated('man 45 years '),
  'Turkish ': repeated('Turkish '),
  'MRN 12345 12345 ': repeated('12345 ', 'MRN 12345. '),
  'Xx Ltd ("Xx") ': repeated('Xxxx Ltd ("Xx") '),
  'sales sales manager ': repeated('sales sales sales manager '),
  'in Xx in Xx ': repeated('in Xx Xx Xx '),
  'Xx Xx, IL ': repeated('Xx Xx, IL '),
  'at ABC ': repeated('at ABC '),
  'EUR 1,111,': repeated('EUR 1,111,111,'),
  '1 000 000 ': repeated('1 000 000 000 000 ', '$'),
  'IN XX IN XX ': repeated('IN XXXX '),
  'in xxxx at ': repeated('in xxxx at '),
  'ab-ab-': repeated('ab-'),
  '1 aaaa aaaa': repeated(' aaaa', '1'),
  'Aaron Aaron ': repeated('Aaron '),
  'Mr. Mr. ': repeated('Mr. '),
  'St. St. ': repeated('St. '),
  'J. Smith ': repeated('J. Smith '),
  'maria smith ': repeated('maria smith '),
  'MARIA SMITH ': repeated('MARIA SMITH '),
  'mr smith of oxford, ': repeated('mr smith of oxford, '),
  'aaaa-aaaa ': repeated('quark-quark '),
  'my name is ': repeated('my name is '),
  'Dear Xx,⏎': repeated('Dear Xx,\n'),
  'http://aaa…': repeated('a', 'http://'),
  'http://(http://(': repeated('http://('),
  'www.www.': repeated('www.'),
  '::::': repeated(':'),
  'f:f:': repeated('f:'),
  'IBAN DEIBAN DE': repeated('IBAN DE'),
  'DE00 1DE00 1': repeated('DE00 1'),
  AAAA: repeated('A'),
  spaces: repeated(' '),
  newlines: repeated('\n'),
  '((((': repeated('('),
  '<<<<': repeated('<'),
  'nested quotes': repeated('"\''),
  'csv commas': repeated('a,1,b,'),
  'no space at all': repeated('abcdefghij1234567890'),
  'decomposed marks': repeated('e\u0301'),
  'emoji with joiners': repeated('\u{1F468}\u200D\u{1F469}\u200D\u{1F467} '),
  'lone surrogates': repeated('\ud800'),
  'full-width digits': repeated('１'),
  'zero-width': repeated('\u200b'),
  'mathematical digits': repeated('\u{1d7ce}'),
  '%40': repeated('%40'),
  '[EMAIL]': repeated('[EMAIL]'),
  underscores: repeated('_'),
}

const { detect } = createDetector()
const rules = identifierTypes.map(type => ({ type, operator: 'redact' as const }))

/** Fewest milliseconds of processor time over a few runs: waiting for a busy machine does not count. */
function cost(texts: readonly string[], runs: number): number {
  let best = Number.POSITIVE_INFINITY
  for (let run = 0; run < runs; run++) {
    const before = process.cpuUsage()
    for (const text of texts) apply(text, detect(text), rules)
    const { user, system } = process.cpuUsage(before)
    best = Math.min(best, (user + system) / 1000)
  }
  return best
}

const ticket =
  'Hello, the parcel for Zanele Quark has still not come, and the shop says that it was sent on 3 May 2021. ' +
  'Please write to zanele@example.org or call +44 20 7946 0958 when you know more about it. The last one took two weeks. '
const most = 4
const ordinary = cost([repeated(ticket)(100_000)], 5)

describe('detection and redaction of 100,000 adversarial characters', () => {
  it.each(Object.entries(patterns))('is linear for %s', (_, make) => {
    const large = make(100_000)
    const small = new Array<string>(10).fill(make(10_000))
    expect(large.length).toBe(100_000)
    // Ten small texts and the large one are the same amount of text: t(100 K) / t(10 K) is ten times their ratio.
    // How fast a machine is says nothing about linearity, so the bar for the large one is a multiple of ordinary text.
    let [one, ten] = [cost([large], 2), cost(small, 2)]
    for (let attempt = 0; attempt < 6 && ((10 * one) / Math.max(ten, 3) > 15 || one > most * ordinary); attempt++) {
      one = Math.min(one, cost([large], 2))
      ten = Math.min(ten, cost(small, 1))
    }
    expect((10 * one) / Math.max(ten, 3)).toBeLessThanOrEqual(15)
    expect(one).toBeLessThanOrEqual(most * ordinary)
  })
})
