import type { ErrorCatalogue } from '@attestry/core'

/** The pages of `mechanisms/errors.ts`. */
export const mechanismErrorPages: ErrorCatalogue = {
  'DP-E040': {
    title: 'bounds are missing, broken or read off the data',
    explanation:
      'The size of the noise follows from how far one value can move the result, so every value lies within declared bounds. ' +
      'Bounds read off the data are themselves a release of its extremes, without noise. ' +
      'Take them from the meaning of the column, such as an age between 0 and 120.',
    example:
      "refused:  addNoise(batch, { epsilon: 1, delta: 1e-5, bounds: { age: 'from-data' }, unit: 'record' })\n" +
      "mended:   addNoise(batch, { epsilon: 1, delta: 1e-5, bounds: { age: { min: 0, max: 120 } }, unit: 'record' })",
  },
  'DP-E041': {
    title: 'a unit of privacy that is not known',
    explanation:
      'Epsilon bounds what can be learnt about one unit, so the release has to say what a unit is. ' +
      'A record is one row; a person with several rows needs the most rows that one person has. ' +
      'Without such a number no statement about persons can be made.',
    example: "refused:  { unit: 'household' }\nmended:   { unit: { rowsPerSubject: 4 } }",
  },
  'DP-E042': {
    title: 'a column that noise on numbers cannot protect',
    explanation:
      'Noise can be added to numbers alone. ' +
      'A column of text with bounds has no numbers, and free text beside noisy numbers still names the people in it. ' +
      'Leave the column out, or take another technique for it.',
    example:
      'refused:  a batch with a column of letters to customer care\nmended:   the same batch without that column',
  },
  'DP-E043': {
    title: 'a neighbouring relation that is not known',
    explanation:
      'Epsilon compares neighbouring data sets, and the sensitivity depends on what neighbours are. ' +
      'With one record added or removed the number of rows is private; with one record replaced it is public. ' +
      'Mixing the two understates the loss, so there is no default.',
    example:
      'refused:  noisyCount(rows, { epsilon: 1 })\n' +
      "mended:   noisyCount(rows, { epsilon: 1, adjacency: 'add-or-remove-one' })",
  },
  'DP-E044': {
    title: 'categories that cannot be used',
    explanation:
      'Randomised response and histograms work over a public list of categories. ' +
      'A list read off the data would show which categories occur, and a value outside it has no place in the answer. ' +
      'Declare the list and give other values a category of their own.',
    example:
      "refused:  randomisedResponse('perhaps', { categories: ['yes', 'no'], epsilon: 1 })\n" +
      "mended:   randomisedResponse('perhaps', { categories: ['yes', 'no', 'perhaps'], epsilon: 1 })",
  },
}
