import { AttestryError, type ErrorCatalogue } from '@attestry/core'

/** Codes of the checks. */
export const checkErrors: ErrorCatalogue = {
  'MONITOR-E331': {
    title: 'there is no check of that name',
    explanation:
      'A run of checks names what is looked at: bias_drift, data_drift, data_quality, performance or privacy_leakage; bias and drift are short for the first two. Another name was given, or none. A misspelt name that is passed over would count as monitoring and look at nothing. Correct the list.',
    example: "checks: ['bais_drift'] fails; checks: ['bias_drift'] compares the groups of every attribute.",
  },
}

/** MONITOR-E331. */
export const checkUnknown = (name: string | undefined, names: readonly string[]): AttestryError =>
  new AttestryError({
    code: 'MONITOR-E331',
    message: name === undefined ? 'no check is named' : `there is no check '${name.slice(0, 40)}'`,
    help: `name checks among ${names.join(', ')}`,
  })
