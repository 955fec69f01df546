import { AttestryError, type ErrorCatalogue } from '@attestry/core'

/** Every code of this package. */
export const errorCatalogue: ErrorCatalogue = {
  'BIAS-E001': {
    title: 'two columns of one table differ in length',
    explanation:
      'Labels, predictions and groups are read row by row, so they must have one entry per row. Here two of them differ in length. Measuring the common part would attribute results to the wrong people, so nothing is measured. Pass columns of the same rows, in the same order.',
    example:
      'countGroups with 100 labels and 99 predictions fails; drop the same row from both, or repair the column that lacks a row.',
  },
  'BIAS-E002': {
    title: 'a class or group number is out of range',
    explanation:
      'Classes and groups are numbered from 0. A row holds a number that no class or group has. It would be counted nowhere, and a row that silently vanishes can hide the very disparity that is looked for. Number the groups with encodeGroups, and give the number of classes that the model really has.',
    example: 'groups [0, 1, 2] with groupCount 2 fails; groupCount 3 is right.',
  },
  'BIAS-E003': {
    title: 'an attribute has too many groups to compare',
    explanation:
      'Rates are compared between groups of an attribute, and every group is named in the evidence. A column with hundreds of values is not a group but an identifier or a measurement: nearly every group would be too small, and evidence would carry personal values. Nothing of the column is printed for that reason. Put its values into bins, or take another column.',
    example:
      "data.groups: ['birth_date'] fails; derive a column 'age_band' with values such as '18-29' and name that one.",
  },
  'BIAS-E004': {
    title: 'reweighing needs a row in every combination of group and class',
    explanation:
      'A weight is the expected count of a combination of group and class divided by its observed count. A combination without a row has no weight, and without it label and group cannot be made independent. Leaving it out would promise what the weights do not do. Merge rare groups or classes, or train without reweighing and report the gap.',
    example:
      "training.reweigh: 'region' where one region has no row of class 'approved' fails; merge that region with a neighbouring one.",
  },
  'BIAS-E005': {
    title: 'the options of the bias plugin are not valid',
    explanation:
      'The plugin knows the options minGroup, confidence and intersections. An unknown name or a value out of range is refused, because an option that is misspelt and ignored would leave a check undone. The message names the option and what is wrong with it. Mend the entry in the plugins list of the config.',
    example: "{ use: '@attestry/bias', options: { minGroups: 20 } } fails; the option is called minGroup.",
  },
  'BIAS-E006': {
    title: 'an attribute is not in the table',
    explanation:
      'An analysis was asked for an attribute that the table of predictions has no column for. Leaving it out would report on fewer attributes than were asked for, and the one left out may be the one that matters. The message names the attribute and the columns that there are. Mend the spelling, or carry the column along when the data is read.',
    example: "analyzeBias({ table, attributes: ['gender'] }) fails where the column is called 'sex'.",
  },
  'BIAS-E007': {
    title: 'there are fewer than two groups to compare',
    explanation:
      'Fairness metrics compare groups, so an attribute needs at least two of them. With one group every difference would be 0 and every ratio 1, which would read like parity. Nothing is computed instead. Take rows in which the attribute varies, or another attribute.',
    example: "thresholds fitted on rows that all have sex 'F' are refused; fit on rows of every group.",
  },
  'BIAS-E008': {
    title: 'an input of a fairness computation is out of its range',
    explanation:
      'A number that a computation was given has no meaning there: a confidence of 1.5, a score that is not a number, fewer than 100 replicates. The formula would still return something, and that would look like a measurement. The message says which input is wrong. Correct it where it is made rather than where it is passed on.',
    example: 'bootstrap with 10 replicates fails; pass 2000.',
  },
  'BIAS-E009': {
    title: 'a group is too small to fit a threshold for it',
    explanation:
      "Thresholds per group are read off the curve of that group's scores. With a handful of positives or negatives the curve is noise, and the thresholds would treat people of that group at random. The message names how many rows of each class there are and how many are needed. Collect more rows, or merge the group with one that it belongs with.",
    example: 'fitThresholds with minimumRows 30 on a group with 12 positives fails.',
  },
}

/** BIAS-E001. Two columns differ in length. */
export const lengthsDiffer = (expected: number, got: number): AttestryError =>
  new AttestryError({
    code: 'BIAS-E001',
    message: `columns of one table have ${expected} and ${got} rows`,
    help: 'pass columns with one entry per row, in the same order',
  })

/** BIAS-E002. A row names a class or group that does not exist. */
export const codeOutOfRange = (what: 'class' | 'group', code: number, count: number): AttestryError =>
  new AttestryError({
    code: 'BIAS-E002',
    message: `a row has ${what} number ${code}, but there are ${count}`,
    help: `number each ${what} from 0 to ${count - 1}`,
  })

/** BIAS-E003. An attribute looks like an identifier. Its values are not printed. */
export const tooManyGroups = (attribute: string, groups: number, max: number): AttestryError =>
  new AttestryError({
    code: 'BIAS-E003',
    message: `attribute '${attribute}' has ${groups} groups, at most ${max} can be compared`,
    help: `put the values of '${attribute}' into bins, or leave it out of data.groups`,
  })

/** BIAS-E004. Some combination of group and class has no row. */
export const emptyCells = (empty: number, all: number): AttestryError =>
  new AttestryError({
    code: 'BIAS-E004',
    message: `${empty} of ${all} combinations of group and class have no row, so they have no weight`,
    notes: ['without them no weights make label and group independent'],
    help: 'merge rare groups or classes, or remove training.reweigh',
  })

/** BIAS-E005. Options that the schema refuses. */
export const badOptions = (problems: readonly string[]): AttestryError =>
  new AttestryError({
    code: 'BIAS-E005',
    message: `the options of @attestry/bias are not valid: ${problems[0]}`,
    notes: problems.slice(1),
    help: 'use minGroup (a whole number from 1), confidence (from 0.5 up to below 1) and intersections (true or false)',
  })

/** BIAS-E006. An attribute that no column holds. */
export const unknownAttribute = (attribute: string, known: readonly string[]): AttestryError =>
  new AttestryError({
    code: 'BIAS-E006',
    message: `the table has no attribute '${attribute}'; it has ${known.length === 0 ? 'none' : known.join(', ')}`,
    help: 'name attributes that are columns of table.groups',
  })

/** BIAS-E007. Nothing to compare. */
export const tooFewGroups = (groups: number): AttestryError =>
  new AttestryError({
    code: 'BIAS-E007',
    message: `there ${groups === 1 ? 'is 1 group' : `are ${groups} groups`}, at least 2 are needed to compare`,
    help: 'take rows in which the attribute has at least two values',
  })

/** BIAS-E008. An input without a meaning. */
export const invalidInput = (problem: string, help: string): AttestryError =>
  new AttestryError({ code: 'BIAS-E008', message: problem, help })

/** BIAS-E009. Too few rows to fit thresholds. */
export const groupTooSmall = (group: string, positives: number, negatives: number, needed: number): AttestryError =>
  new AttestryError({
    code: 'BIAS-E009',
    message: `group '${group}' has ${positives} positives and ${negatives} negatives, ${needed} of each are needed`,
    help: 'collect more rows of the group, or merge it with another',
  })
