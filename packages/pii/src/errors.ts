import { AttestryError, type ErrorCatalogue } from '@attestry/core'
import { identifierTypes } from './identifier-types.js'

export const errorCatalogue: ErrorCatalogue = {
  'PII-E001': {
    title: 'unknown identifier type',
    explanation:
      'A rule, an option or an obligation names an identifier type that this detector does not know. Nothing would ' +
      'be removed for it, and the evidence would still read as if it had been. So the run is refused before the first ' +
      'row is written. Use one of the types that the message lists, or load a scrubber that knows the type.',
    example: "removeIdentifiers([{ type: 'E_MAIL', operator: 'redact' }], …)  ->  { type: 'EMAIL', … }",
  },
  'PII-E002': {
    title: 'pseudonyms asked for without a key',
    explanation:
      'The operator `pseudonym` replaces a value by a keyed hash of it. Without a key anyone could hash a list of ' +
      'likely values and read the pseudonyms back, so an unkeyed hash is refused. Load a vault plugin, which derives ' +
      "the key, or pass `pseudonymKey`; or use the operator 'redact' or 'mask'.",
    example: "apply(text, findings, [{ type: 'EMAIL', operator: 'pseudonym' }])  ->  add { pseudonymKey: key }",
  },
  'PII-E003': {
    title: 'findings do not belong to the text',
    explanation:
      'The findings given to `apply` are out of range, overlap, or are not sorted by start. Applying them would lose ' +
      'or repeat other text. Findings are valid only for the very text that `detect` was given. Pass them unchanged ' +
      'and with the same text.',
    example: 'apply(text.trim(), detect(text), rules)  ->  apply(text, detect(text), rules)',
  },
  'PII-E004': {
    title: 'key too short',
    explanation:
      'The key for pseudonyms has fewer than 16 bytes, or the key for encryption and tokens fewer than 32. Short keys can be guessed, and every pseudonym made with a ' +
      'guessed key can be read back from a list of likely values. Take 32 random bytes, kept apart from the data.',
    example: "{ pseudonymKey: Buffer.from('secret') }  ->  { pseudonymKey: crypto.randomBytes(32) }",
  },
  'PII-E005': {
    title: 'locale without a known region',
    explanation:
      'The locale is not a BCP 47 tag with a region whose telephone numbering plan is known. The region decides which ' +
      'numbers without a country code count as telephone numbers, so a misspelt one would silently find fewer. Write ' +
      "language and region, such as 'en-GB', or leave the locale out.",
    example: "detect(text, { locale: 'english' })  ->  detect(text, { locale: 'en-GB' })",
  },
  'PII-E008': {
    title: 'a recogniser that cannot be carried out',
    explanation:
      'A recogniser of your own has no id, names a type that the detector does not know, or has a pattern that cannot be ' +
      'matched in linear time. Look-around, back references, anchors, lazy repeats and repeats over 1,000 are refused, because ' +
      'a crafted text could keep them busy for hours. Write the pattern with classes, groups and bounded repeats, or give a ' +
      'function instead.',
    example:
      "{ id: 'badge', type: 'ID', pattern: '(?<=badge )\\\\d{6}' }  ->  { id: 'badge', type: 'ID', pattern: '\\\\b\\\\d{6}\\\\b', near: ['badge'] }",
  },
  'PII-E009': {
    title: 'a recogniser of your own failed',
    explanation:
      'A function that was given as a recogniser or as its check threw an error, or gave a span that lies outside of the text. ' +
      'Going on without it would leave what it looks for in the text, so nothing was written. The error of the function is not ' +
      'repeated, because it may hold the text.',
    example: 'find: text => text.match(/x/g).map(…)  ->  find: text => [...text.matchAll(/x/g)].map(…)',
  },
  'PII-E010': {
    title: 'a table of names or of common words is damaged',
    explanation:
      'The package brings files with names and towns of many countries and with common words, and this copy of one of them is cut ' +
      'short or changed. Without it names would be missed that the documentation says are found, so nothing is scanned. Install the package again.',
    example: 'npm install @attestry/pii',
  },
  'PII-E011': {
    title: 'format-preserving encryption is not defined for this',
    explanation:
      'FF1 takes keys of AES, an alphabet of different characters, and texts of that alphabet long enough that a million texts of ' +
      'their length exist: shorter ones could be found by trying all. Separators belong to no alphabet of digits. Take them out ' +
      'first and put them back afterwards, or use a pseudonym.',
    example: "formatPreserving({ key }).encrypt('4111-1111')  ->  encrypt('41111111')",
  },
  'PII-E012': {
    title: 'the weights of a tagger are damaged',
    explanation:
      'The package brings two files with the weights by which names of persons, places and organisations are told from their ' +
      'surroundings, and this copy of one of them is cut short or changed. Without it names would be missed that the documentation says ' +
      'are found, so nothing is scanned. Install the package again.',
    example: 'npm install @attestry/pii',
  },
  'PII-E013': {
    title: 'an operator lacks what it works with',
    explanation:
      'A policy writes values by an operator that needs something of yours: a key, the handle of the person whose dates move, the ' +
      'id of the record, or the vault that holds tokens. Without it the value could be neither written nor read back, so the text ' +
      'is not written at all. Pass what the message names, or choose another operator; in files `recordIdAt` and `subjectAt` name the ' +
      'places where records say it, on the command line `--record-id` and `--subject`.',
    example:
      "anonymize(text, findings, policy)  ->  anonymize(text, findings, policy, { pseudonymKey, subject: 'sub_7' })",
  },
  'PII-E014': {
    title: 'an action that the policy refuses',
    explanation:
      'A policy is asked to write a type in a way that its regulation does not allow, such as shifted dates under Safe Harbor, ' +
      'or in a way that leaves more of a value than the policy decided to leave. A policy is changed in how it replaces values, ' +
      'not in whether. Choose another action, or write a policy of your own under its own name.',
    example: "withActions('hipaa', [{ types: ['PERSON'], action: 'pseudonym' }])  ->  action: 'token'",
  },
  'PII-E015': {
    title: 'nothing is read back without a record of it',
    explanation:
      'Tokens and encrypted values lead back to people. Each reversal says who asks and what for, and is recorded before it ' +
      'happens; without a place to record it, a principal or a purpose, nothing is read back. Nothing is read back either when a ' +
      'value does not open under the key and the record id given, or a token is not in the vault: which of them it was is not told.',
    example:
      'reveal(text, { encryptionKey })  ->  reveal(text, { encryptionKey, recordId, principal, purpose, record })',
  },
  'PII-E016': {
    title: 'the table of tokens does not open',
    explanation:
      'The file that holds the values behind tokens was changed, cut short, or belongs to another key. No token can be read back ' +
      'from it, and going on would write a new table over it and lose every token that was given. Restore the file or the key.',
    example: "openTokenVault({ file: 'tokens.bin', sealing: sealingKey(key) })",
  },
  'PII-E017': {
    title: 'the lists of made-up names are damaged',
    explanation:
      'The package brings a file with names and towns from which made-up values are drawn, and this copy of it is cut short or ' +
      'changed. Other lists would give other values for the same key, so nothing is written. Install the package again.',
    example: 'npm install @attestry/pii',
  },
  'PII-E018': {
    title: 'a labelled sample that cannot be used',
    explanation:
      'Recall is measured on texts in which a person marked the identifiers. The file cannot be read, or a line of it is not a ' +
      'record with a text and spans of known types within that text. Measuring on a part of it would record a figure that nobody ' +
      'could repeat, so the run stops before it trains. Mend the line; offsets are UTF-16 code units, as JavaScript counts them.',
    example: '{"text":"Write to jo@example.org","spans":[[9,23,"EMAIL"]]}',
  },
  'PII-E019': {
    title: 'a record cannot be read',
    explanation:
      'A line of a file is not what its format says: not one JSON value, or a table row whose quotes do not close. Where a string begins and ' +
      'ends is then not known, and personal data could stand in what looks like a key. So nothing is written. The message names the ' +
      'line and not what stands in it. Mend the line, or say that the file is plain text.',
    example: '{"text":"cut short  ->  {"text":"cut short"}',
  },
  'PII-E020': {
    title: 'a path or column that cannot be read',
    explanation:
      'What to do with the texts of a record is said by paths such as `messages[*].content`, and with the cells of a table by the names of ' +
      'its columns. A path that is not understood, or a column that the table does not have, would silently leave text as it is. Write keys ' +
      'with points between, list places in brackets, `*` for any, and `**` at the end for everything below.',
    example: "paths: { 'messages[].content': 'text' }  ->  { 'messages[*].content': 'text' }",
  },
  'PII-E021': {
    title: 'a record too long',
    explanation:
      'One record is longer than what is held in memory at once. Records are read whole, because a value may stand anywhere in them, so the ' +
      'limit keeps memory bounded. Raise `longestRecord`, or cut the record.',
    example: 'rewrite(bytes, { longestRecord: 256 * 2 ** 20 })',
  },
  'PII-E022': {
    title: 'the labels of a model do not fit',
    explanation:
      'A model that gives a second opinion labels parts of a text, and each of its labels must stand for an identifier type or for nothing ' +
      'that is looked for. One of them is not known here, or an option speaks of a label that the model does not have, or asks that ' +
      'both find a type that the model has no label for. Guessing would leave what the label marks in the text. Say what the labels that ' +
      'the message names stand for.',
    example: "{ classifier }  ->  { classifier, labels: { CASE_NO: 'ID', WEAPON: 'ignore' } }",
  },
  'PII-E023': {
    title: 'a record does not say what it is called',
    explanation:
      'Values are encrypted for a record by its id, and dates move by the person whom the record is about, and the place that was named for ' +
      'one of them holds no text and no number in this record, or holds it twice. An id that would itself be rewritten is refused too: ' +
      'nothing would say afterwards which record a value was encrypted for, and it could not be read back. Nothing is written. Complete the record, name another ' +
      'place, or say that the id is kept.',
    example: "recordIdAt: 'mail'  ->  recordIdAt: 'mail', paths: { mail: 'keep' }",
  },
  'PII-E007': {
    title: 'unknown policy',
    explanation:
      'A policy says what may stay in a text and what is written in the place of the rest. The name given is not one of ' +
      'those that come with the package, and no policy at all would be applied. Use one of the names in the message, or ' +
      'pass a policy object.',
    example: "anonymize(text, findings, 'hippa')  ->  anonymize(text, findings, 'hipaa')",
  },
  'PII-E006': {
    title: 'text too long for one call',
    explanation:
      'One text has more characters than the detector takes at once. The detector holds positions of a whole text in ' +
      'memory, so the limit keeps that memory bounded. Cut the text at paragraph ends and detect in the pieces.',
    example: 'detect(wholeBook)  ->  chapters.map(chapter => detect(chapter))',
  },
}

/** PII-E001. */
export const unknownType = (type: string): AttestryError =>
  new AttestryError({
    code: 'PII-E001',
    message: `identifier type '${type}' is not known to this detector`,
    notes: [`known types: ${identifierTypes.join(', ')}`],
    help: `use one of the known types instead of '${type}', or load a scrubber that knows it`,
  })

/** PII-E002. */
export const pseudonymWithoutKey = (type: string): AttestryError =>
  new AttestryError({
    code: 'PII-E002',
    message: `${type} is to be replaced by pseudonyms, and there is no key to make them with`,
    help: "load a vault plugin, pass 'pseudonymKey' (--key at the command line), or use the operator 'redact'",
  })

/** PII-E003. */
export const findingsDoNotFit = (index: number, textLength: number): AttestryError =>
  new AttestryError({
    code: 'PII-E003',
    message: `finding ${index} is out of order or outside the text of ${textLength} characters`,
    help: 'pass the findings of detect() unchanged, with the text they were found in',
  })

/** PII-E004. */
export const keyTooShort = (sizeBytes: number, minimum: number): AttestryError =>
  new AttestryError({
    code: 'PII-E004',
    message: `the key has ${sizeBytes} bytes, fewer than ${minimum}`,
    help: 'use 32 bytes of crypto.randomBytes, or the vault',
  })

/** PII-E005. */
export const unknownLocale = (locale: string): AttestryError =>
  new AttestryError({
    code: 'PII-E005',
    message: `locale '${locale}' names no region with a known numbering plan`,
    help: "write language and region, such as 'en-GB'",
  })

/** PII-E007. */
export const unknownPolicy = (name: string, known: readonly string[]): AttestryError =>
  new AttestryError({
    code: 'PII-E007',
    message: `there is no policy '${name.slice(0, 40)}'`,
    notes: [`known: ${known.join(', ')}`],
    help: 'name one of them, or pass a policy of your own',
  })

/** PII-E008. */
export const invalidRecognizer = (id: string, reason: string): AttestryError =>
  new AttestryError({
    code: 'PII-E008',
    message: `the recogniser '${id.slice(0, 40)}' cannot be carried out: ${reason}`,
    help: 'give it an id, a type of the detector, and one of pattern, words and find',
  })

/** PII-E009. */
export const recognizerFailed = (id: string, cause: unknown): AttestryError =>
  new AttestryError({
    code: 'PII-E009',
    // The cause is not told: its message may hold the text.
    message: `the recogniser '${id}' failed${cause instanceof Error ? ` with ${cause.name}` : ''}`,
    help: 'mend the function of the recogniser, or leave it out: nothing was written',
  })

/** PII-E010. */
export const brokenTable = (file: string, reason: string): AttestryError =>
  new AttestryError({
    code: 'PII-E010',
    message: `a table of the package is damaged: ${reason}`,
    where: { file: `model/${file}` },
    help: 'install the package again',
  })

/** PII-E012. */
export const brokenTagger = (file: string, reason: string): AttestryError =>
  new AttestryError({
    code: 'PII-E012',
    message: `the weights of a tagger are damaged: ${reason}`,
    where: { file: `model/${file}` },
    help: 'install the package again',
  })

/** PII-E011. */
export const unusableCipher = (reason: string): AttestryError =>
  new AttestryError({
    code: 'PII-E011',
    message: `format-preserving encryption is not defined here: ${reason}`,
    help: 'take a key of 16, 24 or 32 bytes, and texts of at least six digits without separators',
  })

/** PII-E013. */
export const operatorLacks = (action: string, type: string, what: string): AttestryError =>
  new AttestryError({
    code: 'PII-E013',
    message: `${type} is to be written by '${action}', which needs ${what}`,
    help: `pass ${what}, or choose another operator`,
  })

/** PII-E014. */
export const refusedAction = (policy: string, action: string, because: string): AttestryError =>
  new AttestryError({
    code: 'PII-E014',
    message: `the policy '${policy}' does not write by '${action}': ${because}`,
    help: 'choose another action',
  })

/** PII-E015. */
export const reversalRefused = (reason: string): AttestryError =>
  new AttestryError({
    code: 'PII-E015',
    message: `nothing is read back: ${reason}`,
    help: 'say who asks, what for, and where it is recorded, with the key and record id it was written with',
  })

/** PII-E016. */
export const brokenTokenTable = (file: string): AttestryError =>
  new AttestryError({
    code: 'PII-E016',
    message: 'the table of tokens was changed, cut short, or belongs to another key',
    where: { file },
    help: 'restore the file or the key; nothing was written',
  })

/** PII-E017. */
export const brokenSurrogateLists = (reason: string): AttestryError =>
  new AttestryError({
    code: 'PII-E017',
    message: `the lists of made-up names are damaged: ${reason}`,
    where: { file: 'model/surrogates.json' },
    help: 'install the package again',
  })

/** PII-E018. */
export const brokenSample = (file: string, reason: string): AttestryError =>
  new AttestryError({
    code: 'PII-E018',
    message: `the labelled sample cannot be used: ${reason}`,
    where: { file },
    help: 'mend the file, or leave the option out: recall is then not known',
  })

/** PII-E006. */
export const textTooLong = (length: number, limit: number): AttestryError =>
  new AttestryError({
    code: 'PII-E006',
    message: `the text has ${length} characters, more than ${limit}`,
    help: 'cut the text at paragraph ends',
  })

/** PII-E019. */
export const unreadableRecord = (line: number, reason: string): AttestryError =>
  new AttestryError({
    code: 'PII-E019',
    message: `line ${line} cannot be read: ${reason}`,
    where: { line },
    help: 'mend the line; nothing was written',
  })

/** PII-E023. */
export const recordNotNamed = (line: number, what: 'id' | 'subject', place: string, reason: string): AttestryError =>
  new AttestryError({
    code: 'PII-E023',
    message: `the record at line ${line} has no ${what} at '${place.slice(0, 80)}': ${reason}`,
    where: { line },
    help: `give each record one ${what} there, as text or as a number; nothing was written`,
  })

/** PII-E023, for an id by which nobody would find the record again. */
export const recordIdChanges = (line: number, place: string, type: string): AttestryError =>
  new AttestryError({
    code: 'PII-E023',
    message: `the record at line ${line} would lose its id at '${place.slice(0, 80)}', which is to be rewritten as ${type}`,
    where: { line },
    help: "name another place, or say 'keep' for this one; nothing was written",
  })

/** PII-E020. */
export const unusablePath = (path: string, reason: string): AttestryError =>
  new AttestryError({
    code: 'PII-E020',
    message: `'${path.slice(0, 80)}' ${reason}`,
    help: 'write keys with points between, [*] for any place of a list, and columns as the first row names them',
  })

/** PII-E021. */
export const recordTooLong = (line: number, limit: number): AttestryError =>
  new AttestryError({
    code: 'PII-E021',
    message: `the record at line ${line} has more than ${limit} bytes`,
    help: "raise 'longestRecord', or cut the record",
  })

/** PII-E022. */
export const labelsDoNotFit = (problem: string, known: readonly string[]): AttestryError =>
  new AttestryError({
    code: 'PII-E022',
    message: `the model of the second opinion ${problem}`,
    notes: [`known: ${known.slice(0, 100).join(', ')}`],
    help: "say what its labels stand for: a type, or 'ignore'",
  })
