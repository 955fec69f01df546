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
