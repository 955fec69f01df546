import { describe, expect, it } from 'vitest'
import { audiences, htmlReport, modelCard, modelCardMarkdown, partsFor } from '../src/index.js'
import { complete } from './fixtures/complete.js'
import { elements } from './fixtures/tags.js'

const idsOf = (page: string): readonly string[] =>
  elements(page).flatMap(({ tag, attributes }) => (tag === 'section' ? (attributes['id'] ?? []) : []))

const whole = htmlReport(complete)
const pieces = (page: string): ReadonlyMap<string, string> =>
  new Map([...page.matchAll(/<section id="([a-z]+)"[\s\S]*?<\/section>/g)].map(([text, id]) => [id!, text]))

describe('a view of the report', () => {
  it('holds its parts in its order, after the verdict', () => {
    for (const audience of [undefined, ...audiences])
      expect(idsOf(htmlReport(complete, audience && { audience }))).toEqual(['verdict', ...partsFor(audience)])
  })

  it('lets each reader begin with what they work with', () => {
    expect(audiences.map(audience => partsFor(audience).slice(0, 2))).toEqual([
      ['checklist', 'controls'],
      ['checklist', 'people'],
      ['figures', 'limitations'],
    ])
  })

  it('shows no other facts than the whole report: every part is the same to the byte, but for what is folded', () => {
    const all = pieces(whole)
    for (const audience of audiences)
      for (const [id, text] of pieces(htmlReport(complete, { audience })))
        if (!(audience === 'dpo' && id === 'processing')) expect(text, `${audience} ${id}`).toBe(all.get(id))
  })

  it('never leaves out the verdict, the checklist and how to check it, and says that it is a view', () => {
    for (const audience of audiences) {
      expect(partsFor(audience)).toEqual(expect.arrayContaining(['checklist', 'limitations', 'verify']))
      expect(htmlReport(complete, { audience })).toContain('<p class="meta view">View for ')
    }
    expect(whole).not.toContain('View for ')
  })

  it('folds the record of processing for everybody but the person who keeps it', () => {
    expect(pieces(whole).get('processing')).toContain('<details>')
    expect(pieces(htmlReport(complete, { audience: 'dpo' })).get('processing')).not.toContain('<details>')
  })

  it('links to parts that are there', () => {
    for (const audience of audiences) {
      const page = htmlReport(complete, { audience })
      const ids = new Set(elements(page).flatMap(({ attributes }) => attributes['id'] ?? []))
      for (const { tag, attributes } of elements(page))
        if (tag === 'a' && attributes['href']!.startsWith('#'))
          expect(ids, `${audience} ${attributes['href']}`).toContain(attributes['href']!.slice(1))
    }
  })
})

describe('a view of the card as Markdown', () => {
  const card = modelCard(complete)
  const chapters = (text: string): readonly string[] => [...text.matchAll(/^## (.*)$/gm)].map(([, title]) => title!)

  it('holds chapters of the whole card, the reader’s own first', () => {
    const all = modelCardMarkdown(card)
    for (const audience of audiences) {
      const view = modelCardMarkdown(card, { audience })
      expect(chapters(view)[0]).toBe('Verdict')
      expect(chapters(all)).toEqual(expect.arrayContaining([...chapters(view)]))
      for (const chapter of view.split(/^## /m).slice(1)) expect(all).toContain(chapter.trimEnd())
    }
    expect(chapters(modelCardMarkdown(card, { audience: 'auditor' })).slice(0, 3)).toEqual([
      'Verdict',
      'Controls',
      'Evidence',
    ])
    expect(chapters(modelCardMarkdown(card, { audience: 'dpo' }))).not.toContain('Model')
  })
})
