import { AttestryError, type Digest, type ErrorCatalogue } from '@attestry/core'

/** Every code of this package. */
export const errorCatalogue: ErrorCatalogue = {
  'DATA-E001': {
    title: 'the data file is not there',
    explanation:
      'The path of the source does not lead to a file. Paths are relative to the folder of the config, not to the folder the command runs in. Nothing has been read. Mend the path, or put the file there.',
    example: "data.source: 'tickets.csv' fails when the file lies in data/; 'data/tickets.csv' is right.",
  },
  'DATA-E002': {
    title: 'the data file cannot be read',
    explanation:
      'The path leads to a folder, a device or a file that this user may not read. The operating system gave the reason in the note. Reading part of the data and going on would be worse than stopping. Give the process the right to read the file, or name a regular file.',
    example: "data.source: 'data' fails when data is a folder; name the file in it.",
  },
  'DATA-E003': {
    title: 'the data file has no rows',
    explanation:
      'The file is empty, or holds a header and nothing else. A run over no rows would produce a model and evidence about nothing, so it is refused. Check that the export that wrote the file had finished and that its filter lets rows through.',
    example: 'A CSV file with the single line `text,label` fails; add at least one row under it.',
  },
  'DATA-E004': {
    title: 'the format of the data file is not known',
    explanation:
      'Without an explicit format it is taken from the extension: .csv, .jsonl or .ndjson, .parquet. This file has another one. Guessing from the content could read a file as something it is not. Name the format in the config, or rename the file.',
    example: "data.source: 'tickets.txt' fails; add data.format: 'jsonl' if that is what it holds.",
  },
  'DATA-E005': {
    title: 'a column that the run needs is not in the data',
    explanation:
      'The config, or a plugin, names a column that the file does not have. The notes list the columns that exist. CSV must be separated by commas, so a single long column name usually means another separator. For JSONL the names come from the first 1,000 records. Name an existing column, or add the missing one to the source.',
    example: "data.label: 'lable' fails when the column is called label.",
  },
  'DATA-E006': {
    title: 'every row of the data file was refused',
    explanation:
      'The file has rows, and not one of them could be read. The notes count the reasons, and the quarantine file in the run folder gives the line and reason of each. Usually one cause stands behind all of them: a column declared as numbers that holds text, another encoding than UTF-8, another separator. Mend that cause in the source.',
    example:
      "A feature { min: 0, max: 10 } over a column that holds 'low' and 'high' makes every row 'not-a-number'; declare { values: ['low', 'high'] }.",
  },
  'DATA-E007': {
    title: 'the header of the data file cannot be used',
    explanation:
      'The first record of a CSV file, or the schema of a Parquet file, names the columns. Here a name is missing, doubled, too long or not UTF-8. Two columns of one name would make it a matter of luck which one is read. Mend the header in the source.',
    example: 'The header `id,text,text` fails; rename one of the two, such as `id,text,reply`.',
  },
  'DATA-E008': {
    title: 'the data file exceeds a limit',
    explanation:
      'Readers have limits, so that a small hostile file cannot fill the memory. The message names the limit and both numbers. Files from real systems rarely come near them. Select the columns that the run needs, or write the file in smaller parts.',
    example: 'A CSV file with 5,000 columns fails at the limit of 2,000; export only those that the config names.',
  },
  'DATA-E009': {
    title: 'the Parquet file is damaged or uses an unknown feature',
    explanation:
      'The footer, a page or a value of the file does not follow the format, or uses an encoding that this reader does not know. Rows of a damaged row group cannot be told apart, so nothing of the file is used. Write the file again, or export it as JSONL or CSV.',
    example: 'A file cut off during a download fails; fetch it again and compare its digest with the source.',
  },
  'DATA-E010': {
    title: 'the data file changed while it was being read',
    explanation:
      'The digest was taken when the file was opened, and the bytes read later have another one. Evidence would then speak about bytes that nobody used. The batches already given must not be used. Stop what writes to the file, or copy it first, and run again.',
    example: 'Reading a file that an export still appends to fails; wait until the export has ended.',
  },
  'DATA-E011': {
    title: 'a shard no longer has its digest',
    explanation:
      'Shards are named by the SHA-256 of their stored bytes. The bytes on disk have another digest, so somebody or something changed them after they were written. They are not decoded and not used. Start a new run, and find out what writes in the run folder.',
    example: 'Flipping one bit of data/<digest>.shard makes reading it fail.',
  },
  'DATA-E012': {
    title: 'a shard is not there',
    explanation:
      'The log names a shard that is not in the data folder of the run. It was deleted or never copied along with the run. Without it the rows of the run are not complete. Restore the folder from a copy, or start a new run.',
    example: 'Deleting a file under data/ and then resuming the run fails.',
  },
  'DATA-E013': {
    title: 'a shard cannot be decoded',
    explanation:
      'The bytes have the right digest and still are not a shard of this version: the header, a length or a text is wrong. A file of another tool or version may have been put in its place together with its digest. The decoder checks every length before it reads. Start a new run with the version that is installed.',
    example: 'A shard written by a later version of this package fails; read it with that version.',
  },
  'DATA-E014': {
    title: 'the lineage file is damaged',
    explanation:
      'A line of lineage.jsonl in the run folder is not a lineage node. A last line cut off by a crash is tolerated, since its node was never acknowledged; anything else means that the file was edited. Ancestry that rests on a damaged graph proves nothing. Restore the file, or start a new run.',
    example: 'Editing a digest in lineage.jsonl so that it has 63 digits fails.',
  },
  'DATA-E015': {
    title: 'the options of the data plugin are not valid',
    explanation:
      'The plugin knows the options batchRows and baseDirectory. An unknown name or a value out of range is refused, because an option that is misspelt and ignored would not do what its author expects. Mend the entry in the plugins list of the config.',
    example: "{ use: '@attestry/data', options: { batchSize: 500 } } fails; the option is called batchRows.",
  },
  'DATA-E016': {
    title: 'an encrypted shard needs a vault',
    explanation:
      'The shard was sealed when it was written, and no plugin provides the vault that opens it. Its digest can be checked without a key, its rows cannot be read. Load @attestry/vault with the keys of the workspace that wrote the run.',
    example: 'Resuming a run with encryption after removing @attestry/vault from the plugins fails.',
  },
  'DATA-E017': {
    title: 'a batch or node cannot be stored as it is',
    explanation:
      'A plugin handed over rows whose columns differ in length, a text that is not valid Unicode, or a lineage node with something else than digests. Storing it would change or lose data without a trace. The message names what is wrong, never a value. Mend the plugin that ran last before it.',
    example: 'A preprocess handler that filters one column and not the others makes columns of different lengths.',
  },
  'DATA-E018': {
    title: 'a shard with sealed rows needs the keys of people',
    explanation:
      'The rows of the shard were sealed under a key for each person when it was written, and no plugin provides those keys. Its digest can be checked without them, its rows cannot be read. Load @attestry/vault with the keys folder of the workspace that wrote the run.',
    example: 'Resuming a run with a subject column after removing @attestry/vault from the plugins fails.',
  },
}

/** DATA-E001. */
export const fileMissing = (file: string): AttestryError =>
  new AttestryError({
    code: 'DATA-E001',
    message: `the data file '${file}' is not there`,
    where: { file },
    help: 'mend the path, which is relative to the folder of the config',
  })

/** DATA-E002. */
export const fileUnreadable = (file: string, reason: string, cause?: unknown): AttestryError =>
  new AttestryError({
    code: 'DATA-E002',
    message: `the data file '${file}' cannot be read`,
    where: { file },
    notes: [reason],
    help: 'name a regular file that this user may read',
    ...(cause !== undefined && { cause }),
  })

/** DATA-E003. */
export const noRows = (file: string): AttestryError =>
  new AttestryError({
    code: 'DATA-E003',
    message: `the data file '${file}' has no rows`,
    where: { file },
    help: 'write the file again with at least one row',
  })

/** DATA-E004. */
export const unknownFormat = (file: string): AttestryError =>
  new AttestryError({
    code: 'DATA-E004',
    message: `the format of '${file}' is not known`,
    where: { file },
    help: "set data.format to 'csv', 'jsonl' or 'parquet'",
  })

/** DATA-E005. Names the columns that exist. */
export const columnsMissing = (file: string, missing: readonly string[], existing: readonly string[]): AttestryError =>
  new AttestryError({
    code: 'DATA-E005',
    message: `'${file}' has no column ${missing.map(name => `'${name}'`).join(', ')}`,
    where: { file },
    notes: [
      `columns: ${existing.slice(0, 50).join(', ')}${existing.length > 50 ? `, ${existing.length - 50} more` : ''}`,
    ],
    help: 'name an existing column, or add the missing one to the source',
  })

/** DATA-E006. */
export const allRowsBad = (
  file: string,
  count: number,
  reasons: Readonly<Record<string, number>>,
  quarantine: string | undefined,
): AttestryError =>
  new AttestryError({
    code: 'DATA-E006',
    message: `all ${count} rows of '${file}' were refused`,
    where: { file },
    notes: Object.entries(reasons).map(([reason, rows]) => `${reason}: ${rows} ${rows === 1 ? 'row' : 'rows'}`),
    help:
      quarantine === undefined ? 'mend the source' : `look at ${quarantine} for lines and reasons, and mend the source`,
  })

/** DATA-E007. */
export const badHeader = (file: string, problem: string): AttestryError =>
  new AttestryError({
    code: 'DATA-E007',
    message: `the header of '${file}' cannot be used: ${problem}`,
    where: { file, line: 1 },
    help: 'mend the column names in the source',
  })

/** DATA-E008. */
export const overLimit = (file: string, what: string, found: number, limit: number): AttestryError =>
  new AttestryError({
    code: 'DATA-E008',
    message: `'${file}' has too many ${what} (${found} > ${limit})`,
    where: { file },
    help: 'select the columns that the run needs, or write the file in smaller parts',
  })

/** DATA-E009. */
export const parquetDamaged = (file: string, cause?: unknown): AttestryError =>
  new AttestryError({
    code: 'DATA-E009',
    message: `'${file}' is damaged or uses a feature of Parquet that this reader does not know`,
    where: { file },
    help: 'write the file again, or export it as JSONL or CSV',
    ...(cause !== undefined && { cause }),
  })

/** DATA-E010. */
export const fileChanged = (file: string): AttestryError =>
  new AttestryError({
    code: 'DATA-E010',
    message: `'${file}' changed while it was being read`,
    where: { file },
    help: 'stop what writes to the file, or copy it first, and run again',
  })

/** DATA-E011. */
export const shardChanged = (expected: Digest, found: Digest): AttestryError =>
  new AttestryError({
    code: 'DATA-E011',
    message: `a shard has digest ${found}, not ${expected}`,
    help: 'start a new run, and find out what writes in the run folder',
  })

/** DATA-E012. */
export const shardMissing = (digest: string): AttestryError =>
  new AttestryError({
    code: 'DATA-E012',
    message: `the shard ${digest} is not there`,
    help: 'restore the run folder from a copy, or start a new run',
  })

/** DATA-E013. */
export const shardMalformed = (problem: string): AttestryError =>
  new AttestryError({
    code: 'DATA-E013',
    message: `a shard cannot be decoded: ${problem}`,
    help: 'start a new run with the version that is installed',
  })

/** DATA-E014. */
export const lineageDamaged = (line: number): AttestryError =>
  new AttestryError({
    code: 'DATA-E014',
    message: `line ${line} of lineage.jsonl is not a lineage node`,
    where: { file: 'lineage.jsonl', line },
    help: 'restore the file from a copy, or start a new run',
  })

/** DATA-E015. */
export const badOptions = (problems: readonly string[]): AttestryError =>
  new AttestryError({
    code: 'DATA-E015',
    message: `the options of @attestry/data are not valid: ${problems[0]}`,
    notes: problems.slice(1),
    help: 'use batchRows (1 to 100000) and baseDirectory (a folder)',
  })

/** DATA-E016. */
export const vaultMissing = (): AttestryError =>
  new AttestryError({
    code: 'DATA-E016',
    message: 'a shard is encrypted and no plugin provides a vault',
    help: 'load @attestry/vault with the keys of the workspace that wrote the run',
  })

/** DATA-E017. */
export const notStorable = (problem: string): AttestryError =>
  new AttestryError({
    code: 'DATA-E017',
    message: `rows or lineage cannot be stored: ${problem}`,
    help: 'mend the plugin that handed them over',
  })

/** DATA-E018. */
export const subjectKeysMissing = (): AttestryError =>
  new AttestryError({
    code: 'DATA-E018',
    message: 'the rows of a shard are sealed for each person and no plugin provides their keys',
    help: 'load @attestry/vault with the keys folder of the workspace that wrote the run',
  })
