import { AttestryError, type ErrorCatalogue, type Reason } from '@attestry/core'

/** Every code of the package. */
export const errorCatalogue: ErrorCatalogue = {
  'GDPR-E001': {
    title: 'rows without consent for the purpose of this run',
    explanation:
      "The run declares consent as its legal basis and 'onMissingConsent' is 'stop'. Some rows are about people whose consent for this purpose is not on record: never given, given for another purpose, refused, withdrawn or expired. Consent covers one or more specific purposes (Art. 6(1)(a)), so these rows may not be used, and the run stopped before training. Leave them out with 'drop', record the consent that exists, or declare another legal basis and have it attested.",
    example: '{ "onMissingConsent": "stop" }   →   { "onMissingConsent": "drop" }',
  },
  'GDPR-E002': {
    title: 'a document does not exist for this purpose and dataset',
    explanation:
      'Before deployment a person must have attested an impact assessment for exactly this purpose and this dataset; on any legal basis but consent, the legal basis too. No verified attestation in the register covers both. An assessment of other data or another purpose says nothing about this run. Have the responsible person sign one, then continue the run.',
    example: "a 'dpia' for purpose 'support'   →   a 'dpia' for purpose 'chatbot' and this dataset's digest",
  },
  'GDPR-E003': {
    title: 'a document has expired',
    explanation:
      'An attestation that covers this purpose and dataset exists, and its expiry date has passed. What was assessed then may no longer hold, so an old assessment does not count. Have the responsible person look again and sign a new attestation, then continue the run.',
    example: "a 'dpia' that expired on 2026-10-01   →   a new 'dpia' that expires on 2027-10-01",
  },
  'GDPR-E004': {
    title: 'a document does not say what it is about',
    explanation:
      'An attestation was found, and it names no purpose or no dataset, so that it would cover every run there will ever be. An impact assessment is about certain data used for a certain purpose (Art. 35(7)), so a general one does not count. Have the responsible person sign one that names both.',
    example: "a 'dpia' without a dataset   →   a 'dpia' with this dataset's digest",
  },
  'GDPR-E005': {
    title: 'a column holds special categories of data and no exception is recorded',
    explanation:
      'Data on health, origin, belief, orientation and the like (Art. 9), and on convictions and offences (Art. 10), may not be used unless a listed exception holds. A column looks as if it held such data, by its name, by a value, or because the options say so, and nothing records on which exception its use rests. The run stopped before training. Take the column out of the config, record the exception under specialCategories, or say under notSpecial that the column only looks like it.',
    example:
      '"groups": ["ethnicity"]   →   "specialCategories": [{ "column": "ethnicity", "kind": "special", "exception": "9(2)(a)" }]',
  },
  'GDPR-E006': {
    title: 'nobody signed that there is a contract with a processor',
    explanation:
      'Whoever touches personal data for somebody else does so under a contract and on instructions (Art. 28). The options name processors, or say nothing while the run may reach other machines or begins from a model that somebody else made. No attestation `processor-contract` in the register names this purpose. Have the responsible person sign it, or, where nobody touches the data, say so with an empty list.',
    example:
      '"processors": [{ "name": "Example Hosting", "contract": "DPA-2026-3" }]   and   attestry attest --kind processor-contract',
  },
}

/** GDPR-E001. Rows without consent; counts only. */
export const consentMissing = (
  rows: number,
  purpose: string,
  byState: Readonly<Record<string, number>>,
): AttestryError =>
  new AttestryError({
    code: 'GDPR-E001',
    message: `${rows} ${rows === 1 ? 'row has' : 'rows have'} no consent for the purpose '${purpose}'`,
    where: { control: 'GDPR-6' },
    notes: [
      `states in this batch: ${Object.entries(byState)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([state, count]) => `${state} ${count}`)
        .join(', ')}`,
      'GDPR Art. 6(1)(a): consent is given for one or more specific purposes',
    ],
    help: "set onMissingConsent to 'drop', or declare another legal basis and have it attested",
  })

/** GDPR-E002. Nobody attested it for this purpose and dataset; a person still can. */
export const documentMissing = (kind: string, control: string, purpose: string): Reason => ({
  code: 'GDPR-E002',
  note: `no attestation '${kind}' covers both the purpose '${purpose}' and this dataset`,
  kind: 'pending',
  control,
  help: `have the responsible person sign '${kind}' for this purpose and dataset, then continue the run`,
})

/** GDPR-E003. It was attested and the attestation ran out. */
export const documentStale = (kind: string, control: string, expired: string): Reason => ({
  code: 'GDPR-E003',
  note: `the attestation '${kind}' expired on ${expired.slice(0, 10)}`,
  kind: 'pending',
  control,
  help: `have the responsible person look again and sign '${kind}' anew, then continue the run`,
})

/** GDPR-E004. It names too little to be about this run. */
export const documentTooWide = (kind: string, control: string, unnamed: readonly string[]): Reason => ({
  code: 'GDPR-E004',
  note: `the attestation '${kind}' does not name this run's ${unnamed.join(' and ')}`,
  kind: 'pending',
  control,
  help: `have the responsible person sign '${kind}' with ${unnamed.join(' and ')}, then continue the run`,
})

/** GDPR-E006. @param because who is declared, or what makes somebody a possible one */
export const contractMissing = (because: readonly string[], state: string): Reason => ({
  code: 'GDPR-E006',
  note: `the attestation 'processor-contract' for this purpose is ${state}; it is needed for ${because.join(', ')}`,
  kind: 'pending',
  control: 'GDPR-28',
  help: 'attestry attest --kind processor-contract --as <principal> --title "..."',
})

/** GDPR-E005. Names of columns; never a value. */
export const noException = (
  columns: readonly { readonly column: string; readonly kind: 'special' | 'criminal' }[],
  control: string,
): AttestryError =>
  new AttestryError({
    code: 'GDPR-E005',
    message: `no exception is recorded for ${columns.map(({ column }) => `'${column}'`).join(', ')}`,
    where: { control },
    notes: columns.map(
      ({ column, kind }) =>
        `column '${column}' looks like ${kind === 'special' ? 'special categories of data (Art. 9)' : 'data on offences (Art. 10)'}`,
    ),
    help: "take it out of the config, or record its exception under 'specialCategories'",
  })
