import { createHash } from 'node:crypto'
import type { ReportInput } from '@attestry/core'
import { readEvidence } from './evidence-list.js'
import { html, join, textOf, trusted, type Markup } from './markup.js'
import { modelCard, type ModelCard } from './model-card.js'
import { controlsSection } from './sections/controls.js'
import { dataSection } from './sections/data.js'
import { monitoringSection } from './sections/monitoring.js'
import { codeText, section, timeText } from './sections/parts.js'
import { policySection } from './sections/policy.js'
import { evidenceSection, lineageSection, timelineSection, verifySection } from './sections/provenance.js'
import { groupsSection, membershipSection, qualitySection } from './sections/quality.js'
import { keyFigures, verdictBanner } from './sections/summary.js'
import { trainingSection } from './sections/training.js'
import { styleSheet } from './style.js'

/**
 * The report as one HTML page: no script, no request, no font, readable when saved, mailed or printed. Everything that
 * comes from the run is escaped; a content security policy in the page refuses scripts and requests all the same.
 *
 * @throws REPORT-E002 when a time of the record cannot be read
 */
export function htmlReport(input: ReportInput): string {
  const card = modelCard(input)
  const { record, lineage } = input
  return textOf(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${card.name}: run ${card.run.id}</title>
<link rel="icon" href="data:,">
<style>${trusted(styleSheet)}</style>
</head>
<body>
<a class="skip" href="#verdict">Skip to the verdict</a>
<div class="page">
${head(card)}
<main>
${verdictBanner(card)}${keyFigures(card)}${limits(card)}${dataSection(card, record.stages.preprocess?.durationMs)}${trainingSection(card, record)}${qualitySection(card)}${groupsSection(card)}${membershipSection(card)}${monitoringSection(record, readEvidence(input.statements).items)}${policySection(record)}${controlsSection(card)}${lineageSection(lineage)}${evidenceSection(card)}${verifySection(card)}${timelineSection(record)}</main>
<footer><p>Written by @attestry/report from the record of the run and its verified statements. The same record gives the same bytes.</p></footer>
</div>
</body>
</html>
`)
}

/** Styles by their digest, nothing else: what slipped through escaping would still not run. */
const contentPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(styleSheet).digest('base64')}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

const contents = [
  ['data', 'Data'],
  ['training', 'Training'],
  ['quality', 'Quality'],
  ['groups', 'Groups'],
  ['membership', 'Membership'],
  ['monitoring', 'Monitoring'],
  ['policy', 'Policy'],
  ['controls', 'Controls'],
  ['lineage', 'Lineage'],
  ['evidence', 'Statements'],
  ['verify', 'Check it'],
  ['timeline', 'Timeline'],
] as const

const head = ({ name, run, intendedUse: { purpose, author, changeTicket } }: ModelCard): Markup => html`<header>
<h1>${name}</h1>
<p class="meta">Run ${codeText(run.id)}, started ${timeText(run.startedAt)}${run.endedAt === null ? ', not ended' : html`, ended ${timeText(run.endedAt)}`}</p>
<p class="meta">Purpose: ${join([purpose, `asked for by ${author}`, changeTicket !== null && `change ${changeTicket}`], ', ')}</p>
<nav aria-label="Contents"><ul>${contents.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
</header>`

const limits = ({ limitations }: ModelCard): Markup =>
  section('limitations', 'What this does not tell', html`<ul>${limitations.map(line => html`<li>${line}</li>`)}</ul>`)
