import { AttestryError, type ErrorCatalogue } from '@attestry/core'

/** Every code of this package. */
export const errorCatalogue: ErrorCatalogue = {
  'ROBUST-E001': {
    title: 'an option of the robustness plugin is not valid',
    explanation:
      'The plugin has a fixed list of options, each with its range. An unknown name or a value out of range is refused, because an option that is misspelt and ignored would leave the model attacked less hard than the config seems to say. The message names the option and what is wrong with it. Mend the entry in the plugins list of the config.',
    example: "{ use: '@attestry/robustness', options: { epsilon: 5 } } fails; a strength is a share, at most 1.",
  },
  'ROBUST-E002': {
    title: 'the model gave an answer that is none',
    explanation:
      'An attack asks the model for probabilities and gradients of many changed rows. It answered with another count than was asked for, or with a number that is not finite. A rate over such answers would mean nothing, so the attack stops. Check that the model was exported whole, and that its numbers are finite on plain rows.',
    example: 'A layer that divides by a column answers NaN as soon as an attack brings that column to zero.',
  },
  'ROBUST-E003': {
    title: 'numbers for a certificate are out of range',
    explanation:
      'A certified radius needs whole counts with 0 ≤ successes ≤ trials, trials of at least 1, a probability of error between 0 and 1, and a positive standard deviation. Outside of that the formula gives a number that certifies nothing. Mend the call.',
    example: 'certifiedRadius({ successes: 101, trials: 100, … }) fails.',
  },
}

/** ROBUST-E001. */
export const badOptions = (problems: readonly string[]): AttestryError =>
  new AttestryError({
    code: 'ROBUST-E001',
    message: `options of @attestry/robustness are not valid: ${problems.join('; ')}`,
    help: 'see the table of options in the README of the package',
  })

/** ROBUST-E002. */
export const badAnswer = (what: string): AttestryError =>
  new AttestryError({
    code: 'ROBUST-E002',
    message: `the model ${what} while it was attacked`,
    help: 'check that the model was exported whole and answers plain rows with finite numbers',
  })

/** ROBUST-E003. */
export const badCounts = (what: string): AttestryError =>
  new AttestryError({
    code: 'ROBUST-E003',
    message: `no radius can be certified: ${what}`,
    help: 'give whole counts, a probability of error in (0, 1) and a positive sigma',
  })
