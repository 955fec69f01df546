import { AttestryError, type ErrorCatalogue } from '@attestry/core'

/** Every code of this package. */
export const errorCatalogue: ErrorCatalogue = {
  'EXPLAIN-E001': {
    title: 'the options of the explain plugin are not valid',
    explanation:
      'The plugin has a fixed list of options, each with its range. An unknown name or a value out of range is refused, because an option that is misspelt and ignored would leave, for instance, a protected column free to be changed. The message names the option and what is wrong with it. Mend the entry in the plugins list of the config.',
    example: "{ use: '@attestry/explain', options: { fixd: ['age'] } } fails; the option is called fixed.",
  },
  'EXPLAIN-E002': {
    title: 'there are too many features for exact Shapley values',
    explanation:
      'Exact Shapley values predict every subset of the features, and each further feature doubles the work. Beyond 15 features that is more than 32,768 subsets for one row. Sampling permutations gives an unbiased estimate with a standard error instead. Call sampledShapley, or join features that belong together into one group.',
    example: 'exactShapley with 20 groups fails; sampledShapley({ ...game, pairs: 50, random }) takes them.',
  },
  'EXPLAIN-E003': {
    title: 'the inputs of an explanation do not fit each other',
    explanation:
      'The row, the background and the feature groups must be about the same columns, and the background needs at least one row. Here they differ, or a group names a column that does not exist. An explanation of the common part would leave influences out without saying so. Encode row and background with the same encoder, and let the groups cover its columns.',
    example: 'a row of 4 numbers with a background of 9 numbers fails: 9 is no whole number of rows.',
  },
  'EXPLAIN-E004': {
    title: 'the model gave no usable answer',
    explanation:
      'An explanation asks the model about many changed rows and expects one finite number for each. The model gave another count of answers, or one that is not finite. Averages over such answers would be wrong without a sign. Look at what the model does with rows near the bounds of its columns.',
    example: 'a predict function that returns the probabilities of both classes fails; return those of one class.',
  },
  'EXPLAIN-E005': {
    title: 'the contributions do not add up to the prediction',
    explanation:
      'Contributions must add up to the difference between the prediction and its mean over the background, within 1e-6. Here they do not, so the model answered the same row differently on two occasions, or the method is wrong. Reasons taken from such contributions would be wrong as well, so none are given. Take randomness, such as dropout, out of the prediction.',
    example: 'a predict function that adds noise to its answers fails.',
  },
}

/** EXPLAIN-E001. Options that the schema refuses. */
export const badOptions = (problems: readonly string[]): AttestryError =>
  new AttestryError({
    code: 'EXPLAIN-E001',
    message: `the options of @attestry/explain are not valid: ${problems[0]}`,
    notes: problems.slice(1),
    help: 'see the table of options in the README of @attestry/explain',
  })

/** EXPLAIN-E002. Exact enumeration would not end. */
export const tooManyFeatures = (features: number, most: number): AttestryError =>
  new AttestryError({
    code: 'EXPLAIN-E002',
    message: `exact Shapley values of ${features} features were asked for, at most ${most} are enumerated`,
    help: 'use sampledShapley, or join features into groups',
  })

/** EXPLAIN-E003. Shapes that differ. */
export const unfitting = (problem: string): AttestryError =>
  new AttestryError({
    code: 'EXPLAIN-E003',
    message: problem,
    help: 'encode the row and the background with the same encoder',
  })

/** EXPLAIN-E004. A wrong number of answers, or one that is not finite. */
export const badAnswer = (problem: string): AttestryError =>
  new AttestryError({
    code: 'EXPLAIN-E004',
    message: `the model ${problem}`,
    help: 'return one finite number per row',
  })

/** EXPLAIN-E005. A sum that is off. */
export const notAdditive = (error: number): AttestryError =>
  new AttestryError({
    code: 'EXPLAIN-E005',
    message: `contributions miss the prediction by ${error.toExponential(1)}, at most 1e-6 is rounding`,
    help: 'make sure that the model answers the same row the same way each time',
  })
