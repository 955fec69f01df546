import type { ReportInput } from '@attestry/core'
import { audienceNames, partsFor, type Audience, type Part } from './audience.js'
import { deploymentChecklist } from './checklist/deployment-checklist.js'
import { checklistFacts, type ChecklistFacts } from './checklist/facts.js'
import { recordOfProcessing } from './documents/record-of-processing.js'
import { riskAssessment } from './documents/risk-assessment.js'
import { readEvidence } from './evidence-list.js'
import { html, join, type Markup } from './markup.js'
import { modelCard, type ModelCard } from './model-card.js'
import { htmlPage } from './page.js'
import { checklistSection } from './sections/checklist.js'
import { controlsSection } from './sections/controls.js'
import { dataSection } from './sections/data.js'
import { debiasingSection } from './sections/debiasing.js'
import { processingSection, risksSection } from './sections/documents.js'
import { explanationsSection } from './sections/explanations.js'
import { monitoringSection } from './sections/monitoring.js'
import { networkSection } from './sections/network.js'
import { codeText, section, timeText } from './sections/parts.js'
import { peopleSection } from './sections/people.js'
import { policySection } from './sections/policy.js'
import { evidenceSection, lineageSection, timelineSection, verifySection } from './sections/provenance.js'
import { groupsSection, membershipSection, qualitySection } from './sections/quality.js'
import { robustnessSection } from './sections/robustness.js'
import { keyFigures, verdictBanner } from './sections/summary.js'
import { trainingSection } from './sections/training.js'

export interface HtmlReportOptions {
  /** Whose view it is; everything without it. A view leaves parts out, and shows no other facts. */
  readonly audience?: Audience
}

/**
 * The report as one HTML page: no script, no request, no font, readable when saved, mailed or printed. Everything that
 * comes from the run is escaped; a content security policy in the page refuses scripts and requests all the same.
 *
 * @throws REPORT-E002 when a time of the record cannot be read
 */
export function htmlReport(input: ReportInput, { audience }: HtmlReportOptions = {}): string {
  const card = modelCard(input)
  const shown = partsFor(audience).flatMap(part => {
    const markup = sections[part](input, card, audience)
    return markup ? [{ part, markup }] : []
  })
  return htmlPage({
    title: `${card.name}: run ${card.run.id}`,
    skip: { to: 'verdict', text: 'Skip to the verdict' },
    head: head(
      card,
      shown.map(({ part }) => part),
      audience,
    ),
    main: html`${verdictBanner(card)}${shown.map(({ markup }) => markup)}`,
    foot: 'Written by @attestry/report from the record of the run and its verified statements. The same record gives the same bytes.',
  })
}

/** How each part is written. Null where there is nothing that the part could be about. */
const sections: Readonly<
  Record<Part, (input: ReportInput, card: ModelCard, audience: Audience | undefined) => Markup | null>
> = {
  figures: (_, card) => keyFigures(card),
  checklist: (input, card) => checklistSection(deploymentChecklist(input, new Date(card.assessedAt))),
  limitations: (_, { limitations }) =>
    section(
      'limitations',
      'What this does not tell',
      html`<ul>${limitations.map(line => html`<li>${line}</li>`)}</ul>`,
    ),
  controls: (_, card) => controlsSection(card),
  data: ({ record }, card) => dataSection(card, record.stages.preprocess?.durationMs),
  people: (input, card) => peopleSection(factsOf(input, card)),
  training: ({ record }, card) => trainingSection(card, record),
  quality: (_, card) => qualitySection(card),
  groups: (_, card) => groupsSection(card),
  debiasing: (input, card) => debiasingSection(factsOf(input, card)),
  explanations: (input, card) => explanationsSection(factsOf(input, card)),
  robustness: (input, card) => robustnessSection(factsOf(input, card)),
  membership: (_, card) => membershipSection(card),
  monitoring: ({ record, statements }) => monitoringSection(record, readEvidence(statements).items),
  network: (input, card) => networkSection(factsOf(input, card)),
  policy: ({ record }) => policySection(record),
  risks: input => risksSection(riskAssessment(input)),
  processing: (input, _, audience) => processingSection(recordOfProcessing(input), audience !== 'dpo'),
  lineage: ({ lineage }) => lineageSection(lineage),
  evidence: (_, card) => evidenceSection(card),
  verify: (_, card) => verifySection(card),
  timeline: ({ record }) => timelineSection(record),
}

const factsOf = (input: ReportInput, { assessedAt }: ModelCard): ChecklistFacts =>
  checklistFacts(input, new Date(assessedAt))

const titles: Readonly<Record<Part, string>> = {
  figures: 'Figures',
  checklist: 'Checklist',
  limitations: 'Limits',
  controls: 'Controls',
  data: 'Data',
  people: 'People',
  training: 'Training',
  quality: 'Quality',
  groups: 'Groups',
  debiasing: 'Debiasing',
  explanations: 'Explanations',
  robustness: 'Robustness',
  membership: 'Membership',
  monitoring: 'Monitoring',
  network: 'Network',
  policy: 'Policy',
  risks: 'Risks',
  processing: 'Processing',
  lineage: 'Lineage',
  evidence: 'Statements',
  verify: 'Check it',
  timeline: 'Timeline',
}

const head = (
  { name, run, intendedUse: { purpose, author, changeTicket } }: ModelCard,
  parts: readonly Part[],
  audience: Audience | undefined,
): Markup => html`<header>
<h1>${name}</h1>
<p class="meta">Run ${codeText(run.id)}, started ${timeText(run.startedAt)}${run.endedAt === null ? ', not ended' : html`, ended ${timeText(run.endedAt)}`}</p>
<p class="meta">Purpose: ${join([purpose, `asked for by ${author}`, changeTicket !== null && `change ${changeTicket}`], ', ')}</p>
${
  audience !== undefined &&
  html`<p class="meta view">View for ${audienceNames[audience]}: parts that others work with are left out. The whole report is report.html in the folder of the run.</p>
`
}<nav aria-label="Contents"><ul>${parts.map(part => html`<li><a href="#${part}">${titles[part]}</a></li>`)}</ul></nav>
</header>`
