import { AttestryError, type ErrorCatalogue } from '@attestry/core'

/** Every code of this package. */
export const errorCatalogue: ErrorCatalogue = {
  'CLI-E001': {
    title: 'a command or option is not known',
    explanation:
      'The command line has a word that means nothing here. Guessing what was meant could start a run under other rules than intended. The headline suggests the nearest known word; attestry --help lists all commands and attestry <command> --help its options.',
    example: 'attestry aprove   →   attestry approve',
  },
  'CLI-E002': {
    title: 'something that the command needs was not given',
    explanation:
      'The command cannot do its work without this argument or option. Nothing is asked interactively without a terminal, so that scripts never hang. Give it as the help says.',
    example: 'attestry approve 01J… --as dana',
  },
  'CLI-E003': {
    title: 'no error has this code',
    explanation:
      'attestry explain knows the codes of this version and of the packages it brings. The code may be misspelt, or belong to a third-party plugin, whose README explains it. All codes are listed in docs/errors.',
    example: 'attestry explain CORE-E030',
  },
  'CLI-E004': {
    title: 'the run asks for no approval yet',
    explanation:
      'Approvals are signed over the exact digests of model, data, config, policy and assessments. This run has not come to the deploy stage, so some of these do not exist yet. Resume the run first, and approve when it waits.',
    example: 'attestry resume 01J…   then   attestry approve 01J… --as dana',
  },
  'CLI-E005': {
    title: 'there is no such conflict',
    explanation:
      'Only a conflict that the loaded plugins have can be resolved. The identifier may be misspelt, or the plugins no longer disagree. attestry policy lists the conflicts of the config.',
    example: 'attestry policy --resolve retain:training-data …',
  },
  'CLI-E006': {
    title: 'the folder has a config already',
    explanation:
      'init never overwrites what it did not write. Edit the config that is there, or name another folder. Keys and runs of the folder were left as they are.',
    example: 'attestry init ../another-folder',
  },
  'CLI-E008': {
    title: 'a date cannot be read',
    explanation:
      'Dates on the command line are calendar dates of ISO 8601: year, month and day. Nothing has been signed, because a signature over a date that nobody can read would never count. Write the date as in the example.',
    example: '--expires 2027-06-30',
  },
  'CLI-E009': {
    title: 'the model does not fit the data',
    explanation:
      'A bag of embeddings reads text, and a network of layers reads columns of numbers and categories. The data that was named has the one and not the other. Leave the model out to get the one that fits, or name other data.',
    example: 'attestry init --data tickets.csv --model embedding-bag',
  },
  'CLI-E010': {
    title: 'a number on the command line cannot be used',
    explanation:
      'The option takes a positive number. What was given is something else, and guessing would start a run with other settings than were meant. Write the number with a point for decimals.',
    example: '--epsilon 8 --delta 1e-5',
  },
  'CLI-E011': {
    title: 'the output folder holds a training run already',
    explanation:
      'Another training wrote into this folder, and its record and checkpoints would be lost. Nothing was changed. Go on with that run if it did not end, or name a folder of its own for each run.',
    example: 'attestry train lora.yaml --resume   or   attestry train lora.yaml --out ./out-2',
  },
  'CLI-E012': {
    title: 'there is no training run to go on with',
    explanation:
      'A resumed training continues from the latest checkpoint of its output folder, or from its beginning when it was stopped before the first one. The folder holds neither. Leave --resume out to start a new run, or name the folder of the run.',
    example: 'attestry train lora.yaml --resume --out ./out',
  },
  'CLI-E013': {
    title: 'the secret of a private training run is gone',
    explanation:
      'Batches and noise of a private run derive from 32 secret bytes, which lie in the workspace and not beside the checkpoints. Without them the run cannot go on as it was planned, and other noise would break its accounting. Give the workspace in which the run began, or start a new run, which is charged anew.',
    example: 'attestry train lora.yaml --resume --workspace ./.attestry',
  },
  'CLI-E014': {
    title: 'no one dataset is meant',
    explanation:
      'A dataset is named by its digest, or by the beginning of it that no other has. Nothing was spent on a dataset with this digest, or several begin with it. attestry privacy ledger lists those on which something was spent.',
    example: 'attestry privacy ledger sha256:3fa1',
  },
  'CLI-E015': {
    title: 'the output file exists already',
    explanation:
      'A release is written into a file of its own, and never over one that is there: it may be the only copy of the input, or a release that somebody was given. Nothing was written. Name another file, or take the old one away first.',
    example: 'attestry disclosure enforce people.csv --quasi age,zip --k 10 --out release-2.csv',
  },
  'CLI-E016': {
    title: 'a file that was named cannot be read or written',
    explanation:
      'The command was given the name of a file that is not there, is no file, is too large to read whole, or lies in a folder that cannot be written to. The message names it and says which. Nothing was written. Mend the name, or the folder.',
    example:
      'attestry disclosure enforce people.csv --quasi zip --k 10 --hierarchy zip=zip-levels.csv --out release.csv',
  },
  'CLI-E017': {
    title: 'a file cannot be read as text or JSON lines',
    explanation:
      'Identifiers are looked for in text (.txt, .md, .log) and in JSON lines (.jsonl, .ndjson), and copies are written of these and of ' +
      'JSON (.json) and tables (.csv, .tsv). The file is not there, has another ending, holds a line that is not JSON, or a line that is too long to be looked at as a whole. Nothing was written.',
    example: 'attestry pii scan tickets.jsonl',
  },
  'CLI-E019': {
    title: 'an option of pii that cannot be read',
    explanation:
      'What to do with a path or a column is said as name=what, where what is text, keep or a type such as EMAIL, and the rules are all or ' +
      'structured; operators are said as TYPE=operator, and some options need another one beside them. What was given is none of that, and taking it for something else could leave text as it is. Nothing was written.',
    example: 'attestry pii redact users.csv clean.csv --policy ccpa --column mail=EMAIL --column id=keep',
  },
  'CLI-E018': {
    title: 'the output file is there already',
    explanation:
      'A copy under a policy never writes over a file, because the file could be the only original. Nothing was read or written. ' +
      'Name another file, or move the old one away.',
    example: 'attestry pii redact notes.txt notes.clean.txt --policy hipaa',
  },
  'CLI-E020': {
    title: 'nobody can be known again from run to run',
    explanation:
      'People are charged under random handles, which the workspace keeps in its folder keys. They cannot be kept there, so the next run would take everybody for somebody new, with a whole budget before them. Nothing was charged and nothing was trained. Make the folder writable, or name another workspace.',
    example: 'attestry train lora.yaml --epsilon 8 --subject-field user --workspace ./.attestry',
  },
  'CLI-E007': {
    title: 'the key to verify with is missing',
    explanation:
      'A log proves something only to someone who holds its public key from elsewhere. The folder is not inside a workspace that has one, and none was given. Ask the operator for the vkey line and pass it, or the file that holds it.',
    example: 'attestry verify ./01J… --key log.vkey',
  },
}

export const unknownWord = (kind: string, word: string, nearest: string): AttestryError =>
  new AttestryError({
    code: 'CLI-E001',
    message: `${kind} '${word}' is not known${nearest ? `; did you mean '${nearest}'?` : ''}`,
    help: 'attestry --help lists what there is',
  })

export const missingArgument = (what: string, usage: string): AttestryError =>
  new AttestryError({ code: 'CLI-E002', message: `${what} is missing`, help: usage })

export const noSuchDataset = (word: string, found: number): AttestryError =>
  new AttestryError({
    code: 'CLI-E014',
    message: `${found === 0 ? 'nothing was spent on a dataset' : `${found} datasets on which something was spent`} that begin${found === 0 ? 's' : ''} with '${word.slice(0, 80)}'`,
    help: 'attestry privacy ledger lists the datasets',
  })

export const notReadable = (file: string, reason: string): AttestryError =>
  new AttestryError({
    code: 'CLI-E017',
    message: `identifiers cannot be looked for in the file: ${reason}`,
    where: { file },
    help: 'name a text file, a file of JSON lines, or a folder that holds such files',
  })

export const unreadableOption = (option: string, value: string, wanted: string): AttestryError =>
  new AttestryError({
    code: 'CLI-E019',
    message: `${option} is '${value.slice(0, 40)}', and not ${wanted}`,
    help: `write ${wanted}`,
  })

export const outputTaken = (file: string): AttestryError =>
  new AttestryError({
    code: 'CLI-E018',
    message: 'the output file is there already',
    where: { file },
    help: 'name another file',
  })

export const nobodyKnownAgain = (cause: unknown): AttestryError =>
  new AttestryError({
    code: 'CLI-E020',
    message: 'people are to be charged, and their handles cannot be kept in the workspace',
    help: 'make the folder keys of the workspace writable, or name another workspace with --workspace',
    cause,
  })

export const badNumber = (option: string, value: string, range: string = 'a positive number'): AttestryError =>
  new AttestryError({
    code: 'CLI-E010',
    message: `--${option} is '${value.slice(0, 40)}', and not ${range}`,
    help: `write ${range}, such as 8`,
  })

export const folderTaken = (folder: string): AttestryError =>
  new AttestryError({
    code: 'CLI-E011',
    message: 'the output folder holds a training run already',
    where: { file: folder },
    help: 'go on with it with --resume, or name another folder with --out',
  })

export const fileTaken = (file: string): AttestryError =>
  new AttestryError({
    code: 'CLI-E015',
    message: 'the output file exists already',
    where: { file },
    help: 'name another file with --out',
  })

export const fileUnusable = (file: string, problem: string): AttestryError =>
  new AttestryError({
    code: 'CLI-E016',
    message: problem,
    where: { file },
    help: 'mend the name of the file, or its folder',
  })

export const nothingToResume = (folder: string): AttestryError =>
  new AttestryError({
    code: 'CLI-E012',
    message: 'the output folder holds no training run to go on with',
    where: { file: folder },
    help: 'leave --resume out, or name the folder of the run with --out',
  })

export const secretGone = (workspace: string): AttestryError =>
  new AttestryError({
    code: 'CLI-E013',
    message: 'the secret that the run began with is not in the workspace',
    where: { file: workspace },
    help: 'give the workspace in which the run began with --workspace',
  })
