import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { AttestryError, errorCatalogue } from '../src/index.js'

const sources = async (folder: string): Promise<string> => {
  const names = await readdir(folder, { recursive: true })
  const files = names.filter(name => name.endsWith('.ts'))
  return (await Promise.all(files.map(name => readFile(join(folder, name), 'utf8')))).join('\n')
}

describe('the error catalogue', () => {
  it('explains every code in at least three sentences, with an example', () => {
    for (const [code, { title, explanation, example }] of Object.entries(errorCatalogue)) {
      expect(explanation.split(/[.?!](?:\s|$)/).filter(Boolean).length, code).toBeGreaterThanOrEqual(3)
      expect(title.length * example.length, code).toBeGreaterThan(0)
    }
  })

  it('holds exactly the codes that the source uses', async () => {
    const text = await sources(join(import.meta.dirname, '../src'))
    const used = new Set(
      text.match(/code: 'CORE-E\d{3}'|: 'CORE-E\d{3}'/g)?.map(found => found.match(/CORE-E\d{3}/)![0]),
    )
    expect([...used].sort()).toEqual(Object.keys(errorCatalogue).sort())
  })
})

describe('an error', () => {
  it('keeps the places it knows and gains those it lacks', () => {
    const error = new AttestryError({ code: 'X-E001', message: 'm', where: { plugin: 'a' }, help: 'h' })
    expect(error.at({ plugin: 'b', stage: 'train' }).toJSON()).toEqual({
      code: 'X-E001',
      message: 'm',
      where: { plugin: 'a', stage: 'train' },
      notes: [],
      help: 'h',
    })
  })
})
