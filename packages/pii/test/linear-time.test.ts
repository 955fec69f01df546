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
  'ab-ab-': repeated('ab-'),
  '1 aaaa aaaa': repeated(' aaaa', '1'),
  'Aaron Aaron ': repeated('Aaron '),
  'Mr. Mr. ': repeated('Mr. '),
  'St. St. ': repeated('St. '),
  'J. Smith ': repeated('J. Smith '),
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

/** The shortest of several runs of detection and replacement, in milliseconds: what the machine does when left alone. */
function fastest(text: string, runs: number): number {
  let best = Number.POSITIVE_INFINITY
  for (let run = 0; run < runs; run++) {
    const started = performance.now()
    apply(text, detect(text), rules)
    best = Math.min(best, performance.now() - started)
  }
  return best
}

describe('detection and redaction of 100,000 adversarial characters', () => {
  it.each(Object.entries(patterns))('is linear for %s', (_, make) => {
    const [small, large] = [make(10_000), make(100_000)]
    expect(large.length).toBe(100_000)
    fastest(small, 3)
    // On an idle core each is well under 100 ms; a shared machine gets several tries and twice the time.
    let [ratio, time] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
    for (let attempt = 0; attempt < 5 && (ratio > 15 || time > 200); attempt++) {
      const base = fastest(small, 3)
      time = Math.min(time, fastest(large, 2))
      // Below a millisecond the clock and the collector decide, not the code.
      ratio = Math.min(ratio, time / Math.max(base, 1))
    }
    expect(ratio).toBeLessThanOrEqual(15)
    expect(time).toBeLessThanOrEqual(200)
  })
})
