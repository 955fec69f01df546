import type { Assessment, ControlState } from '@attestry/core'
import { capital, figure, interval as ends, words } from '../format.js'
import { html, type Content, type Markup } from '../markup.js'

/** A part of the page with its heading; `id` is what the contents link to. */
export const section = (
  id: string,
  title: string,
  body: Content,
): Markup => html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${body}
</section>
`

/** What stands where a stage did not happen. Never an empty success. */
export const notReached = (what: string): Markup =>
  html`<p class="none"><span class="mark" aria-hidden="true">–</span> <strong>Not reached.</strong> ${what}</p>`

export const note = (text: Content): Markup => html`<p class="note">${text}</p>`

/** What is there for whoever looks for it: closed on the screen, open on paper. */
export const folded = (title: Content, body: Content): Markup => html`<details><summary>${title}</summary>
${body}
</details>
`

export interface Column {
  readonly name: string
  readonly isNumber?: boolean
}

/** Longest table that is shown; the rest is in the JSON, and the table says so. */
const mostRows = 300

/**
 * A table with a caption, in a box that scrolls sideways on its own when the page is narrow. The first cell of each row is
 * its header.
 */
export function dataTable(caption: string, columns: readonly Column[], rows: readonly (readonly Content[])[]): Markup {
  if (rows.length === 0) return html`<p class="none">${caption}: none.</p>`
  const kind = (column: number): string => (columns[column]?.isNumber ? 'number' : 'text')
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table>
<caption>${caption}</caption>
<thead><tr>${columns.map(({ name }, i) => html`<th scope="col" class="${kind(i)}">${name}</th>`)}</tr></thead>
<tbody>
${rows.slice(0, mostRows).map(
  cells => html`<tr>${cells.map((cell, i) =>
    i === 0 ? html`<th scope="row" class="${kind(i)}">${cell}</th>` : html`<td class="${kind(i)}">${cell}</td>`,
  )}</tr>
`,
)}</tbody></table></div>
${rows.length > mostRows && note(`${mostRows} of ${rows.length} rows are shown; all are in model-card.json.`)}`
}

/** Which widths the columns of a prose table have; the style sheet knows them. */
export type Shape = 'demands' | 'controls' | 'nodes' | 'statements' | 'lines' | 'processing'

/** A table whose rows become blocks on a narrow page: for cells of prose and long names. */
export function proseTable(
  caption: string,
  shape: Shape,
  columns: readonly string[],
  rows: readonly (readonly Content[])[],
): Markup {
  if (rows.length === 0) return html`<p class="none">${caption}: none.</p>`
  const row = (cells: readonly Content[]): Markup => html`<tr role="row">${cells.map((cell, i) =>
    i === 0
      ? html`<th role="rowheader" scope="row">${cell}</th>`
      : html`<td role="cell"><span class="name" aria-hidden="true">${columns[i]}</span><div>${cell}</div></td>`,
  )}</tr>
`
  return html`<table class="stack ${shape}" role="table">
<caption>${caption}</caption>
<thead role="rowgroup"><tr role="row">${columns.map(name => html`<th role="columnheader" scope="col">${name}</th>`)}</tr></thead>
<tbody role="rowgroup">
${rows.slice(0, mostRows).map(row)}</tbody></table>
${rows.length > mostRows && note(`${mostRows} of ${rows.length} rows are shown; all are in model-card.json or the log.`)}`
}

/** Prose in which `commands` between backticks are shown as code. */
export const prose = (text: string): Content => {
  const parts = text.split('`')
  if (parts.length % 2 === 0) return text
  return parts.map((part, i) => (i % 2 === 0 ? part : codeText(part)))
}

const symbols: Readonly<Record<ControlState['state'], string>> = {
  present: '✓',
  missing: '○',
  stale: '◔',
  failed: '✕',
}

/** A state as a symbol and a word, never by colour alone. */
export const stateMark = (state: ControlState['state']): Markup =>
  html`<span class="state ${state}"><span class="mark" aria-hidden="true">${symbols[state]}</span> ${state}</span>`

/** The outcome of evidence, in the same marks. */
export const outcomeMark = (outcome: string): Markup =>
  outcome === 'pass'
    ? html`<span class="state present"><span class="mark" aria-hidden="true">✓</span> pass</span>`
    : outcome === 'fail'
      ? html`<span class="state failed"><span class="mark" aria-hidden="true">✕</span> fail</span>`
      : html`<span class="quiet">facts only</span>`

/** Whether a limit is met, in the same marks. */
export const limitMark = (state: 'met' | 'over' | 'not-assessed'): Markup =>
  state === 'met'
    ? html`<span class="state present"><span class="mark" aria-hidden="true">✓</span> within the limit</span>`
    : state === 'over'
      ? html`<span class="state failed"><span class="mark" aria-hidden="true">✕</span> over the limit</span>`
      : html`<span class="state missing"><span class="mark" aria-hidden="true">○</span> not assessed</span>`

/** A time as it stands in the record. */
export const timeText = (time: string): Markup => html`<time>${time}</time>`

/** A measured value with its interval; a value that is missing says why. */
export function measured({ value, interval, detail }: Pick<Assessment, 'value' | 'interval' | 'detail'>): Content {
  if (value === null) return html`<span class="quiet">not assessed${reasonOf(detail)}</span>`
  return html`${figure(value)}${interval && html` <span class="quiet">${ends(interval)}</span>`}`
}

export const reasonOf = (detail: Assessment['detail']): string =>
  typeof detail === 'object' && detail !== null && 'reason' in detail && typeof detail.reason === 'string'
    ? `: ${detail.reason}`
    : ''

/** A metric's name as words, with a capital. */
export const metricName = (metric: string): string => capital(words(metric))

/** `nonFiniteExamples` as words. */
export const factName = (name: string): string =>
  words(name.replace(/([a-z])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`))

/** Code; what is long and without words, such as a digest, may break anywhere. */
export const codeText = (text: string): Markup =>
  text.length > 40 ? html`<code class="long">${text}</code>` : html`<code>${text}</code>`
