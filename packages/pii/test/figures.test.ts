import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { detect, identifierTypes } from '../src/index.js'
import { readLabelled, readQueries, sharedFolder, type Labelled } from './figures/shared-data.js'
import { scoreSpans, wilson, type Range } from './figures/span-score.js'

const folder = sharedFolder()
if (!folder) console.warn('public corpora not found (set ATTESTRY_SHARED): measured figures are skipped')

const rangesOf = (text: string): readonly Range[] => detect(text).map(({ start, end }) => [start, end] as const)
const goldOf = ({ spans }: Labelled): readonly Range[] => spans.map(([start, end]) => [start, end] as const)
const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8').replaceAll(/ {2,}/g, ' ')
const share = (hits: number, n: number): string => {
  const [low, high] = wilson(hits, n)
  return `${(hits / n).toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}] of ${n}`
}

/** Share of gold mentions of some types that are covered in full. */
function covered(documents: readonly Labelled[], types: readonly string[]): { hits: number; n: number } {
  let [hits, n] = [0, 0]
  for (const { text, spans } of documents) {
    const found = rangesOf(text)
    for (const [start, end, type] of spans) {
      if (!types.includes(type)) continue
      n++
      const isCovered = text
        .slice(start, end)
        .split('')
        .every(
          (character, i) => !/[\p{L}\p{N}]/u.test(character) || found.some(([a, b]) => a <= start + i && start + i < b),
        )
      if (isCovered) hits++
    }
  }
  return { hits, n }
}

// The README states these figures: a change of the rules that moves one has to say so there.
describe.skipIf(!folder)('measured on public corpora', () => {
  it('scores an oracle as perfect', () => {
    const documents = readLabelled(folder!, 'presidio-synth.jsonl')
    const score = scoreSpans(documents.map(one => ({ text: one.text, gold: goldOf(one), predicted: goldOf(one) })))
    expect(score).toMatchObject({ precision: 1, recall: 1, f2: 1 })
  })

  it('presidio-synth: span F2, type-blind, and coverage by type', () => {
    const documents = readLabelled(folder!, 'presidio-synth.jsonl')
    const score = scoreSpans(
      documents.map(one => ({ text: one.text, gold: goldOf(one), predicted: rangesOf(one.text) })),
    )
    console.info(
      `presidio-synth  P ${score.precision.toFixed(3)}  R ${share(score.matched, score.gold)}  F2 ${score.f2.toFixed(3)}`,
    )
    const ours = ['PERSON', 'PHONE_NUMBER', 'CREDIT_CARD', 'EMAIL_ADDRESS', 'IP_ADDRESS', 'US_SSN', 'DOMAIN_NAME']
    for (const type of ours) {
      const { hits, n } = covered(documents, [type])
      console.info(`  ${type.padEnd(14)} ${share(hits, n)}`)
    }
    const supported = documents.map(one => ({
      text: one.text,
      gold: goldOf({ text: one.text, spans: one.spans.filter(([, , type]) => ours.includes(type)) }),
      predicted: rangesOf(one.text),
    }))
    const own = scoreSpans(supported)
    console.info(
      `  gold of our types only  P ${own.precision.toFixed(3)}  R ${own.recall.toFixed(3)}  F2 ${own.f2.toFixed(3)}`,
    )
    const persons = covered(documents, ['PERSON'])
    expect(readme).toContain(`all 15 labels | ${score.f2.toFixed(3)} |`)
    expect(readme).toContain(`labels of our types only | ${own.f2.toFixed(3)} |`)
    expect(readme).toContain(`names covered in full | ${share(persons.hits, persons.n)} |`)
  })

  it('asq-phi: recall over distinct strings, character recall, specificity', () => {
    const documents = readLabelled(folder!, 'asq-phi.jsonl')
    let [kept, strings, negatives, clean, characters, hidden] = [0, 0, 0, 0, 0, 0]
    for (const { text, spans } of documents) {
      const found = rangesOf(text)
      if (spans.length === 0) {
        negatives++
        if (found.length === 0) clean++
        continue
      }
      const masked = text
        .split('')
        .map((character, i) => (found.some(([a, b]) => a <= i && i < b) ? '\u0000' : character))
      for (const [start, end] of spans)
        for (let i = start; i < end; i++)
          if (/[\p{L}\p{N}]/u.test(text[i]!)) {
            characters++
            if (masked[i] === '\u0000') hidden++
          }
      for (const value of new Set(spans.map(([start, end]) => text.slice(start, end)))) {
        strings++
        if (masked.join('').includes(value)) kept++
      }
    }
    console.info(
      `asq-phi  recall ${share(strings - kept, strings)}  characters ${(hidden / characters).toFixed(3)}  ` +
        `specificity ${share(clean, negatives)}`,
    )
    const names = covered(documents, ['NAME'])
    const numbers = covered(documents, ['PHONE_NUMBER', 'EMAIL_ADDRESS', 'SOCIAL_SECURITY_NUMBER', 'IP_ADDRESS'])
    console.info(`  names ${share(names.hits, names.n)}  phone, email, SSN, IP ${share(numbers.hits, numbers.n)}`)
    expect(readme).toContain(`(dates and places included) | ${share(strings - kept, strings)} |`)
    expect(readme).toContain(`specificity | ${share(clean, negatives)} |`)
    expect(readme).toContain(`names covered in full | ${share(names.hits, names.n)} |`)
  })

  it('banking77: false alarms in queries without identifiers', () => {
    const queries = readQueries(folder!)
    const byType = Object.fromEntries(identifierTypes.map(type => [type, 0]))
    for (const query of queries) for (const { type } of detect(query)) byType[type]! += 1
    const total = Object.values(byType).reduce((sum, count) => sum + count, 0)
    console.info(
      `banking77  ${((100 * total) / queries.length).toFixed(2)} alarms per 100 of ${queries.length} queries`,
      byType,
    )
    expect(queries.length).toBe(3080)
    expect(readme).toContain(`false alarms per 100 | ${((100 * total) / queries.length).toFixed(2)} |`)
  })
})
