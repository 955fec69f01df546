import { AttestryError, type ErrorCatalogue } from '@attestry/core'

/** Codes of the sketches. */
export const sketchErrors: ErrorCatalogue = {
  'MONITOR-E301': {
    title: 'a sketch cannot have that size',
    explanation:
      'A sketch trades memory for error by one number, and that number has a range in which the stated error holds: k of a quantile sketch is a whole number from 8 to 4096, the precision of a distinct count from 4 to 16, the counters of a list of frequent values from 8 to 65536. The number given lies outside. Choose one inside the range.',
    example: 'new QuantileSketch(2) fails; new QuantileSketch(256) errs by less than 1.3 % of the rows.',
  },
  'MONITOR-E302': {
    title: 'two sketches cannot be merged',
    explanation:
      'Merging keeps the stated error only between sketches of the same kind and size. These two differ, so that the result would have the error of neither. Build every sketch of a column from one schema, and merge those.',
    example: 'merging a quantile sketch of k 256 with one of k 128 fails.',
  },
  'MONITOR-E303': {
    title: 'a stored sketch is damaged',
    explanation:
      'A sketch read from a file must be one that the writer could have produced: sizes within their limits, whole counts, values in order, weights that add up to the number of rows. This one is not. Counting on with it would give numbers without a bound on their error. Leave the file out, or restore it from a copy.',
    example: 'a window file in which somebody changed "rows" of a column fails when it is read.',
  },
}

/** MONITOR-E301. */
export const sketchSize = (what: string, got: number, low: number, high: number): AttestryError =>
  new AttestryError({
    code: 'MONITOR-E301',
    message: `${what} is ${got}, not a whole number from ${low} to ${high}`,
    help: `give a whole number from ${low} to ${high}`,
  })

/** MONITOR-E302. */
export const sketchesDiffer = (what: string, a: number, b: number): AttestryError =>
  new AttestryError({
    code: 'MONITOR-E302',
    message: `sketches of ${what} ${a} and ${b} cannot be merged`,
    help: 'build both from the same schema',
  })

/** MONITOR-E303. */
export const sketchDamaged = (kind: string, problem: string): AttestryError =>
  new AttestryError({
    code: 'MONITOR-E303',
    message: `a stored ${kind} is damaged: ${problem}`,
    help: 'leave the file out, or restore it from a copy',
  })
