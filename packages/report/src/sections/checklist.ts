import { checklistColumns, isDone, type ChecklistLine, type ChecklistState } from '../checklist/checklist-line.js'
import { checklistMarks, checklistSummary } from '../checklist/checklist-text.js'
import { capital } from '../format.js'
import { html, type Markup } from '../markup.js'
import { codeText, folded, proseTable, section } from './parts.js'

/** The sixteen lines in four columns, and beneath them what each rests on. */
export const checklistSection = (lines: readonly ChecklistLine[]): Markup =>
  section('checklist', 'Deployment checklist', [
    html`<p class="quiet">${checklistSummary(lines)}. Present: the pipeline collected evidence. Attested: a person signed it. An installed plugin ticks nothing.</p>
<div class="cards checklist">${checklistColumns.map(
      column => html`<div class="card"><h3>${capital(column)}</h3>
<ul class="plain">${lines.filter(line => line.column === column).map(item)}</ul></div>
`,
    )}</div>
`,
    folded(
      'What each line rests on, and what mends the open ones',
      proseTable(
        'Lines of the checklist',
        'lines',
        ['Line', 'State', 'Evidence', 'To do'],
        lines.map(({ title, state, detail, evidence, help }) => [
          html`<strong>${title}</strong><br><span class="quiet">${detail}</span>`,
          checklistMark(state),
          evidence.length === 0
            ? html`<span class="quiet">none</span>`
            : html`<ul class="plain">${evidence.slice(0, 4).map(file => html`<li>${codeText(file)}</li>`)}${evidence.length > 4 && html`<li class="quiet">and ${evidence.length - 4} more</li>`}</ul>`,
          help === null ? html`<span class="quiet">nothing</span>` : codeText(help),
        ]),
      ),
    ),
  ])

const item = ({
  title,
  state,
  detail,
}: ChecklistLine): Markup => html`<li class="line"><span class="mark state ${state}" aria-hidden="true">${checklistMarks[state]}</span><div><span class="title">${title}</span> <span class="state ${state}">${state}</span>${!isDone(state) && html`<br><span class="quiet">${detail}</span>`}</div></li>
`

const checklistMark = (state: ChecklistState): Markup =>
  html`<span class="state ${state}"><span class="mark" aria-hidden="true">${checklistMarks[state]}</span> ${state}</span>`
