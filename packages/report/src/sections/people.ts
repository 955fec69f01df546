import type { JsonValue } from '@attestry/core'
import { newest, type ChecklistFacts, type Measurement } from '../checklist/facts.js'
import { count, counted, figure, sortedEntries } from '../format.js'
import { html, type Content, type Markup } from '../markup.js'
import { codeText, factName, note, outcomeMark, section, timeText } from './parts.js'

const kinds = [
  ['consent-state', 'Consent', 'what people said about this purpose'],
  ['purpose-and-basis', 'Purpose and basis', 'which rows the purpose and its legal basis cover'],
  ['subject-requests', 'Requests of people', 'access, erasure, rectification and the like, with their clocks'],
  ['retention-state', 'Retention', 'what is kept, what is due, what was destroyed'],
  ['access-control', 'Access', 'who may do what, on whose word'],
] as const

/** What evidence says about the people behind the data: consent, requests, retention, access. */
export const peopleSection = (facts: ChecklistFacts): Markup =>
  section('people', 'Consent, requests, retention and access', [
    html`<div class="cards people">${kinds.map(([type, title, about]) => card(title, about, type, newest(facts, type)))}</div>
`,
    note('People appear here as counts only; in the log they are random handles.'),
  ])

function card(title: string, about: string, type: string, found: Measurement | null): Markup {
  const head = html`<h3>${title}</h3>
<p class="quiet">${about}</p>
`
  if (!found)
    return html`<div class="card">${head}<p class="none">No evidence ${codeText(type)}.</p></div>
`
  const { item, hasFailed } = found
  return html`<div class="card">${head}<p>${outcomeMark(hasFailed ? 'fail' : item.outcome)} <span class="quiet">${timeText(item.collectedAt.slice(0, 10))}</span></p>
<dl class="facts">${sortedEntries(item.facts)
    .slice(0, 14)
    .map(([name, value]) => html`<div><dt>${factName(name)}</dt><dd>${short(value)}</dd></div>`)}</dl>
<p class="note">${codeText(item.statement.file)}</p></div>
`
}

/** A fact in a few characters: lists and tables are counted, and stand in full in the statement. */
function short(value: JsonValue): Content {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? count(value) : figure(value)
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (value === null) return 'none'
  if (typeof value === 'string') return value.length > 40 ? codeText(`${value.slice(0, 24)}…`) : value
  if (Array.isArray(value)) return value.length === 0 ? 'none' : counted(value.length, 'entry', 'entries')
  const entries = sortedEntries(value as { readonly [key: string]: JsonValue })
  if (entries.length <= 6 && entries.every(([, one]) => typeof one === 'number'))
    return entries.map(([name, one]) => `${name} ${count(one as number)}`).join(', ') || 'none'
  return counted(entries.length, 'entry', 'entries')
}
