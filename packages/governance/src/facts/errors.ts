import { AttestryError, type ErrorCatalogue } from '@attestry/core'

/** Codes of the files of dated facts. */
export const factErrors: ErrorCatalogue = {
  'GOV-E201': {
    title: 'a file of dated facts is damaged',
    explanation:
      'Triggers, holds, disposals and grants are kept as one line each, and every line holds the digest of the one before. A line that is not a fact, or does not continue the chain, means that the file was edited or that the disk lost data. A hold or a revocation could be missing, so nothing is deleted and nobody is allowed anything. Restore the file from a copy.',
    example: 'Deleting the second of three lines in .attestry/retention/facts.jsonl fails at line 2.',
  },
  'GOV-E202': {
    title: 'another process writes the facts',
    explanation:
      'Facts have one writer at a time, so that no hold is placed while something is being deleted. The lock file names a process that still runs and did not give the lock back in time. The lock of a process that has died is taken over by itself. Wait for the other process, or stop it.',
    example: 'attestry retention dispose, while the scheduled one is still at work.',
  },
}

/** GOV-E201. */
export const factsDamaged = (file: string, line: number): AttestryError =>
  new AttestryError({
    code: 'GOV-E201',
    message: `line ${line} of ${file} is not a fact that continues the ones before it`,
    where: { file, line },
    help: `restore ${file} from a copy`,
  })

/** GOV-E202. */
export const factsLocked = (file: string, holder: string): AttestryError =>
  new AttestryError({
    code: 'GOV-E202',
    message: `${holder} is writing ${file}`,
    where: { file },
    help: 'wait for it to end; delete the lock file only when no such process runs',
  })
