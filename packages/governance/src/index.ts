export {
  checkAccess,
  listGrants,
  openAccessControl,
  shippedPolicies,
} from './access/access-control.js'
export type { AccessContext } from './access/access-context.js'
export {
  grantRole,
  reviewGrant,
  revokeRole,
  type ChangeContext,
  type NewGrant,
} from './access/change-grants.js'
export { compareGrantsWithLog, type GrantDisagreement } from './access/compare-with-log.js'
export { grantsFile } from './access/grant-facts.js'
export { reviewsDue, type GrantRecord } from './access/grants.js'
export { accessActions, cedarSchema } from './access/cedar-schema.js'
export { defaultPolicies } from './access/default-policies.js'
export { accessRules, judgeAccess, type AccessJudgement } from './access/judge.js'
export { parsePolicies, type AccessPolicies } from './access/policies.js'
export { readPolicyFile } from './access/policy-file.js'
export { accessRoles, type AccessRole } from './access/roles.js'
export {
  judgeApprovals,
  openApprovals,
  type ApprovalPredicate,
  type JudgedApprovals,
  type RoleWindow,
} from './approvals/approvals.js'
export { heldThroughout } from './approvals/held-roles.js'
export { judgeShipment, type Shipment, type ShipmentVerdict } from './approvals/shipment.js'
export { parseConsentEvents, readConsentFile, type ConsentEvent } from './consent/consent-events.js'
export { recordConsent, type ConsentCase, type RecordedConsent } from './consent/record-consent.js'
export { consentRegistry, consentState, type ConsentFact } from './consent/consent.js'
export { approvedDigests, deployGate } from './deploy-gate.js'
export { errorCatalogue } from './errors.js'
export { lineageGraph, type LineageAnswer, type LineageGraph } from './lineage/lineage-graph.js'
export { lineageText } from './lineage/lineage-text.js'
export type { GovernanceOptions } from './options.js'
export { default as governance } from './plugin.js'
export {
  attestationProblem,
  checkAttestation,
  defaultExpiry,
  type AttestationCheck,
} from './register/check-attestation.js'
export { kindOf, registerKinds, registerKindsVersion, type RegisterKind } from './register/kinds.js'
export { listRegister, type RegisterEntry, type RegisterListing, type RegisterState } from './register/list-register.js'
export { findAttestation, openRegister, type AttestationPredicate } from './register/register.js'
export {
  dataClassRules,
  dataClassRulesVersion,
  type DataClassRule,
} from './retention/data-classes.js'
export {
  disposalReceipts,
  disposeDue,
  type DisposalContext,
  type DisposalProgress,
  type DisposalReport,
  type ReceiptWriter,
} from './retention/dispose.js'
export { holdsOf, placeHold, releaseHold, type HoldContext, type PlacedHold } from './retention/holds.js'
export { isDue, retentionItems, type ItemFacts, type RetentionView } from './retention/items.js'
export { objectClasses, type ObjectClass } from './retention/object-classes.js'
export {
  readRetentionFacts,
  recordTrigger,
  retentionFactsFile,
  type RetentionFact,
  type TriggerFact,
} from './retention/retention-facts.js'
export { scanOverdue, type CopyScan, type FoundCopy, type ScanOptions } from './retention/scan-copies.js'
export { openRetention } from './retention/service.js'
export {
  retentionSchedule,
  retentionState,
  type Hold,
  type RetentionInput,
  type RetentionState,
  type ScheduledRetention,
} from './retention/retention.js'
export {
  clockRules,
  clockRulesVersion,
  clocksOf,
  type CaseClock,
  type ClockFacts,
  type ClockRule,
  type SubjectLaw,
  type SubjectRequestKind,
} from './subject/case-clocks.js'
export { casesFile } from './subject/case-facts.js'
export {
  answerCase,
  extendCase,
  isOverdue,
  listCases,
  openCase,
  openSubjectRequests,
  type CaseContext,
  type NewCase,
  type SubjectCaseRecord,
} from './subject/cases.js'
export { eraseSubject } from './subject/erase-subject.js'
export type { EraseOptions } from './subject/erasure-case.js'
export { erasureReceipts, type ErasureItem, type ErasureReceipt } from './subject/erasure-receipt.js'
export { exportSubject, type SubjectExport } from './subject/export-subject.js'
export { readExportFacts, type ExportFact } from './subject/export-facts.js'
export {
  findSubject,
  type FileOfSubject,
  type ShardOfSubject,
  type SubjectRecord,
} from './subject/find-subject.js'
export type {
  RowsInFile,
  SubjectContext,
  SubjectFiles,
  SubjectQuery,
  SubjectRun,
} from './subject/subject-context.js'
export { openSubjectHandles } from './subject/subject-handles.js'
