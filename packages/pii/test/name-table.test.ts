import { readFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { detect } from '../src/index.js'
import { readHashTable } from '../src/gazetteer/hash-table.js'
import { nameBit, nameBits } from '../src/gazetteer/name-table.js'

const file = join(import.meta.dirname, '../model/names.bin')
const found = (text: string): readonly string[] =>
  detect(text)
    .filter(({ rule }) => rule.includes('table'))
    .map(({ type, start, end }) => `${type} ${text.slice(start, end)}`)

describe('the table of names', () => {
  it('knows names and towns of many countries, and says which are common words', () => {
    expect(nameBits('radmila') & nameBit.given).toBe(nameBit.given)
    expect(nameBits('badenhorst') & nameBit.family).toBe(nameBit.family)
    expect(nameBits('wuppertal') & nameBit.town).toBe(nameBit.town)
    expect(nameBits('will') & nameBit.common).toBe(nameBit.common)
    expect(nameBits('qzxwv')).toBe(0)
  })

  it('is the file whose digest the README states, within its size', () => {
    const bytes = readFileSync(file)
    const digest = createHash('sha256').update(bytes).digest('hex')
    const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')
    expect(readme).toContain(`${digest.slice(0, 12)}…${digest.slice(-5)}`)
    expect(bytes.length).toBeLessThan(1_000_000)
  })

  it('is refused when it is cut short, changed or of another kind', () => {
    const bytes = new Uint8Array(readFileSync(file))
    const swapped = Uint8Array.from(bytes)
    swapped.set(bytes.subarray(12, 16), 8)
    for (const broken of [bytes.slice(0, -1), bytes.slice(0, 4), new Uint8Array(0), bytes.map(x => x ^ 1), swapped])
      expect(() => readHashTable('names.bin', broken)).toThrow(expect.objectContaining({ code: 'PII-E010' }))
  })
})

describe('names by the table', () => {
  it('are a given name before a family name, by itself', () => {
    expect(found('the parcel for Radmila Badenhorst came back')).toEqual(['PERSON Radmila Badenhorst'])
  })

  it('are no single word, which says too little', () => {
    expect(found('the parcel for Radmila came back to jo@example.org in Wuppertal')).toEqual([])
  })

  it('are no family name alone, and no street or firm', () => {
    expect(found('the Badenhorst score, says jo@example.org')).toEqual([])
    expect(found('write to jo@example.org at Radmila Badenhorst Foundation')).toEqual([])
  })
})
