import type { RecordOfProcessing } from '../documents/record-of-processing.js'
import type { RiskAssessment } from '../documents/risk-assessment.js'
import { html, join, type Markup } from '../markup.js'
import { codeText, folded, note, proseTable, section } from './parts.js'

/** The record of processing, GDPR Article 30(1); folded for whoever does not keep it. */
export function processingSection({ parts, open }: RecordOfProcessing, isFolded: boolean): Markup {
  const table = proseTable(
    'Parts of the record of processing',
    'processing',
    ['Part', 'Stated', 'From'],
    parts.map(({ provision, title, said, from }) => [
      html`${title}<br><span class="quiet">${provision}</span>`,
      said.length === 0
        ? html`<span class="state missing"><span class="mark" aria-hidden="true">○</span> not stated</span>`
        : html`<ul class="plain">${said.map(line => html`<li>${line}</li>`)}</ul>`,
      said.length === 0 ? html`<span class="quiet">nobody</span>` : join(from.slice(0, 4).map(codeText), ' '),
    ]),
  )
  return section('processing', 'Record of processing', [
    html`<p>GDPR Art. 30(1), for this run. ${open === 0 ? 'Every part is stated.' : `${open} of ${parts.length} parts are not stated.`}</p>
`,
    isFolded ? folded('Its parts', table) : table,
  ])
}

/** Open risks, what was not tested, and the decisions that stand blank. */
export const risksSection = ({ openRisks, notTested, decisions }: RiskAssessment): Markup =>
  section('risks', 'Risks, and what people decide', [
    html`<div class="tables"><div><h3>Open risks</h3>
${openRisks.length === 0 ? html`<p class="none">None that the record shows.</p>` : html`<ul>${openRisks.map(line => html`<li>${line}</li>`)}</ul>`}</div>
<div><h3>Not tested</h3>
<ul>${notTested.map(line => html`<li>${line}</li>`)}</ul></div></div>
`,
    folded(
      'Decisions that stand blank',
      proseTable(
        'Decisions',
        'processing',
        ['Question', 'Decision', 'Who signs'],
        decisions.map(({ question, signer, command }) => [
          question,
          html`<span class="state missing"><span class="mark" aria-hidden="true">○</span> open</span>`,
          html`${signer}<br>${codeText(command)}`,
        ]),
      ),
    ),
    note('How likely and how grave a risk is, software does not say.'),
  ])
