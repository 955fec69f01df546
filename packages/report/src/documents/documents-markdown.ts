import { bullets, code, plain, table } from '../markdown.js'
import type { RecordOfProcessing } from './record-of-processing.js'
import type { RiskAssessment } from './risk-assessment.js'

const pages = (parts: readonly string[]): string => `${parts.join('\n\n')}\n`

/** The record of processing for people. What is not stated says so, in the place where it belongs. */
export function recordOfProcessingMarkdown(document: RecordOfProcessing): string {
  return pages([
    `# Record of processing: ${plain(document.name)}`,
    `Run ${code(document.run)}, as of ${code(document.assessedAt)}. ${document.open} of ${document.parts.length} parts are not stated.`,
    'Filled from config, policy and evidence of one run. What only the controller knows is signed with ' +
      '`attestry attest --kind record-of-processing`. The record covers this processing, not all of the organisation.',
    table(
      ['Provision', 'Part', 'Stated', 'From'],
      document.parts.map(({ provision, title, said, from }) => [
        provision,
        title,
        said.map(plain).join('; ') || '**not stated**',
        from.map(code).join(' ') || 'nobody',
      ]),
    ),
  ])
}

/** The risk assessment for people, with blank lines for what they decide. */
export function riskAssessmentMarkdown(document: RiskAssessment): string {
  const list = (title: string, lines: readonly string[], none: string): readonly string[] => [
    `## ${title}`,
    lines.length > 0 ? bullets(lines.map(plain)) : none,
  ]
  return pages([
    `# Risk assessment: ${plain(document.name)}`,
    `Run ${code(document.run)}, as of ${code(document.assessedAt)}. Purpose: ${plain(document.purpose)}.`,
    'Facts are filled in from evidence. Decisions stand blank: software makes none of them.',
    ...list('Data', document.data, 'Nothing is known.'),
    ...list('Model', document.model, 'Nothing is known.'),
    ...list('Limits and measurements', document.measurements, 'No limit is in force.'),
    '## Safeguards with evidence',
    document.safeguards.length === 0
      ? 'None.'
      : table(
          ['Safeguard', 'State', 'Why', 'Evidence'],
          document.safeguards.map(({ title, state, detail, evidence }) => [
            plain(title),
            state,
            plain(detail),
            evidence.map(code).join(' ') || 'none',
          ]),
        ),
    ...list('Open risks', document.openRisks, 'None that the record shows.'),
    ...list('What was not tested', document.notTested, 'Nothing is known to be left out.'),
    '## Decisions',
    table(
      ['Question', 'Decision', 'Who signs', 'How'],
      document.decisions.map(({ question, signer, command }) => [plain(question), '', signer, code(command)]),
    ),
  ])
}
