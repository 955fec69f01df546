import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDetector, detect, preview, previewPage, type Finding } from '../src/index.js'
import { generatedTexts } from './surrogate-texts.js'

const text = 'My name is Thandi Zulu, aged 45, write to jo@example.org.'
const body = (page: string): string => page.slice(page.indexOf('<body>'), page.indexOf('</html>'))

describe('the preview of a text', () => {
  it('marks what was found by its type, with what would be written in its place', () => {
    const page = preview(text, detect(text), { policy: 'hipaa', year: 2026 })
    expect(page).toContain(
      'My name is <mark class="t-PERSON" id="f1">[PERSON]</mark>, aged <mark class="t-AGE kept" id="f2">45</mark>, write to ' +
        '<mark class="t-EMAIL" id="f3">[EMAIL]</mark>.</pre>',
    )
    expect(page).toContain('<li><mark class="t-PERSON">PERSON</mark>1</li>')
    expect(page).toContain('<strong>redact</strong> HIPAA-164.514(b)(2)(i)(F): electronic mail addresses')
    expect(page).toMatch(/\.t-EMAIL\{--angle:\d+\}/)
  })

  it('holds no value unless asked', () =>
    fc.assert(
      fc.property(generatedTexts, sample => {
        const findings = createDetector({ policy: 'hipaa' }).detect(sample)
        const page = body(preview(sample, findings, { policy: 'hipaa', year: 2026 }))
        for (const { start, end } of findings) expect(page).not.toContain(sample.slice(start, end))
      }),
      { numRuns: 40 },
    ))

  it('shows values struck out when asked, and says what the page then is', () => {
    const page = preview(text, detect(text), { showValues: true })
    expect(page).toContain('<del>jo@example.org</del> <ins>[EMAIL]</ins>')
    expect(page).toContain('it is personal data')
    expect(preview(text, detect(text))).not.toContain('<del>')
  })

  it('escapes everything that comes from the text, and runs nothing', () => {
    const hostile =
      '<img src=x onerror=alert(1)> </pre><script>alert(1)</script> "\'`& \u202e\u0000\ud800 jo@example.org'
    const page = previewPage([{ text: hostile, findings: detect(hostile), name: '</h2><script>' }], {
      title: '</title><script>',
      showValues: true,
    })
    expect(page).not.toMatch(/<(?:img|script)/)
    expect(page).toContain('[U+202E]\ufffd\ufffd')
    expect(page).toContain("default-src 'none'")
    const finding: Finding = { type: 'ID', start: 0, end: 4, score: 1, rule: '<b>', validator: '"<i>' }
    expect(preview('<b>1', [finding], { showValues: true })).not.toMatch(/<[bi]>/)
  })

  it('leaves no character of the page unbalanced, whatever the text', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), around => {
        const sample = `${around} jo@example.org ${around}`
        const page = body(preview(sample, detect(sample)))
        expect(page.match(/<mark/g)?.length).toBe(page.match(/<\/mark>/g)?.length)
        expect(page.match(/<[a-z]/g)!.length).toBe(page.match(/<\/[a-z]/g)!.length)
      }),
      { numRuns: 60 },
    ))

  it('says that nothing found is not nothing there', () =>
    expect(preview('Hello', [])).toContain('that is not to say that nothing is there'))

  it('shows several texts with their names and numbers their findings through', () => {
    const page = previewPage(
      ['a.txt', 'b.txt'].map(name => ({ name, text: 'to jo@example.org', findings: detect('to jo@example.org') })),
    )
    expect(page).toContain('2 findings in 2 texts')
    expect(page).toContain('<h2>b.txt</h2>')
    expect(page).toContain('id="f2"')
  })
})
