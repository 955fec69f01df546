import { AttestryError, type ErrorCatalogue } from '@attestry/core'

/** Every code of this package. */
export const errorCatalogue: ErrorCatalogue = {
  'DISCLOSURE-E001': {
    title: 'there is no row to measure',
    explanation:
      'Risk is measured over rows, and the table has none. A table without rows would meet every demand, which would read like protection. Nothing is measured instead. Look at what was read and at what was filtered before.',
    example: 'measureDisclosure on a batch whose rows were all quarantined fails; mend the source first.',
  },
  'DISCLOSURE-E002': {
    title: 'the roles of the columns contradict each other',
    explanation:
      'Which columns an outsider may know (quasi-identifiers) and which are the secret (sensitive) is declared by a person. Here none is declared, one is named twice, or one is given both roles. Guessing would decide the result, so nothing is measured. Name each column once.',
    example:
      "quasiIdentifiers: ['age', 'age'] fails, and so does naming 'diagnosis' as both quasi-identifier and sensitive.",
  },
  'DISCLOSURE-E003': {
    title: 'a number is out of its range',
    explanation:
      'Each parameter has a range in which its definition makes sense: k is a whole number of at least 2, l is at least 1, t, thresholds and limits are shares. The message names the parameter, the value and the range. A value outside would either demand nothing or could never be met. Correct it.',
    example:
      '{ k: 1 } fails, as every table has classes of at least one row; { suppressionLimit: 5 } fails, 0.05 is five per cent.',
  },
  'DISCLOSURE-E004': {
    title: 'a hierarchy does not cover a value',
    explanation:
      'A hierarchy says what each value becomes on each level. A row holds a value that it has no entry for, so nobody has decided how that value is to be generalised. Leaving it as it is could single a person out. The message names the column and the row, never the value; widen the hierarchy or mend the row.',
    example: 'intervals({ from: 0, to: 90, widths: [10] }) on an age of 93 fails; declare to: 120.',
  },
  'DISCLOSURE-E005': {
    title: 'a hierarchy is malformed',
    explanation:
      'Levels must nest: two values that share a label on one level share their labels on every higher level. Every value is given once, with the same number of levels. Otherwise a higher level would not hide more than a lower one, and no guarantee would follow from it. The message says which rule is broken and where.',
    example: 'intervals({ from: 0, to: 100, widths: [10, 25] }) fails, as 25 is no multiple of 10; [10, 20, 40] nests.',
  },
  'DISCLOSURE-E006': {
    title: 'no release keeps what was demanded',
    explanation:
      'Neither algorithm invents protection: when no generalisation with at most the allowed number of suppressed rows keeps every demand, there is no release. The message says which demand is unmet and how close the table comes. Ask for less, allow more suppression, give coarser hierarchies, or collect more rows.',
    example: 'k = 10 on a table of 8 rows fails; so does l = 4 on a sensitive column that has three values.',
  },
  'DISCLOSURE-E007': {
    title: 'the population does not contain the table',
    explanation:
      'Journalist risk compares the released table with the population that it was drawn from. Here a class of the table has more rows than the same class of the population, or the population is smaller than the table. Then it is not the population, or it was not generalised the same way, and the risk would come out too low. Pass the table that the rows were drawn from, recoded alike.',
    example:
      'A population table with raw ages beside a release with age bands fails; recode it to the levels of the release first.',
  },
  'DISCLOSURE-E008': {
    title: 'the search needs a hierarchy for every quasi-identifier',
    explanation:
      "The lattice search moves whole columns up the levels of their hierarchies, so a column declared 'ordered' has nothing to move along. Mondrian is the algorithm that cuts ordered columns by their values. Give the column a hierarchy, or choose mondrian.",
    example:
      "{ algorithm: 'lattice', quasiIdentifiers: { age: 'ordered' } } fails; intervals({ … }) is a hierarchy for ages.",
  },
  'DISCLOSURE-E009': {
    title: 'the options of the disclosure plugin are not valid',
    explanation:
      'The plugin has a fixed list of options. An unknown name or a value out of range is refused, because an option that is misspelt and ignored would leave data less protected than the config seems to say. The message names the option and what is wrong with it. Mend the entry in the plugins list of the config.',
    example:
      "{ use: '@attestry/disclosure', options: { quasi: ['age'] } } fails; the option is called quasiIdentifiers.",
  },
  'DISCLOSURE-E010': {
    title: 'the input is larger than the limit',
    explanation:
      'Readers and searches have limits, so that a wrong file or option ends in a message instead of in memory running out. The message names what is too large, its size and the limit. Use fewer levels or columns, or another algorithm.',
    example:
      'Twelve columns with ten levels each make 10^12 combinations, above the limit of the lattice search: use mondrian.',
  },
  'DISCLOSURE-E011': {
    title: 'a declared column is not kept by the run',
    explanation:
      'The plugin measures the rows that a run stores, and a run stores only the columns that its config names. A quasi-identifier or sensitive column that is dropped before could not be measured, and the risk of the rest would be reported as if it were the whole. Name the column under data.features, data.groups or data.keep, or declare only what is stored.',
    example: "quasiIdentifiers: ['age', 'zip'] with data.keep: ['age'] fails; add 'zip' to data.keep.",
  },
}

/** DISCLOSURE-E001. */
export const noRows = (what: string): AttestryError =>
  new AttestryError({
    code: 'DISCLOSURE-E001',
    message: `${what} has no rows`,
    help: 'look at what was read, and at what was filtered before',
  })

/** DISCLOSURE-E002. */
export const badRoles = (problem: string): AttestryError =>
  new AttestryError({
    code: 'DISCLOSURE-E002',
    message: problem,
    help: 'name each column once, as a quasi-identifier or as sensitive',
  })

/** DISCLOSURE-E003. */
export const outOfRange = (name: string, value: unknown, range: string): AttestryError =>
  new AttestryError({
    code: 'DISCLOSURE-E003',
    message: `${name} is ${String(value)}, it must be ${range}`,
    help: `give ${name} ${range}`,
  })

/** DISCLOSURE-E004. The value is not printed. */
export const notCovered = (column: string, row: number): AttestryError =>
  new AttestryError({
    code: 'DISCLOSURE-E004',
    message: `the hierarchy of '${column}' does not cover the value in row ${row + 1}`,
    help: `widen the hierarchy of '${column}', or mend the row`,
  })

/** DISCLOSURE-E005. */
export const badHierarchy = (problem: string, help = 'mend the hierarchy'): AttestryError =>
  new AttestryError({ code: 'DISCLOSURE-E005', message: problem, help })

/** DISCLOSURE-E006. */
export const unreachable = (problem: string, unmet: readonly string[] = []): AttestryError =>
  new AttestryError({
    code: 'DISCLOSURE-E006',
    message: problem,
    notes: unmet,
    help: 'ask for less, allow more suppression, give coarser hierarchies or collect more rows',
  })

/** DISCLOSURE-E007. */
export const notThePopulation = (problem: string): AttestryError =>
  new AttestryError({
    code: 'DISCLOSURE-E007',
    message: problem,
    help: 'pass the table that the rows were drawn from, recoded as they are',
  })

/** DISCLOSURE-E008. */
export const needsHierarchy = (column: string): AttestryError =>
  new AttestryError({
    code: 'DISCLOSURE-E008',
    message: `'${column}' is declared 'ordered', which the lattice search cannot generalise`,
    help: `give '${column}' a hierarchy, or use algorithm: 'mondrian'`,
  })

/** DISCLOSURE-E009. */
export const badOptions = (problems: readonly string[]): AttestryError =>
  new AttestryError({
    code: 'DISCLOSURE-E009',
    message: `options of @attestry/disclosure are not valid: ${problems.join('; ')}`,
    help: 'see the table of options in the README of the package',
  })

/** DISCLOSURE-E010. */
export const tooLarge = (what: string, size: number, limit: number, help: string): AttestryError =>
  new AttestryError({ code: 'DISCLOSURE-E010', message: `${what}: ${size}, the limit is ${limit}`, help })

/** DISCLOSURE-E011. */
export const notKept = (column: string): AttestryError =>
  new AttestryError({
    code: 'DISCLOSURE-E011',
    message: `column '${column}' is declared to @attestry/disclosure, and the run does not keep it`,
    help: `add '${column}' to data.keep, or declare only columns that are stored`,
  })
