export { audiences, partsFor, type Audience, type Part } from './audience.js'
export {
  checklistColumns,
  isDone,
  type ChecklistColumn,
  type ChecklistLine,
  type ChecklistState,
} from './checklist/checklist-line.js'
export { checklistMarkdown, checklistSummary, checklistText } from './checklist/checklist-text.js'
export { deploymentChecklist } from './checklist/deployment-checklist.js'
export { recordOfProcessingMarkdown, riskAssessmentMarkdown } from './documents/documents-markdown.js'
export { recordOfProcessing, type RecordOfProcessing, type StatedPart } from './documents/record-of-processing.js'
export { riskAssessment, type OpenDecision, type RiskAssessment } from './documents/risk-assessment.js'
export { errorCatalogue } from './errors.js'
export { cyclonedxMlBom } from './exports/cyclonedx.js'
export { openLineageEvents, openLineageLines } from './exports/openlineage.js'
export { oscalAssessmentResults } from './exports/oscal.js'
export { oscalToken } from './exports/oscal-token.js'
export { derivedUuid, uuidOfUlid } from './exports/uuid.js'
export { htmlReport, type HtmlReportOptions } from './html-report.js'
export type { LimitView } from './limits.js'
export {
  modelCard,
  type CardControl,
  type ControlCounts,
  type ControlGroup,
  type EvaluationCard,
  type EvidenceCard,
  type ModelCard,
  type ModelSection,
  type PrivacyCard,
  type TrainingDataCard,
} from './model-card.js'
export { modelCardMarkdown } from './model-card-markdown.js'
export { default as report } from './plugin.js'
export { trainingPage, type TrainingPageInput } from './training-page.js'
export type { ExplanationsCard, RobustnessCard } from './tests-of-model.js'
export type { VerdictState, VerdictView } from './verdict.js'
export { renderReport, reportFiles, writeReport, type ReportFile } from './write-report.js'
