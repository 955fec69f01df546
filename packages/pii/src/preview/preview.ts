import { createHash } from 'node:crypto'
import { anonymize, type AnonymizeOptions, type Anonymized } from '../anonymize.js'
import type { Finding } from '../finding.js'
import { identifierTypes, type IdentifierType } from '../identifier-types.js'
import { placeholderOf } from '../placeholder.js'
import type { PolicyName } from '../policies/index.js'
import type { PiiPolicy } from '../policies/policy.js'
import { reasons, trace, type TraceEntry } from '../trace.js'
import { previewStyle } from './style.js'
import { escapeHtml } from './visible.js'

export interface PreviewOptions extends AnonymizeOptions {
  /** What would be written in the place of the values; placeholders without one. */
  readonly policy?: PolicyName | PiiPolicy
  /** Shows the values, struck out, beside what would be written: the page is then personal data. */
  readonly showValues?: boolean
  /** Heading of the page. */
  readonly title?: string
}

/** A text of the page, such as a file or a record. */
export interface PreviewPart {
  readonly text: string
  /** As `detect` gave them for this very text. */
  readonly findings: readonly Finding[]
  /** Heading of the text, such as the file's name and line. */
  readonly name?: string
}

/**
 * One HTML page with a text in which what was found is marked by its type and replaced by what would be written, a legend, and
 * the decision trace. No script, no request, no font; everything from the text is escaped.
 *
 * Values are not on the page unless asked for. The text around them is, as it stands, with whatever no rule found.
 *
 * @throws as `anonymize`
 * @example
 *   writeFileSync('preview.html', preview(text, detect(text), { policy: 'hipaa' }))
 */
export const preview = (text: string, findings: readonly Finding[], options: PreviewOptions = {}): string =>
  previewPage([{ text, findings }], options)

/** The same for several texts. */
export function previewPage(parts: readonly PreviewPart[], options: PreviewOptions = {}): string {
  const { policy, showValues = false, title = 'What was found' } = options
  const counts = countsOf(parts)
  const types = identifierTypes.filter(type => counts.has(type))
  const style = previewStyle(types)
  let number = 0
  const shown = parts.map(({ text, findings, name }) => {
    const first = number
    number += findings.length
    const written = policy === undefined ? undefined : anonymize(text, findings, policy, options)
    const entries = trace(text, findings, { ...(policy !== undefined && { policy }), ...options })
    return { text, findings, name, first, written, entries }
  })
  const policyName = shown.find(({ written }) => written)?.written?.policy
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<div class="page">
<header>
<h1>${escapeHtml(title)}</h1>
<p class="quiet">${countOf(number, 'finding')} in ${countOf(parts.length, 'text')}, ${
    policyName
      ? `written under the policy ${escapeHtml(`${policyName.id} ${policyName.version}`)}`
      : 'shown as placeholders'
  }.${showValues ? ' <strong>This page shows the values: it is personal data.</strong>' : ''}</p>
</header>
<main>
<section>
<h2>Types</h2>
${types.length === 0 ? '<p>Nothing was found; that is not to say that nothing is there.</p>' : legend(types, counts)}
${shown.some(({ written }) => written?.decisions.some(({ action }) => action === 'keep')) ? '<p class="quiet">A broken line means that the policy lets the value stay.</p>\n' : ''}</section>
${shown
  .map(
    ({ text, findings, name, first, written, entries }) => `<section>
<h2>${escapeHtml(name ?? 'Text')}</h2>
<pre class="text">${marked(text, findings, first, written, showValues)}</pre>
</section>
`,
  )
  .join('')}${number === 0 ? '' : decisions(shown)}</main>
<footer><p>Text without a mark is shown as it stands; no rule found anything in it, and personal data may be there all the same.</p></footer>
</div>
</body>
</html>
`
}

const countOf = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`

function countsOf(parts: readonly PreviewPart[]): ReadonlyMap<IdentifierType, number> {
  const counts = new Map<IdentifierType, number>()
  for (const { findings } of parts) for (const { type } of findings) counts.set(type, (counts.get(type) ?? 0) + 1)
  return counts
}

const legend = (types: readonly IdentifierType[], counts: ReadonlyMap<IdentifierType, number>): string =>
  `<ul class="legend">${types
    .map(type => `<li><mark class="t-${type}">${type}</mark>${counts.get(type)}</li>`)
    .join('')}</ul>`

function marked(
  text: string,
  findings: readonly Finding[],
  first: number,
  written: Anonymized | undefined,
  showValues: boolean,
): string {
  let page = ''
  let at = 0
  for (const [i, { type, start, end }] of findings.entries()) {
    const value = text.slice(start, end)
    const place = written?.decisions[i]
    const stands = place ? written!.text.slice(place.written.start, place.written.end) : placeholderOf(type)
    const isKept = place?.action === 'keep'
    const inner =
      showValues && !isKept ? `<del>${escapeHtml(value)}</del> <ins>${escapeHtml(stands)}</ins>` : escapeHtml(stands)
    page += `${escapeHtml(text.slice(at, start))}<mark class="t-${type}${isKept ? ' kept' : ''}" id="f${first + i + 1}">${inner}</mark>`
    at = end
  }
  return page + escapeHtml(text.slice(at))
}

interface Shown {
  readonly name: string | undefined
  readonly first: number
  readonly entries: readonly TraceEntry[]
}

const decisions = (shown: readonly Shown[]): string => `<section>
<h2>Decisions</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Decisions">
<table>
<thead><tr><th scope="col">Place</th><th scope="col">Type</th><th scope="col">Found by</th><th scope="col">Decision</th></tr></thead>
<tbody>
${shown
  .flatMap(({ name, first, entries }) => [
    ...(shown.length > 1 && entries.length > 0
      ? [`<tr><th colspan="4" scope="rowgroup">${escapeHtml(name ?? 'Text')}</th></tr>`]
      : []),
    ...entries.map((entry, i) => row(entry, first + i + 1)),
  ])
  .join('\n')}
</tbody>
</table>
</div>
</section>
`

const row = (entry: TraceEntry, number: number): string => {
  const { type, start, end, rule, validator, score, basis, context, decision } = entry
  const found = `<code>${escapeHtml(rule)}</code>, score ${score}, ${reasons[basis]}${
    validator === undefined ? '' : ` (${escapeHtml(validator)})`
  }${context.length > 0 ? `, after ${context.map(word => `“${escapeHtml(word)}”`).join(', ')}` : ''}`
  const decided = decision
    ? `<strong>${decision.action}</strong> ${escapeHtml(decision.control)}: ${escapeHtml(decision.because)}`
    : '<span class="quiet">no policy</span>'
  return `<tr><td class="place"><a href="#f${number}">${start}–${end}</a></td><td><mark class="t-${type}">${type}</mark></td><td>${found}</td><td>${decided}</td></tr>`
}
