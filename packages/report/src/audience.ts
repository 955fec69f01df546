/** Who reads the report. Each gets the parts that they work with, theirs first; all are views of the same record. */
export const audiences = ['auditor', 'dpo', 'engineer'] as const
export type Audience = (typeof audiences)[number]

/** Parts of the report between its verdict and its end. */
export type Part =
  | 'checklist'
  | 'controls'
  | 'data'
  | 'debiasing'
  | 'evidence'
  | 'explanations'
  | 'figures'
  | 'groups'
  | 'limitations'
  | 'lineage'
  | 'membership'
  | 'monitoring'
  | 'network'
  | 'people'
  | 'policy'
  | 'processing'
  | 'quality'
  | 'risks'
  | 'robustness'
  | 'timeline'
  | 'training'
  | 'verify'

const listed = (parts: string): readonly Part[] => parts.split(' ') as readonly Part[]

/** Everything, for whoever did not say who they are. */
export const everyPart: readonly Part[] = listed(
  'figures checklist limitations controls data people training quality groups debiasing explanations robustness membership monitoring network policy risks processing lineage evidence verify timeline',
)

const views: Readonly<Record<Audience, readonly Part[]>> = {
  // Evidence first, then what it is evidence of.
  auditor: listed(
    'checklist controls evidence verify policy lineage timeline limitations data people network groups debiasing explanations robustness membership monitoring risks processing',
  ),
  // People first: what is done with their data, on what basis, for how long, and what could go wrong.
  dpo: listed(
    'checklist people processing risks data network policy limitations groups debiasing membership explanations controls evidence verify',
  ),
  // The model first.
  engineer: listed(
    'figures limitations quality groups debiasing explanations robustness membership training data monitoring network lineage checklist controls verify timeline',
  ),
}

/** The parts that an audience reads, in reading order. */
export const partsFor = (audience: Audience | undefined): readonly Part[] =>
  audience === undefined ? everyPart : views[audience]

export const audienceNames: Readonly<Record<Audience, string>> = {
  auditor: 'auditors',
  dpo: 'data protection officers',
  engineer: 'engineers',
}
