import type { ErrorCatalogue, Reason } from '@attestry/core'

/** Every code of the package. All are reasons of a verdict. */
export const errorCatalogue: ErrorCatalogue = {
  'SOX-E001': {
    title: 'the config names no change ticket',
    explanation:
      'A model that takes part in financial reporting is changed only on request, and the ticket is the trace of that request. The config has no deployment.changeTicket. The ticket is part of the config, the config is part of what people approve, so it cannot be added afterwards: set it and run again.',
    example: '"deployment": {}   →   "deployment": { "changeTicket": "CHG-1042" }',
  },
  'SOX-E002': {
    title: 'too few independent approvals',
    explanation:
      "Author and approvers of a change are different people. Fewer valid approvals than required name exactly these digests of model, dataset, config, policy and assessments; the author's own, a second one by the same person or key, and those over other digests do not count. Ask other people to approve this run, then continue it.",
    example: 'one approval by the author   →   two approvals by two other people',
  },
  'SOX-E003': {
    title: 'the change was not tested',
    explanation:
      'A change goes to production only after it was tested. No assessment of this model has a value: either no loaded plugin assesses models, or everything came out as not assessed. Load a plugin that assesses models and give it enough test rows, then run again.',
    example: 'plugins: [sox]   →   plugins: [sox, bias]',
  },
  'SOX-E004': {
    title: 'nothing says how many rows were read',
    explanation:
      'Input of a model that takes part in financial reporting is complete and accurate, and the counts of the intake show it. The run holds no such counts of this dataset, or they are no numbers. Look at the evidence of the run for a damaged or missing data-intake statement, and run again.',
    example: 'no evidence data-intake   →   { "rowsRead": 4574, "rowsUsed": 4512, "quarantined": 62, "byPlugin": [] }',
  },
  'SOX-E005': {
    title: 'the counts of rows do not add up',
    explanation:
      'Rows that were read are used, dropped by a plugin that says so, or quarantined; some rows are none of these. A total that nobody can explain is no evidence for an auditor. Find the plugin that drops rows without saying so, and run again.',
    example: '4,574 read, 4,500 used   →   4,574 read, 4,500 used, 74 dropped by consent',
  },
  'SOX-E006': {
    title: 'people granted access to themselves',
    explanation:
      'Access is granted by somebody other than the one who gets it. A grant that is in force names the same person on both sides, or nobody as the one who granted. Revoke it, let somebody entitled grant it, and continue this run.',
    example: 'bob, approver, granted by bob   →   bob, approver, granted by cyd',
  },
  'SOX-E007': {
    title: 'a grant of access has no end',
    explanation:
      'Access ends when people leave or change roles, and an end date sees to it when nobody remembers. A grant that is in force has no end that can be read as a date. Revoke it, grant it again with an end, and continue this run.',
    example: 'expires: ""   →   expires: "2027-06-30T00:00:00Z"',
  },
  'SOX-E008': {
    title: 'people without a grant are still let in',
    explanation:
      'All grants of somebody have ended or were revoked, and the access rules allow that person something all the same. Somebody who left can then act under an old name. Mend the policy that allows it, and continue this run.',
    example: 'permit (principal, action == Action::"approve", …)   →   a policy that asks for the role',
  },
  'SOX-E009': {
    title: 'a scheduled check failed',
    explanation:
      'A check by the calendar failed at its latest run, so nobody knows how the deployed model does. Failures of jobs are followed up before the next change. Look at why it failed, let it run again, and continue this run.',
    example: 'daily-bias: failed   →   daily-bias: ok',
  },
  'SOX-E010': {
    title: 'a scheduled check was missed',
    explanation:
      'A check by the calendar was due and did not run, and has not run since. A job that silently stops is found by the one who looks for it. Let it run, and continue this run; the gap itself stays in the record.',
    example: 'due 2026-11-22, last run 2026-11-20   →   last run 2026-11-23',
  },
  'SOX-E011': {
    title: 'nothing keeps the holds',
    explanation:
      'A hold forbids to destroy training data, and no loaded plugin knows what is kept and what was destroyed. A hold that nothing keeps is a note on paper. Load a plugin that provides Retention, and continue this run.',
    example: 'plugins: [sox]   →   plugins: [sox, governance]',
  },
  'SOX-E012': {
    title: 'a hold does not lie on everything of its class',
    explanation:
      'The config names a hold, and some of the data that it is about is not held by it: the hold was released, or never reached this data. Either way the config and the workspace say different things. Place the hold again, or, when it was released on purpose, take it out of the option holds.',
    example: '"holds": ["2026-HOLD-1"]   →   attestry retention hold 2026-HOLD-1',
  },
  'SOX-E013': {
    title: 'something under a hold was destroyed',
    explanation:
      'There is a receipt for the destruction of something that a hold protects. Records under a hold are not destroyed, whatever other rule asks for it. Stop every disposal, tell the people who placed the hold, and keep the receipt: it cannot be undone.',
    example: 'a receipt for runs/01J…/data beside a hold on training-data',
  },
  'SOX-E014': {
    title: 'nobody reviewed emergency access that has ended',
    explanation:
      'Emergency access goes round the usual approval, so what was done with it is looked at afterwards, by somebody else. A grant of the role emergency has ended, and no review of it is on record since. Review it, and continue this run.',
    example: 'attestry access review bob emergency --as dana',
  },
}

/** SOX-E001. Another run is needed: the ticket belongs to the config that is approved. */
export const changeTicketMissing = (): Reason => ({
  code: 'SOX-E001',
  note: 'the config names no change ticket',
  kind: 'refused',
  control: 'ITGC-CM-1',
  help: 'set deployment.changeTicket in the config and run again',
})

/** SOX-E002. People can still approve. */
export const tooFewApprovals = (counted: number, required: number, voided: number): Reason => ({
  code: 'SOX-E002',
  note: `${counted} independent ${counted === 1 ? 'approval' : 'approvals'} < ${required} required${voided > 0 ? `; ${voided} void` : ''}`,
  kind: 'pending',
  control: 'ITGC-CM-2',
  help: 'ask people other than the author to approve this run, then continue it',
})

/** SOX-E003. Nothing was measured. */
export const changeNotTested = (): Reason => ({
  code: 'SOX-E003',
  note: 'no assessment of this model has a value',
  kind: 'refused',
  control: 'ITGC-CM-1',
  help: 'load a plugin that assesses models, with enough test rows, and run again',
})

/** SOX-E004. */
export const totalsMissing = (): Reason => ({
  code: 'SOX-E004',
  note: 'no evidence says how many rows of this dataset were read',
  kind: 'refused',
  control: 'ITGC-DI-1',
  help: 'look at the evidence of the run, and run again',
})

/** SOX-E005. */
export const totalsDiffer = (read: number, unexplained: number): Reason => ({
  code: 'SOX-E005',
  note: `${Math.abs(unexplained)} of ${read} rows are ${unexplained > 0 ? 'unaccounted for' : 'counted twice'}`,
  kind: 'refused',
  control: 'ITGC-DI-1',
  help: 'find the plugin that drops rows without saying so, and run again',
})

/** SOX-E006. */
export const grantOfOneself = (grants: number): Reason => ({
  code: 'SOX-E006',
  note: `${plural(grants, 'grant')} of access named nobody else as the one who approved`,
  kind: 'pending',
  control: 'ITGC-AC-1',
  help: 'revoke them, let somebody else grant them, then continue this run',
})

/** SOX-E007. */
export const grantWithoutEnd = (grants: number): Reason => ({
  code: 'SOX-E007',
  note: `${plural(grants, 'grant')} of access without an end`,
  kind: 'pending',
  control: 'ITGC-AC-2',
  help: 'grant them again with an end, then continue this run',
})

/** SOX-E008. */
export const accessNotEnded = (people: number): Reason => ({
  code: 'SOX-E008',
  note: `${people} whose grants have all ended ${people === 1 ? 'is' : 'are'} still let in`,
  kind: 'pending',
  control: 'ITGC-AC-2',
  help: 'mend the policy that allows it, then continue this run',
})

/** SOX-E009. */
export const checkFailed = (name: string): Reason => ({
  code: 'SOX-E009',
  note: `the scheduled check '${name}' failed at its latest run`,
  kind: 'pending',
  control: 'ITGC-CO-1',
  help: 'find out why, let it run again, then continue this run',
})

/** SOX-E010. */
export const checkMissed = (name: string): Reason => ({
  code: 'SOX-E010',
  note: `the scheduled check '${name}' was due and has not run since`,
  kind: 'pending',
  control: 'ITGC-CO-1',
  help: 'let it run, then continue this run',
})

/** SOX-E011. */
export const holdsNotWatched = (): Reason => ({
  code: 'SOX-E011',
  note: 'a hold is named, and no loaded plugin keeps it',
  kind: 'pending',
  control: 'SOX-802',
  help: 'load a plugin that provides Retention, then continue this run',
})

/** SOX-E012. */
export const holdNotInForce = (hold: {
  readonly id: string
  readonly dataClass: string
  readonly items: number
}): Reason => ({
  code: 'SOX-E012',
  note: `hold '${hold.id}' does not lie on ${plural(hold.items, 'object')} of ${hold.dataClass}`,
  kind: 'pending',
  control: 'SOX-802',
  help: "place it again, or take it out of the option 'holds' when it was released",
})

/** SOX-E013. */
export const heldAndDestroyed = (objects: number): Reason => ({
  code: 'SOX-E013',
  note: `${plural(objects, 'object')} under a hold ${objects === 1 ? 'was' : 'were'} destroyed`,
  kind: 'refused',
  control: 'SOX-802',
  help: 'stop every disposal and tell the people who placed the hold',
})

/** SOX-E014. */
export const emergencyNotReviewed = (grants: number): Reason => ({
  code: 'SOX-E014',
  note: `${plural(grants, 'grant')} of emergency access ended and ${grants === 1 ? 'was' : 'were'} not reviewed`,
  kind: 'pending',
  control: 'ITGC-AC-4',
  help: 'attestry access due, then attestry access review',
})

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`
