export {
  anonymize,
  lookAgain,
  type Anonymized,
  type AnonymizeOptions,
  type SecondLook,
  type Treated,
} from './anonymize.js'
export { apply, mask, type ApplyOptions } from './apply.js'
export { canonicalForm } from './canonical-form.js'
export { columnsLeft, columnsToScrub } from './columns.js'
export { createDetector, detect, detectorVersion, textLimit, type DetectOptions, type Detector } from './detector.js'
export { detectorDigest, type DetectorDigest } from './detector-digest.js'
export { errorCatalogue } from './errors.js'
export {
  revealFile,
  type RevealedFile,
  type RevealFileOptions,
  type TakePiece,
} from './rewrite/reveal-file.js'
export { rewriteFile, rewriteStream, type FileOptions, type StreamOptions } from './rewrite/rewrite-file.js'
export type { RecordPlaces } from './rewrite/record-names.js'
export {
  createRewriter,
  type LayoutOptions,
  type RewriteCounts,
  type RewriteOptions,
  type Rewriter,
  type ScannedPlace,
  type TextFormat,
} from './rewrite/rewriter.js'
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
export { shortestSealingKey, valueCipher, type OpenedValue, type ValueCipher } from './operators/seal-value.js'
export type { Spelling } from './operators/spelling.js'
export { dateShifts, shiftDate, type DateShiftOptions } from './operators/shift-date.js'
export type { WriterOptions } from './operators/writer.js'
export { restrictedZipAreas, zip3, type RestrictedZipAreas } from './operators/zip3.js'
export { policies, policyOf, type PolicyName } from './policies/index.js'
export {
  actions,
  decide,
  type Action,
  type Decision,
  type DecisionContext,
  type PiiPolicy,
  type PolicyRule,
  type Refusal,
} from './policies/policy.js'
export { withActions, type ActionChange } from './policies/with-actions.js'
export { preview, previewPage, type PreviewOptions, type PreviewPart } from './preview/preview.js'
export { default as pii, type PiiOptions } from './plugin.js'
export { pseudonymiser, type Pseudonymiser } from './pseudonym.js'
export { type Finder, type Recognizer } from './recognizers/recognizer.js'
export {
  recordIn,
  reveal,
  revealEnciphered,
  type Enciphered,
  type RevealOptions,
  type Reversal,
} from './reveal.js'
export {
  readLabelledSample,
  type LabelledSample,
  type LabelledSpan,
  type LabelledText,
} from './sample/labelled-sample.js'
export { measureRecall, type MeasuredRecall, type Recall } from './sample/measure-recall.js'
export {
  createOpinionDetector,
  type EntityClassifier,
  type OpinionDetector,
  type OpinionFacts,
  type SecondOpinion,
} from './second-opinion/second-opinion.js'
export { createScrubber, type ScrubberOptions } from './scrubber.js'
export {
  createSurrogates,
  surrogateTypes,
  type Original,
  type Surrogate,
  type SurrogateOptions,
} from './surrogates/surrogates.js'
export {
  openTokenVault,
  sealingKey,
  type Sealing,
  type TokenLookup,
  type TokenSource,
  type TokenVault,
  type TokenVaultOptions,
} from './token-vault.js'
export { trace, traceText, type Basis, type TraceEntry, type TraceOptions } from './trace.js'
export { cardIssuer } from './validators/card.js'
export { isIbanValid } from './validators/iban.js'
export { isLuhnValid } from './validators/luhn.js'
export { isInternationalPhone, isNationalPhone } from './validators/phone.js'
export { isSsnPossible } from './validators/ssn.js'
