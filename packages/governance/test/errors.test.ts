import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { errorCatalogue } from '../src/index.js'

const read = (folder: string): string =>
  readdirSync(new URL(folder, import.meta.url), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts'))
    .map(name => readFileSync(new URL(`${folder}/${name}`, import.meta.url), 'utf8'))
    .join('\n')

describe('error catalogue', () => {
  it.each(Object.entries(errorCatalogue))(
    '%s is explained, thrown and tested',
    (code, { title, explanation, example }) => {
      expect(explanation.split(/\.(?:\s|$)/).filter(Boolean).length).toBeGreaterThanOrEqual(3)
      expect(title).not.toBe('')
      expect(example).not.toBe('')
      expect(read('../src')).toContain(`code: '${code}'`)
      expect(read('.')).toContain(`'${code}'`)
    },
  )

  it('holds every code that the source uses', () => {
    const used = new Set(read('../src').match(/[A-Z]+-E\d{3}/g))
    for (const code of used) if (code.startsWith('GOV-')) expect(Object.keys(errorCatalogue)).toContain(code)
  })
})
