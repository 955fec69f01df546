export { anonymize, type Anonymized, type AnonymizeOptions, type Treated } from './anonymize.js'
export { apply, mask, type ApplyOptions } from './apply.js'
export { columnsLeft, columnsToScrub } from './columns.js'
export { createDetector, detect, detectorVersion, textLimit, type DetectOptions, type Detector } from './detector.js'
export { errorCatalogue } from './errors.js'
export { formatPreserving, type FormatPreserving, type FormatPreservingOptions } from './format-preserving.js'
export type { Finding, Meaning } from './finding.js'
export {
  identifierTags,
  identifierTypes,
  type CcpaCategory,
  type IdentifierTags,
  type IdentifierType,
  type Sensitivity,
} from './identifier-types.js'
export { policies, policyOf, type PolicyName } from './policies/index.js'
export {
  decide,
  type Action,
  type Decision,
  type DecisionContext,
  type PiiPolicy,
  type PolicyRule,
} from './policies/policy.js'
export { default as pii, type PiiOptions } from './plugin.js'
export { canonicalForm, pseudonymiser, type Pseudonymiser } from './pseudonym.js'
export { type Finder, type Recognizer } from './recognizers/recognizer.js'
export { createScrubber, type ScrubberOptions } from './scrubber.js'
export { cardIssuer } from './validators/card.js'
export { isIbanValid } from './validators/iban.js'
export { isLuhnValid } from './validators/luhn.js'
export { isInternationalPhone, isNationalPhone } from './validators/phone.js'
export { isSsnPossible } from './validators/ssn.js'
