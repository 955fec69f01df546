import type { ErrorCatalogue, Reason } from '@attestry/core'

/** Every code of this package. */
export const errorCatalogue: ErrorCatalogue = {
  'ISO-E001': {
    title: 'the change was not asked for or not tested',
    explanation:
      'A change takes effect only when somebody asked for it and it was tested. The config names no change ticket, or nothing about the model was measured. Both belong to what is approved, so mend the config and run again.',
    example: '"deployment": { "changeTicket": "CHG-1042" }',
  },
  'ISO-E002': {
    title: 'too few other people approved the change',
    explanation:
      'Whoever asks for a model does not approve it. Approvals of the author, of one person twice, and over other digests do not count. Ask another person to approve exactly this run, then continue it.',
    example: 'attestry approve 01J… --as dana   then   attestry resume 01J…',
  },
  'ISO-E003': {
    title: 'the class of information was lowered',
    explanation:
      'What is made from information is at least as sensitive as the information. The options class the model lower than its data. Class it as high as the data, or higher.',
    example: '"model": { "owner": "ml-team", "classification": "confidential" }',
  },
  'ISO-E004': {
    title: 'information could go where nobody agreed',
    explanation:
      'The config lets the run reach a host that is not among the agreed destinations, or any host at all. Transfer is agreed on before it happens. Take the host out, or name it in the options once somebody agreed.',
    example: '"options": { "destinations": ["mail.example.org:587"] }',
  },
  'ISO-E005': {
    title: 'access is not denied by default',
    explanation:
      'Somebody without any grant could act, or nothing decides who may do what. Rights that nobody gave cannot be reviewed or taken away. Load a plugin that provides AccessControl, with policies that allow only what a role needs.',
    example: 'attestry access grant dana --role approver --as emil',
  },
  'ISO-E006': {
    title: 'a statement does not verify',
    explanation:
      'A file among the evidence looks like a signed statement and does not verify. Evidence that may have been changed proves nothing, and what stands beside it loses its worth too. Find out who put it there, and take it out.',
    example: 'attestry verify 01J…',
  },
  'ISO-E007': {
    title: 'the log is not whole',
    explanation:
      'Events of the run are missing, out of order, or say nothing of who acted. Records that are not whole cannot show what happened. Keep the folder as it is, look at it with attestry verify, and start a new run.',
    example: 'attestry verify 01J…',
  },
  'ISO-E008': {
    title: 'nobody said when training data is deleted',
    explanation:
      'Information that is no longer needed is deleted, so somebody has to say when that is. No loaded plugin sets a longest period for training data. Set deleteAfter, or load a regulation that sets one.',
    example: '"options": { "deleteAfter": "P2Y" }',
  },
  'ISO-E009': {
    title: 'nothing watches the model',
    explanation:
      'A deployed model is watched for what is out of the ordinary. The config has no monitoring section and no check is scheduled, or the latest check failed. Schedule a check and continue the run, or add the section and run again.',
    example: '"monitoring": { "source": "later.csv", "windowRows": 500 }',
  },
  'ISO-E010': {
    title: 'encryption is missing or too weak',
    explanation:
      'The keys that protect data at rest have fewer than 256 bits, or no vault is loaded. What protects the data is part of the inventory of algorithms. Load @attestry/vault.',
    example: "import { vault } from '@attestry/vault'",
  },
  'ISO-E011': {
    title: 'training shares the production environment',
    explanation:
      'Development, test and production lie apart. The config says nothing about the environment, or says production. Say where this run trains; a model goes to production by deployment.',
    example: '"environment": "development"',
  },
  'ISO-E012': {
    title: 'test rows hold live identifiers',
    explanation:
      'Information used for testing is protected. The detector finds identifiers in the text of rows that were held out, so tests would run on live personal data. The counts per type stand in the evidence. Take them out before training, and run again.',
    example: '"options": { "identifiers": [{ "type": "EMAIL", "operator": "redact" }] }',
  },
  'ISO-E013': {
    title: 'nobody said who answers for an asset, or under which licence',
    explanation:
      'An inventory is of use when each asset has somebody who answers for it, and data is used as its licence allows. The options leave an owner or the licence open. State them, in the options, and run again.',
    example: '"data": { "owner": "dana", "licence": "customer contract, section 4", "classification": "confidential" }',
  },
  'ISO-E014': {
    title: 'nobody attacked the model for what it remembers',
    explanation:
      'A model can give away whose data it was trained on, and whether it does is found by trying. No assessment of membership inference has a value for this model: no loaded plugin makes it, or there were too few rows. Load the plugin that does, such as @attestry/dp, give it enough test rows, and run again.',
    example: 'plugins: [iso27001]   →   plugins: [iso27001, dp]',
  },
}

const reason =
  (kind: 'pending' | 'refused') =>
  (code: string, control: string, note: string, help: string): Reason => ({ code, control, note, kind, help })
const refused = reason('refused')
const pending = reason('pending')

/** ISO-E001. */
export const changeNotReady = (note: string): Reason =>
  refused(
    'ISO-E001',
    'ISO27001-A.8.32',
    note,
    'name the change in deployment.changeTicket, measure the model, and run again',
  )

/** ISO-E002. */
export const tooFewApprovals = (found: number, required: number): Reason =>
  pending(
    'ISO-E002',
    'ISO27001-A.5.3',
    `${found} of ${required} approvals by people other than the author`,
    'attestry approve <run> --as <another person>',
  )

/** ISO-E003. */
export const classificationLowered = (data: string, model: string): Reason =>
  refused(
    'ISO-E003',
    'ISO27001-A.5.12',
    `the model is classed as ${model}, its data as ${data}`,
    `class the model as ${data} or higher`,
  )

/** ISO-E004. */
export const destinationNotAgreed = (what: string): Reason =>
  refused(
    'ISO-E004',
    'ISO27001-A.5.14',
    what,
    'take the host out of the config, or name it in destinations once somebody agreed',
  )

/** ISO-E005. */
export const accessNotDenied = (note: string): Reason =>
  pending(
    'ISO-E005',
    'ISO27001-A.5.15',
    note,
    'load a plugin that provides AccessControl, and allow only what a role needs',
  )

/** ISO-E006. */
export const statementRejected = (count: number): Reason =>
  refused(
    'ISO-E006',
    'ISO27001-A.5.28',
    `${count} statements do not verify`,
    'look at them with attestry verify, and take them out',
  )

/** ISO-E007. */
export const logNotWhole = (note: string): Reason =>
  refused('ISO-E007', 'ISO27001-A.8.15', note, 'keep the folder, look at it with attestry verify, and start a new run')

/** ISO-E008. */
export const deletionNotPlanned = (): Reason =>
  refused(
    'ISO-E008',
    'ISO27001-A.8.10',
    'no loaded plugin sets a longest period for training data',
    'set deleteAfter and run again',
  )

/** ISO-E009. */
export const nothingWatches = (note: string): Reason =>
  pending(
    'ISO-E009',
    'ISO27001-A.8.16',
    note,
    'schedule a check and continue the run, or add a monitoring section and run again',
  )

/** ISO-E010. */
export const cryptographyWeak = (note: string): Reason =>
  refused('ISO-E010', 'ISO27001-A.8.24', note, 'load @attestry/vault and run again')

/** ISO-E011. */
export const environmentShared = (note: string): Reason =>
  refused('ISO-E011', 'ISO27001-A.8.31', note, "say where it trains: 'environment': 'development' or 'pre-production'")

/** ISO-E012. @param count null when nobody looked */
export const liveTestInformation = (count: number | null): Reason =>
  refused(
    'ISO-E012',
    'ISO27001-A.8.33',
    count === null ? 'nobody looked for identifiers in the test rows' : `${count} identifiers stand in the test rows`,
    'take them out before training, and run again',
  )

/** ISO-E013. */
export const assetNotStated = (control: string, note: string): Reason =>
  refused('ISO-E013', control, note, 'state it in the options and run again')

/** ISO-E014. */
export const leakageNotMeasured = (): Reason =>
  refused(
    'ISO-E014',
    'ISO27001-A.8.12',
    'nothing measured what the model gives away about its training rows',
    'load a plugin that assesses membership inference, with enough test rows, and run again',
  )
