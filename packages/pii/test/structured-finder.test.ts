import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDetector } from '../src/index.js'
import { structuredFinder } from '../src/rewrite/structured-finder.js'
import { generatedText } from './generated-text.js'
import { escapedAtRandom, structuredText } from './structured-text.js'

const { detect } = createDetector({ rules: 'structured' })
const inText = structuredFinder({}, false)
const inJson = structuredFinder({}, true)
const encoder = new TextEncoder()

const wholly = (text: string) =>
  detect(text).map(({ type, rule, start, end }) => ({ type, rule, value: text.slice(start, end) }))

function inBytes(finder: typeof inText, bytes: Uint8Array) {
  finder.look(bytes, 0, bytes.length)
  return finder.found.map(({ finding: { type, rule }, value }) => ({ type, rule, value }))
}

const texts = fc.oneof(
  structuredText(),
  generatedText(),
  fc.tuple(structuredText(), generatedText()).map(two => two.join(' ')),
)

describe('the search in bytes', () => {
  it('finds in a text what the structured rules of the detector find in the whole of it', () => {
    fc.assert(
      fc.property(texts, text => {
        const written = Buffer.from(text).toString()
        expect(inBytes(inText, encoder.encode(written))).toEqual(wholly(written))
      }),
      { numRuns: 600, seed: 20 },
    )
  })

  it('finds the same behind the escapes of JSON', () => {
    fc.assert(
      fc.property(texts, fc.infiniteStream(fc.integer({ min: 0, max: 3 })), (text, choices) => {
        const inside = escapedAtRandom(text, choices)
        expect(JSON.parse(`"${inside}"`)).toBe(text)
        const bytes = encoder.encode(`${inside}"`)
        expect(inBytes(inJson, bytes)).toEqual(wholly(text))
      }),
      { numRuns: 600, seed: 20 },
    )
  })

  it('looks as far back for the label of a number as its rule does', () => {
    for (let gap = 1; gap <= 60; gap++) {
      const between = 'whatever-you-like '.repeat(4).slice(-gap)
      for (const label of ['phone', 'ssn', 'npi', 'aba routing'])
        for (const value of ['5550142', '219099998', '1234567893', '011000015']) {
          const text = `${'plain words '.repeat(20)}${label} ${between}${value}.`
          expect(inBytes(inText, encoder.encode(text)), text.slice(240)).toEqual(wholly(text))
        }
    }
  })
})
