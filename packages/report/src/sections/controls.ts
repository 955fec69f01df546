import { isOldText } from '../checklist/document-lines.js'
import { count } from '../format.js'
import { html, join, type Content, type Markup } from '../markup.js'
import type { CardControl, ControlCounts, ControlGroup, ModelCard } from '../model-card.js'
import { stateBars } from '../plots/state-bars.js'
import { codeText, dataTable, folded, note, proseTable, section, stateMark, timeText } from './parts.js'

/** Every control of every regulation, with its state: a bar to look at, then one fold per regulation. */
export function controlsSection({ controls: { groups, counts }, assessedAt }: ModelCard): Markup {
  const title = 'Controls'
  if (counts.total === 0)
    return section('controls', title, html`<p class="none">No loaded plugin states a control.</p>`)
  const at = new Date(assessedAt)
  return section('controls', title, [
    stateBars(groups.map(group => ({ name: nameOf(group), ...group.counts }))),
    needWork(groups),
    groups.map((group, place) => groupFold(group, place, at)),
    note(
      html`A control is present when verified evidence of every type it needs names it, did not fail and is young enough as of ${timeText(assessedAt)}. Enforced: the pipeline blocks. Evidenced: it collects proof. Attested by people: software only stores what they signed. An installed plugin is never evidence. Titles and summaries are in our own words; the official text holds.`,
    ),
    folded(
      'Counts by regulation and state',
      dataTable(
        'Controls by regulation and state',
        [
          { name: 'Regulation' },
          ...['Present', 'Missing', 'Stale', 'Failed', 'All', 'People decide'].map(name => ({ name, isNumber: true })),
        ],
        [...groups.map(group => countCells(nameOf(group), group.counts)), countCells('All', counts)],
      ),
    ),
  ])
}

/** Failed and stale controls, before everything that is only missing: somebody relied on these. */
function needWork(groups: readonly ControlGroup[]): Content {
  const lines = groups.flatMap(group => group.controls.filter(({ state }) => state === 'failed' || state === 'stale'))
  if (lines.length === 0) return null
  return html`<p class="list-title">Failed or stale</p>
<ul>${lines.slice(0, 12).map(
    control => html`<li>${stateMark(control.state)} <span class="control-id">${control.id}</span> ${control.title}<span class="quiet">: ${control.detail}</span></li>
`,
  )}${lines.length > 12 && html`<li class="quiet">and ${count(lines.length - 12)} more below</li>`}</ul>
`
}

const countCells = (
  name: Content,
  { present, missing, stale, failed, total, people }: ControlCounts,
): readonly Content[] => [name, ...[present, missing, stale, failed, total, people].map(count)]

const nameOf = ({ regulation, plugin }: ControlGroup): string => regulation?.id ?? plugin

function groupFold(group: ControlGroup, place: number, at: Date): Markup {
  // Rows of one law rest on few sources, and some take a paragraph to name: each is written once.
  const sources = [...new Set(group.controls.map(control => control.source))]
  const anchor = (number: number): string => `source-${place + 1}-${number + 1}`
  const { present, missing, stale, failed, total } = group.counts
  const told = join(
    [
      `${count(present)} of ${count(total)} present`,
      missing > 0 && `${count(missing)} missing`,
      stale > 0 && `${count(stale)} stale`,
      failed > 0 && `${count(failed)} failed`,
    ],
    ', ',
  )
  return html`<details class="regulation"><summary><h3>${nameOf(group)}</h3> <span class="quiet">${told}</span></summary>
<p>${join([group.regulation?.edition, group.regulation?.jurisdiction, html`${codeText(group.plugin)} ${group.version}`], ', ')}</p>
${proseTable(
  `Controls of ${nameOf(group)}`,
  'controls',
  ['Control', 'State', 'Class', 'Evidence', 'Source'],
  group.controls.map(control => {
    const number = sources.indexOf(control.source)
    const reference = html`<a href="#${anchor(number)}">source ${number + 1}</a>`
    return [heading(control), state(control), classes(control), evidence(control), source(control, reference, at)]
  }),
)}
<p class="list-title">Sources of the paraphrases of ${nameOf(group)}</p>
<ol class="sources">${sources.map((text, number) => html`<li id="${anchor(number)}">${link(text)}</li>`)}</ol>
</details>
`
}

const heading = ({ id, title, paraphrase, citation }: CardControl): Content =>
  html`<span class="control-id">${id}</span> ${title}
<span class="paraphrase">${paraphrase}</span>
<span class="quiet">${citation}</span>`

const state = ({ state: is, detail }: CardControl): Content =>
  html`${stateMark(is)}<br><span class="quiet">${detail}</span>`

const classes = ({ class: of }: CardControl): Content =>
  html`<ul class="plain">${of.map(one => html`<li>${one === 'attested' ? 'attested by people' : one}</li>`)}</ul>`

const evidence = ({ by }: CardControl): Content =>
  by.length === 0
    ? html`<span class="quiet">none</span>`
    : html`<ul class="plain">${by.map(file => html`<li>${codeText(file)}</li>`)}</ul>`

const source = ({ checkedOn, verified }: CardControl, reference: Markup, at: Date): Content => html`${reference}<br>
<span class="quiet">checked on <span class="date">${checkedOn}</span></span>${isOldText(checkedOn, at) && html`<br><span class="state stale"><span class="mark" aria-hidden="true">◔</span> stale law text</span>`}${!verified && html`<br><span class="unverified"><span class="mark" aria-hidden="true">?</span> unverified text</span>`}`

/** A link only for what is plainly a web address; anything else stays text. */
const link = (text: string): Content =>
  /^https:\/\/[a-z0-9.-]+(?:\/[\w\-./~%#?=&+:,;@()]*)?$/i.test(text)
    ? html`<a href="${text}" rel="noreferrer noopener">${text.slice(8)}</a>`
    : text
