import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { errorCatalogue } from '../src/index.js'

describe('the error catalogue', () => {
  it.each(Object.entries(errorCatalogue))('explains %s in at least three sentences with an example', (_, entry) => {
    expect(entry.explanation.split('. ').length).toBeGreaterThanOrEqual(3)
    expect(entry.example).not.toBe('')
  })

  it('has a test that sees each code', () => {
    const folder = new URL('.', import.meta.url)
    const tests = readdirSync(folder)
      .filter(name => name.endsWith('.test.ts'))
      .map(name => readFileSync(new URL(name, folder), 'utf8'))
      .join('\n')
    expect(Object.keys(errorCatalogue).filter(code => !tests.includes(code))).toEqual([])
  })
})
