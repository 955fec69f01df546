import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { escapeHtml, html, join, textOf, visible } from '../src/markup.js'

describe('html', () => {
  it('escapes strings and leaves markup', () => {
    expect(textOf(html`<p title="${'"><script>'}">${html`<b>${'a & b'}</b>`}${[1, null, false]}</p>`)).toBe(
      '<p title="&quot;&gt;&lt;script&gt;"><b>a &amp; b</b>1</p>',
    )
  })

  it('takes nothing from JSON for markup', () => {
    const forged = JSON.parse('{"markup":"<script>","inner":"<script>"}') as never
    expect(textOf(html`${forged}`)).not.toContain('<script>')
  })

  it('lets no string leave text or a quoted attribute', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), text => {
        expect(escapeHtml(text)).not.toMatch(/[<>"'`]/)
        expect(escapeHtml(text).replace(/&(?:amp|lt|gt|quot|#39|#96);/g, '')).not.toContain('&')
      }),
    )
  })
})

describe('visible', () => {
  it('shows what would be invisible or would turn the line around', () => {
    expect(visible('pass\u202e')).toBe('pass[U+202E]')
    expect(visible('a\u0000b\ud800')).toBe('a\ufffdb\ufffd')
    expect(visible('\u200b')).toBe('[U+200B]')
  })

  it('cuts a value that would fill the page', () => {
    expect(visible('x'.repeat(1_000_000))).toHaveLength(401)
  })
})

describe('join', () => {
  it('leaves out what is empty', () => {
    expect(textOf(html`${join(['a', null, false, '', 'b'], ', ')}`)).toBe('a, b')
  })
})
