import type { ErrorCatalogue, Reason } from '@attestry/core'

/** Every code of this package. */
export const errorCatalogue: ErrorCatalogue = {
  'AIACT-E001': {
    title: 'nobody has said whether the system is of high risk',
    explanation:
      'Whether a system is of high risk follows from the use it is meant for, and the law leaves that to people. The options say unknown, or no signed answer names this purpose. Decide it, sign the answer, state it in the options, and continue the run; the software never decides it.',
    example: 'attestry attest --kind ai-act-classification --as dana --title "Annex III check 2026-3"',
  },
  'AIACT-E002': {
    title: 'nobody has said in which role the team acts',
    explanation:
      'Provider, deployer and whoever modifies a system have different duties. The options say unknown, or no signed statement names this purpose. Decide it, sign it, and state it in the options.',
    example: 'attestry attest --kind ai-act-role --as dana --title "Provider of the triage system"',
  },
  'AIACT-E003': {
    title: 'the declared use is a barred practice',
    explanation:
      'The options declare a use that stands on the list of practices that Art. 5 bars. No document makes up for that. Where the word is wrong, correct it; where it is right, this system may not be placed on the market.',
    example: '"use": ["triage of support tickets"]',
  },
  'AIACT-E004': {
    title: 'the origin of the data is not known',
    explanation:
      'Training data has an origin, a purpose for which it was first collected, a licence, and a time. The options name no dataset, or leave the time in the future. State every source of the training data in the options, and run again.',
    example:
      '"datasets": [{ "name": "tickets", "origin": "help desk", "originalPurpose": "support", "licence": "own", "collectedOn": "2026-05-31" }]',
  },
  'AIACT-E005': {
    title: 'bias has not been examined',
    explanation:
      'Data and model are examined for bias against people, and a single number without an interval is no examination. No gap between groups with an interval is among the assessments. Name group columns in the config and run again.',
    example: '"groups": ["gender", "age_band"]',
  },
  'AIACT-E006': {
    title: 'the log is not whole',
    explanation:
      'A system records events over its life, and a record with gaps shows nothing. Events of this run are missing or out of order. Keep the folder as it is, look at it with attestry verify, and start a new run.',
    example: 'attestry verify 01J…',
  },
  'AIACT-E007': {
    title: 'the declared accuracy is not the measured one',
    explanation:
      'Instructions for use declare an accuracy, and it has to be the one that was measured. The declared value lies outside the measured interval, nobody measured it, or a system of high risk declares none. Declare what was measured, or train another model.',
    example: '"declared": { "metric": "accuracy", "value": 0.93 }',
  },
  'AIACT-E008': {
    title: 'attacks have not been tried',
    explanation:
      'A system of high risk withstands errors, adversarial inputs and attacks on confidentiality as far as that can be had. An assessment of adversarial inputs or of membership inference is missing or could not be made. Load the plugins that make them, and run again.',
    example: "import { robustness } from '@attestry/robustness'",
  },
  'AIACT-E009': {
    title: 'nobody has said whether people are told that it is AI',
    explanation:
      'People learn that they deal with AI, and made-up content is marked. The options say unknown. State whether people meet the system at all, and if so that they are told.',
    example: '"disclosure": "told"',
  },
}

const reason =
  (kind: 'pending' | 'refused') =>
  (code: string, control: string, note: string, help: string): Reason => ({ code, control, note, kind, help })
const refused = reason('refused')
const pending = reason('pending')

/** AIACT-E001. */
export const riskNotDecided = (note: string): Reason =>
  pending(
    'AIACT-E001',
    'AIACT-6',
    note,
    'decide it, then: attestry attest --kind ai-act-classification --as <principal>',
  )

/** AIACT-E002. */
export const roleNotDecided = (note: string): Reason =>
  pending('AIACT-E002', 'AIACT-25(1)', note, 'decide it, then: attestry attest --kind ai-act-role --as <principal>')

/** AIACT-E003. */
export const useBarred = (use: string): Reason =>
  refused(
    'AIACT-E003',
    'AIACT-5',
    `the declared use '${use}' is on the list of barred practices`,
    'correct the word, or stop',
  )

/** AIACT-E004. */
export const originUnknown = (note: string): Reason =>
  refused('AIACT-E004', 'AIACT-10(2)(b)', note, 'state every source in datasets, and run again')

/** AIACT-E005. */
export const biasNotExamined = (): Reason =>
  refused(
    'AIACT-E005',
    'AIACT-10(2)(f)',
    'no gap between groups with an interval is among the assessments',
    'name group columns in data.groups, and run again',
  )

/** AIACT-E006. */
export const logNotWhole = (note: string): Reason =>
  refused('AIACT-E006', 'AIACT-12(1)', note, 'keep the folder, look at it with attestry verify, and start a new run')

/** AIACT-E007. */
export const accuracyNotAsDeclared = (note: string): Reason =>
  refused('AIACT-E007', 'AIACT-15(1)', note, 'declare what was measured, or train another model')

/** AIACT-E008. */
export const attackNotTried = (metric: string): Reason =>
  refused(
    'AIACT-E008',
    'AIACT-15(4)',
    `'${metric}' was not assessed`,
    'load the plugin that assesses it, and run again',
  )

/** AIACT-E009. */
export const disclosureNotStated = (): Reason =>
  refused(
    'AIACT-E009',
    'AIACT-50',
    'nobody has said whether people are told that it is AI',
    'state disclosure in the options',
  )
