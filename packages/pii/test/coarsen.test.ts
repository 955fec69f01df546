import { describe, expect, it } from 'vitest'
import type { IdentifierRule, RecordBatch } from '@attestry/core'
import { apply, createScrubber, detect } from '../src/index.js'
import { coarsen } from '../src/coarsen.js'

const rules: readonly IdentifierRule[] = ['AGE', 'DATE', 'EMAIL', 'YEAR'].map(type => ({
  type,
  operator: type === 'EMAIL' ? 'redact' : 'coarsen',
}))
const notes: RecordBatch = {
  rowIds: ['1', '2'],
  subjects: ['1', '2'],
  columns: {
    text: {
      kind: 'text',
      values: ['Aged 45, seen on 14 March 2021, write to jo@example.org', 'Aged 94, write to jo@example.org'],
    },
  },
}

describe('the operator coarsen', () => {
  it('leaves the year of a date and an age up to 89, and aggregates older people', () => {
    const text = notes.columns['text']!.values[0] as string
    expect(apply(text, detect(text), rules)).toBe('Aged 45, seen on 2021, write to [EMAIL]')
    const old = notes.columns['text']!.values[1] as string
    expect(apply(old, detect(old), rules)).toMatch(/^(Aged )?\[AGE 90\+\], write to \[EMAIL\]$/)
  })

  it('takes out what may not stay at all', () => {
    const [finding] = detect('jo@example.org')
    expect(coarsen(finding!, 'jo@example.org')).toBe('[EMAIL]')
  })

  it('leaves nothing that it would change again, and what it leaves is no residue', async () => {
    const scrubber = createScrubber()
    expect(await scrubber.residue(notes, ['text'], rules)).toEqual({ AGE: 1, DATE: 1, EMAIL: 2 })
    const { batch, found, rowsChanged } = await scrubber.scrub(notes, ['text'], rules)
    // An age that stays was not taken out.
    expect(found).toEqual({ AGE: 1, DATE: 1, EMAIL: 2 })
    expect(rowsChanged).toBe(2)
    expect(await scrubber.residue(batch, ['text'], rules)).toEqual({})
    expect(await scrubber.scan(batch, ['text'], ['AGE'])).toEqual({ AGE: 1 })
  })
})
