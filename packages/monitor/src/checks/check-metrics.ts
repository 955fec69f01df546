/** What is measured beside the findings of a plain window, each with what an alert says about it. */
export const checkMetrics = {
  'feature-psi': 'an input is distributed otherwise than in the reference',
  'feature-wasserstein': 'values of an input have moved',
  'missing-share': 'an input is missing more often than in the reference',
  'type-error-share': 'an input has values of another type more often than in the reference',
  'out-of-range-share': 'an input has values outside its range or its categories more often than in the reference',
  'undeclared-feature-share': 'predictions have inputs that nobody declared',
  'unknown-truth-share': 'labels are none of the classes',
  'rejected-share': 'predictions could not be counted',
  'duplicate-share': 'predictions were recorded twice',
  'window-age-seconds': 'no prediction has come for long',
  'estimated-accuracy-drop': 'accuracy, estimated without labels, is below that of the reference',
  'estimated-auc-drop': 'the area under the ROC curve, estimated without labels, is below that of the reference',
  'estimated-recall-gap': 'true-positive rates of groups, estimated without labels, lie apart',
  'membership-advantage': 'rows that were trained on can be told from others by their loss',
  'membership-auc': 'rows that were trained on have less loss than others',
} as const

export type CheckMetric = keyof typeof checkMetrics
