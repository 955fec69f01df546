import { AttestryError, type ErrorCatalogue, type Reason } from '@attestry/core'

/** Every code of the package. The first two stop a run; the others are reasons of a verdict. */
export const errorCatalogue: ErrorCatalogue = {
  'CCPA-E001': {
    title: 'the purpose of the run is none that people were told of',
    explanation:
      "Personal information is used for purposes that people were told of and that are necessary and proportionate (1798.100(c)). The run's purpose is not on the list of purposes that the options declare. Whether it belongs there is for a person to decide: run with a declared purpose, or inform people first and add it.",
    example: '"purposes": ["support"]   →   "purposes": ["support", "chatbot"]',
  },
  'CCPA-E002': {
    title: 'sensitive information for a purpose that nobody permitted',
    explanation:
      'Sensitive personal information may be limited by the person it is about to certain purposes (1798.121, 7027). Declared sensitive columns hold values, and nobody declared this purpose as permitted for them. Leave the columns out of the source, or have somebody decide that the purpose is permitted.',
    example: '"sensitivePurposes": []   →   "sensitivePurposes": ["fraud-prevention"]',
  },
  'CCPA-E003': {
    title: 'requests of people are past their clock',
    explanation:
      'A request is answered within 45 days, which can be extended once by 45 more with notice. Some open requests are past that day, counted from when they were opened; one whose opening cannot be dated counts as past. Answer them, then continue the run.',
    example: 'a request opened 50 days ago   →   the same request, answered',
  },
  'CCPA-E004': {
    title: 'nobody keeps requests of people',
    explanation:
      'Whether requests are answered in time can only be shown where they are kept. No loaded mechanism keeps them, so nothing here knows of any. Load one that provides SubjectRequests, then continue the run.',
    example: 'plugins: [ccpa]   →   plugins: [ccpa, governance]',
  },
  'CCPA-E005': {
    title: 'there is no risk assessment for this purpose and dataset',
    explanation:
      "Certain processing is assessed before it starts, training of technology for automated decisions among it (7150, 7155). No attestation 'ccpa-risk-assessment' covers this purpose and dataset. Have the responsible person sign one, or declare that none is needed, which a person answers for.",
    example: "attest 'ccpa-risk-assessment' for this purpose and dataset",
  },
  'CCPA-E006': {
    title: 'the risk assessment is too old',
    explanation:
      'A risk assessment is reviewed at least every three years. The one that covers this run has expired, is older than that, or does not say when it was signed. Have the responsible person review it and sign anew, then continue the run.',
    example: 'an assessment of 2023   →   a reviewed one of this year',
  },
  'CCPA-E007': {
    title: 'the risk assessment is older than a material change',
    explanation:
      'After a material change an assessment is updated within 45 days. A person declared such a change, the assessment was signed before it, and the 45 days are over. Have it updated and signed, then continue the run.',
    example: 'a change in June, an assessment of May   →   an assessment of July',
  },
  'CCPA-E008': {
    title: 'the risk assessment does not say what it is about',
    explanation:
      'An assessment is about certain information used for certain purposes. The one found names no purpose or no dataset, so it would cover every run there will ever be. Have the responsible person sign one that names both.',
    example: "an assessment without a dataset   →   one with this dataset's digest",
  },
  'CCPA-E009': {
    title: 'a record does not exist or has expired',
    explanation:
      'Calling data deidentified takes three records of people, and so does using technology for automated decisions from the day on which its rules apply. One of them is not attested for this purpose and dataset, or its attestation has expired. Have the responsible person sign it, or give up the label or the use, then run again.',
    example: "attest 'deidentified-public-commitment'",
  },
}

/** CCPA-E001. */
export const purposeNotDeclared = (purpose: string): AttestryError =>
  new AttestryError({
    code: 'CCPA-E001',
    message: `the purpose '${purpose}' is none of the declared purposes`,
    where: { control: 'CCPA-1798.100(c)' },
    help: 'run for a declared purpose, or inform people first and add it',
  })

/** CCPA-E002. Names columns, never values. */
export const sensitiveNotPermitted = (columns: readonly string[], purpose: string): AttestryError =>
  new AttestryError({
    code: 'CCPA-E002',
    message: `sensitive information may not serve the purpose '${purpose}'`,
    where: { control: 'CCPA-1798.121' },
    notes: columns.map(column => `column '${column}'`),
    help: 'leave the columns out of the source, or have somebody permit the purpose under sensitivePurposes',
  })

/** CCPA-E003. A person can still act. */
export const requestsOverdue = (count: number): Reason => ({
  code: 'CCPA-E003',
  note: `${count} open ${count === 1 ? 'request is' : 'requests are'} past the clock`,
  kind: 'pending',
  control: 'CCPA-1798.130(a)(2)',
  help: 'answer them, then continue the run',
})

/** CCPA-E004. A person can still act. */
export const requestsUnknown = (): Reason => ({
  code: 'CCPA-E004',
  note: 'no mechanism keeps requests of people',
  kind: 'pending',
  control: 'CCPA-1798.130(a)(2)',
  help: 'load a mechanism that provides SubjectRequests, then continue the run',
})

/** CCPA-E005. A person can still act. */
export const assessmentMissing = (purpose: string): Reason => ({
  code: 'CCPA-E005',
  note: `no risk assessment covers the purpose '${purpose}' and this dataset`,
  kind: 'pending',
  control: 'CCPA-7150(b)',
  help: "have the responsible person sign 'ccpa-risk-assessment', then continue the run",
})

/** CCPA-E006. A person can still act. */
export const assessmentOld = (): Reason => ({
  code: 'CCPA-E006',
  note: 'the risk assessment has expired or was not signed within three years',
  kind: 'pending',
  control: 'CCPA-7155',
  help: 'have it reviewed and signed anew, then continue the run',
})

/** CCPA-E007. A person can still act. */
export const assessmentBeforeChange = (): Reason => ({
  code: 'CCPA-E007',
  note: 'the risk assessment is older than a material change of more than 45 days ago',
  kind: 'pending',
  control: 'CCPA-7155',
  help: 'have it updated and signed, then continue the run',
})

/** CCPA-E008. A person can still act. */
export const assessmentTooWide = (): Reason => ({
  code: 'CCPA-E008',
  note: 'the risk assessment does not name both purpose and dataset',
  kind: 'pending',
  control: 'CCPA-7150(b)',
  help: 'have the responsible person sign one that names both, then continue the run',
})

/** CCPA-E009. A person can still act. */
export const recordMissing = (kind: string, state: 'stale' | 'missing', control: string): Reason => ({
  code: 'CCPA-E009',
  note: `the attestation '${kind}' is ${state}`,
  kind: 'pending',
  control,
  help: 'have the responsible person sign it, then continue the run',
})
