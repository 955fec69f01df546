import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sha256 } from '@attestry/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { removeSubjectRows, subjectRows } from '../src/index.js'
import { folder, rejection } from './fixtures.js'

const file = (name: string, content: string): string => {
  const path = join(folder(), name)
  writeFileSync(path, content, { mode: 0o640 })
  return path
}
const ada = { columns: ['who'], identifier: 'ada' }
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`

describe('rows of one person', () => {
  it('are found and taken out of CSV, quoted line feeds and all, and every other byte stays', async () => {
    const path = file('t.csv', '\ufeffwho,text\r\nbo,"a\nb"\r\nada,"one\ntwo, ada\n"\r\n\r\nbo,x\r\nada,last')
    expect(await subjectRows(path, ada)).toMatchObject({
      total: 4,
      unreadable: 0,
      mentions: 0,
      rows: [
        { who: 'ada', text: 'one\ntwo, ada\n' },
        { who: 'ada', text: 'last' },
      ],
    })
    const before = sha256(readFileSync(path))
    const after = '\ufeffwho,text\r\nbo,"a\nb"\r\nbo,x\r\n'
    expect(await removeSubjectRows(path, ada)).toEqual({ removed: 2, before, after: sha256(after) })
    expect(readFileSync(path, 'utf8')).toBe(after)
    expect(statSync(path).mode & 0o777).toBe(0o640)
    expect(await removeSubjectRows(path, ada)).toMatchObject({ removed: 0, before: sha256(after) })
  })

  it('are found and taken out of JSONL, where numbers name people too', async () => {
    const path = file('t.jsonl', '{"who":7,"n":1}\n{"who":"70","n":2}\n\n{"who":"7"}\nnot json\n')
    const seven = { columns: ['who', 'other'], identifier: '7' }
    expect(await subjectRows(path, seven)).toMatchObject({ total: 4, unreadable: 1, rows: [{ n: 1 }, { n: null }] })
    await removeSubjectRows(path, seven)
    expect(readFileSync(path, 'utf8')).toBe('{"who":"70","n":2}\n\nnot json\n')
  })

  it('are not looked for where no column names people, nor in a file that is not there', async () => {
    const path = file('t.csv', 'text\nada\n')
    expect([await subjectRows(path, ada), await removeSubjectRows(path, ada)]).toEqual([null, null])
    expect((await rejection(subjectRows(`${path}.csv`, ada))).code).toBe('DATA-E001')
  })

  it('leave any file as if they had never been in it', async () => {
    const row = fc.tuple(
      fc.constantFrom('ada', 'bo', 'ada2'),
      fc.string({ unit: fc.constantFrom('a', '"', '\n', ',', 'é') }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 12 }), async rows => {
        const text = (some: typeof rows): string =>
          `who,text\n${some.map(([who, said]) => `${who},${quoted(said)}\n`).join('')}`
        const path = file('t.csv', text(rows))
        await removeSubjectRows(path, ada)
        expect(readFileSync(path, 'utf8')).toBe(text(rows.filter(([who]) => who !== 'ada')))
      }),
      { numRuns: 60 },
    )
  })
})
