import type { ReportInput } from '@attestry/core'
import { attestCommand } from './attested.js'
import { isDone, type ChecklistColumn, type ChecklistLine, type Finding } from './checklist-line.js'
import { consentDocumented, identifiersRemoved, retentionInForce, thirdPartyRights } from './data-lines.js'
import { complianceReport, legalReview, modelCardWritten, riskAssessed } from './document-lines.js'
import { checklistFacts, type ChecklistFacts } from './facts.js'
import { biasTested, explanationsPrepared, fairnessValidated, robustnessTested } from './model-lines.js'
import { auditLogOn, incidentProcedure, reviewsScheduled, staffTrained } from './operations-lines.js'

interface Rule {
  readonly id: string
  readonly column: ChecklistColumn
  readonly title: string
  readonly find: (facts: ChecklistFacts) => Finding
  /** The command that mends it; what to change first stands behind #, as a shell takes it. */
  readonly help: string
}

const rule = (column: ChecklistColumn, id: string, title: string, find: Rule['find'], help: string): Rule => ({
  id,
  column,
  title,
  find,
  help,
})

const rules: readonly Rule[] = [
  rule(
    'data',
    'consent-documented',
    'consent documented',
    consentDocumented,
    'attestry run # with the option consent of @attestry/governance; for another basis: ' +
      attestCommand('legal-basis'),
  ),
  rule(
    'data',
    'identifiers-removed',
    'personal identifiers removed or pseudonymised',
    identifiersRemoved,
    'attestry run # with @attestry/pii and a regulation that names the identifiers',
  ),
  rule('data', 'retention-in-force', 'retention in force', retentionInForce, 'attestry retention'),
  rule(
    'data',
    'third-party-data-rights',
    'third-party data rights verified',
    thirdPartyRights,
    attestCommand('third-party-data-rights'),
  ),
  rule(
    'model',
    'bias-tested',
    'bias tested across groups',
    biasTested,
    'attestry run # with @attestry/bias, and group columns in data.groups',
  ),
  rule(
    'model',
    'explanations-prepared',
    'explanations prepared',
    explanationsPrepared,
    'attestry run # with @attestry/explain',
  ),
  rule(
    'model',
    'fairness-validated',
    'fairness metrics validated',
    fairnessValidated,
    'attestry run # with limits on gaps in evaluation.limits; when over a limit: training.reweigh',
  ),
  rule(
    'model',
    'robustness-tested',
    'adversarial robustness tested',
    robustnessTested,
    'attestry run # with @attestry/robustness',
  ),
  rule('operations', 'audit-log-on', 'audit log on', auditLogOn, 'attestry verify'),
  rule(
    'operations',
    'incident-procedure',
    'incident procedure defined',
    incidentProcedure,
    attestCommand('incident-procedure'),
  ),
  rule(
    'operations',
    'reviews-scheduled',
    'regular reviews scheduled',
    reviewsScheduled,
    'attestry monitor schedule # then attestry run',
  ),
  rule('operations', 'staff-trained', 'staff trained', staffTrained, attestCommand('staff-training')),
  rule('documents', 'model-card', 'model card', modelCardWritten, 'attestry run'),
  rule(
    'documents',
    'compliance-report',
    'compliance report',
    complianceReport,
    'attestry run # with a regulation plugin',
  ),
  rule('documents', 'risk-assessment', 'risk assessment', riskAssessed, attestCommand('risk-assessment')),
  rule('documents', 'legal-review', 'legal review', legalReview, attestCommand('legal-review')),
]

/**
 * The deployment checklist: sixteen lines in four columns, each with the evidence it rests on. Derived from signed
 * statements, assessments and the policy in force; a plugin that is loaded ticks nothing. Pure.
 *
 * @param at as of when evidence, attestations and law text are fresh or stale
 */
export function deploymentChecklist(input: ReportInput, at: Date): readonly ChecklistLine[] {
  const facts = checklistFacts(input, at)
  return rules.map(({ id, column, title, find, help }) => {
    const finding = find(facts)
    return { id, column, title, ...finding, help: isDone(finding.state) ? null : help }
  })
}
