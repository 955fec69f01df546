import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readLabelled, sharedFolder } from '../eval/data.js'
import { measure } from '../eval/figures.js'
import { scoreSpans } from '../eval/span-score.js'
import { readmeRow, readmeRows } from '../eval/readme-rows.js'

const folder = sharedFolder()
if (!folder) console.warn('public corpora not found (set ATTESTRY_SHARED): measured figures are skipped')

const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8').replaceAll(/ {2,}/g, ' ')

// The README states these figures: a change of the rules that moves one has to say so there.
describe.skipIf(!folder)('measured on public corpora', () => {
  it('scores an oracle as perfect', () => {
    const { documents } = readLabelled(folder!, 'presidio-synth.jsonl')
    const gold = documents.map(({ text, spans }) => {
      const ranges = spans.map(([start, end]) => [start, end] as const)
      return { text, gold: ranges, predicted: ranges }
    })
    expect(scoreSpans(gold)).toMatchObject({ precision: 1, recall: 1, f2: 1 })
  })

  it('stands in the README as it is measured', () => {
    const rows = readmeRows(measure(folder!))
    expect(rows.length).toBeGreaterThan(10)
    for (const row of rows) expect(readme).toContain(readmeRow(row).replaceAll(/ {2,}/g, ' '))
  })
})
