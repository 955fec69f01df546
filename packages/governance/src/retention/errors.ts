import { AttestryError, type ErrorCatalogue, type Reason } from '@attestry/core'

/** Codes of retention. */
export const retentionErrors: ErrorCatalogue = {
  'GOV-E203': {
    title: 'a trigger cannot be recorded',
    explanation:
      'A trigger says on which day a period began to count, for a class of data and an object or a whole run. It needs an ISO date that has come, and an object named relative to the workspace. A trigger in the future, or for a path outside, could make something look due that is not, or never due. Mend the date or the object.',
    example:
      "recordTrigger(…, { dataClass: 'training-data', object: '../other', event: 'end', at: '2026-01-31' }) fails.",
  },
  'GOV-E204': {
    title: 'a hold cannot be placed',
    explanation:
      'A hold has an id that was never used before, the class of data that it protects (or all), and the person who placed it. An id that comes back would be released by the signatures that released the first one. Give the hold an id of its own, such as the number of the notice.',
    example: "placeHold(…, { id: 'LH-7', … }) fails the second time, also after LH-7 was released.",
  },
  'GOV-E205': {
    title: 'a hold cannot be released',
    explanation:
      'What a hold protects may be evidence, so two different people must sign that it may go. Each signs an attestation of the kind hold-release that names the hold, after it was placed, in a role that may. The message says how many signatures count. Let another person sign, then release it again.',
    example: 'attestry attest --kind hold-release --field hold=LH-7 --as dana --title "case 7 is closed"',
  },
  'GOV-E206': {
    title: 'something is kept past the end of its period',
    explanation:
      'The policy says by when a class of data is deleted, the day has passed, and the data is still there. Deployment waits until it was disposed of, because a rule that is in force is being broken. Dispose of what is due, or place a hold if there is a reason to keep it. The command in the help does it with a receipt for each object.',
    example: 'attestry retention dispose',
  },
  'GOV-E207': {
    title: 'a folder to be scanned cannot be read',
    explanation:
      'The scan looks for copies of what was deleted in the folders that it is given. One of them does not exist or is not a folder, so nothing can be said about it. A scan that left it out in silence would look like one that found nothing. Mend the path.',
    example: 'attestry retention scan /mnt/backup, while nothing is mounted there.',
  },
}

/** GOV-E203. */
export const triggerRefused = (why: string): AttestryError =>
  new AttestryError({
    code: 'GOV-E203',
    message: `the trigger is not recorded: ${why}`,
    help: 'give a data class, an object relative to the workspace, an event and an ISO date that has come',
  })

/** GOV-E204. */
export const holdRefused = (why: string): AttestryError =>
  new AttestryError({
    code: 'GOV-E204',
    message: `the hold is not placed: ${why}`,
    help: 'give the hold an id of its own, a data class and the person who places it',
  })

/** GOV-E205. */
export const releaseRefused = (hold: string, why: string): AttestryError =>
  new AttestryError({
    code: 'GOV-E205',
    message: `the hold ${hold} is not released: ${why}`,
    help: 'two different people sign an attestation of the kind hold-release that names the hold',
  })

/** GOV-E206. */
export const keptTooLong = (dataClass: string, objects: number, control: string): Reason => ({
  code: 'GOV-E206',
  note: `${objects} of class '${dataClass}' kept past the end of the period`,
  kind: 'pending',
  ...(control !== '' && { control }),
  help: 'attestry retention dispose',
})

/** GOV-E207. */
export const folderUnreadable = (folder: string): AttestryError =>
  new AttestryError({
    code: 'GOV-E207',
    message: 'a folder to be scanned is not there, or is no folder',
    where: { file: folder },
    help: 'name folders that exist and can be read',
  })
