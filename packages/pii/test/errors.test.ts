import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { errorCatalogue } from '../src/index.js'

describe('the error catalogue', () => {
  it('explains every code in at least three sentences, with an example', () => {
    for (const { title, explanation, example } of Object.values(errorCatalogue)) {
      expect(title).toMatch(/^[a-z]/)
      expect(explanation.split(/[.!?](?:\s|$)/).filter(Boolean).length).toBeGreaterThanOrEqual(3)
      expect(example).not.toBe('')
    }
  })

  it('has every code provoked by a test', () => {
    const tests = readdirSync(import.meta.dirname).filter(
      name => name.endsWith('.test.ts') && name !== 'errors.test.ts',
    )
    const all = tests.map(name => readFileSync(join(import.meta.dirname, name), 'utf8')).join('\n')
    for (const code of Object.keys(errorCatalogue)) expect(all).toContain(`'${code}'`)
  })
})
