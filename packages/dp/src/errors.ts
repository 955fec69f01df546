import { AttestryError, type ErrorCatalogue, type PrivacySpent } from '@attestry/core'
import { mechanismErrorPages } from './mechanisms/error-pages.js'

export { invalidBounds, invalidCategories, unknownAdjacency, unknownUnit, unusableColumn } from './mechanisms/errors.js'

const number = (value: unknown): string => (typeof value === 'number' ? String(value) : typeof value)

const rounded = (value: unknown): string =>
  typeof value === 'number' ? String(Number(value.toPrecision(4))) : number(value)

/** To six digits, and never up: what it tells can be asked for. */
const roundedDown = (value: number): number => {
  const step = 10 ** (Math.floor(Math.log10(value)) - 5)
  return Number((Math.floor(value / step) * step).toPrecision(6))
}

const tidy = (value: number): number => Number(value.toPrecision(12))

/** DP-E001. */
export const invalidEpsilon = (epsilon: unknown, range = 'a finite number above 0'): AttestryError =>
  new AttestryError({
    code: 'DP-E001',
    message: `epsilon is ${number(epsilon)}, it must be ${range}`,
    help: 'set epsilon to a number above 0, such as 3',
  })

/** DP-E002. */
export const invalidDelta = (delta: unknown, range: string): AttestryError =>
  new AttestryError({
    code: 'DP-E002',
    message: `delta is ${number(delta)}, it must lie in ${range}`,
    help: 'set delta well below one over the number of people in the data, such as 1e-5',
  })

/** DP-E003. */
export const invalidSamplingProbability = (q: unknown): AttestryError =>
  new AttestryError({
    code: 'DP-E003',
    message: `the sampling probability is ${number(q)}, it must lie in (0, 1]`,
    help: 'set it to the expected batch size divided by the number of rows',
  })

/** DP-E004. */
export const noNoiseSuffices = (epsilon: number, delta: number, largest: number): AttestryError =>
  new AttestryError({
    code: 'DP-E004',
    message: `no noise multiplier up to ${largest} keeps epsilon at or below ${epsilon} with delta ${delta}`,
    help: 'allow a larger epsilon or delta, take fewer steps, or lower the sampling probability',
  })

/** DP-E005. */
export const invalidCount = (what: string, count: unknown, least: number): AttestryError =>
  new AttestryError({
    code: 'DP-E005',
    message: `${what} is ${number(count)}, it must be a whole number of at least ${least}`,
    help: `set ${what} to a whole number of at least ${least}`,
  })

/** DP-E006. */
export const invalidScale = (what: string, value: unknown): AttestryError =>
  new AttestryError({
    code: 'DP-E006',
    message: `${what} is ${number(value)}, it must be a finite number above 0`,
    help: `set ${what} to a finite number above 0`,
  })

/** DP-E007. */
export const unknownEvent = (kind: unknown): AttestryError =>
  new AttestryError({
    code: 'DP-E007',
    message: `the accountant has no proof for the event ${typeof kind === 'string' ? `'${kind.slice(0, 60)}'` : typeof kind}`,
    notes: [
      'known events: gaussian, subsampled-gaussian, laplace, subsampled-laplace, discrete-gaussian, randomised-response, approximate',
      'known to accountant() and RdpAccountant() alone: repeat-and-select',
    ],
    help: 'make events with the functions of their names; for any other mechanism there is no epsilon to state',
  })

/** DP-E008. */
export const unreadableAccountant = (reason: string): AttestryError =>
  new AttestryError({
    code: 'DP-E008',
    message: `the stored accountant cannot be read: ${reason}`,
    help: 'pass what toJSON() of the same accountant gave, unchanged',
  })

/** DP-E009. */
export const invalidOrder = (order: unknown): AttestryError =>
  new AttestryError({
    code: 'DP-E009',
    message: `the Rényi order is ${number(order)}, it must be a finite number above 1`,
    help: 'use an order between 1.1 and 1024',
  })

/** DP-E010. */
export const invalidSecret = (length: unknown): AttestryError =>
  new AttestryError({
    code: 'DP-E010',
    message: `a noise stream needs exactly 32 secret bytes and a name, it was given ${number(length)} bytes`,
    help: "pass 32 bytes of crypto.randomBytes or of the vault's derive(), and a name for the stream",
  })

/** DP-E011. */
export function overBudget(
  what: 'epsilon' | 'delta',
  { spent, after, asked, limit, dataset }: OverBudget,
): AttestryError {
  const isConverted = after.adjacency !== spent.adjacency || after.adjacency !== asked.adjacency
  const left = isConverted ? null : tidy(Math.max(0, limit - spent[what]))
  return new AttestryError({
    code: 'DP-E011',
    message: `${what} ${tidy(after[what])} > budget ${limit}: ${tidy(spent[what])} is spent on this dataset and this charge asks for ${tidy(asked[what])}`,
    notes: [
      `dataset ${dataset.slice(0, 100)}`,
      ...(isConverted
        ? [`under ${after.adjacency}, where what holds for one record more or less costs as much as two of them`]
        : []),
      'what was spent stays spent: a released model cannot be taken back',
    ],
    help: `ask for ${left === null ? 'less' : `at most ${what} ${left}`}, or have the limit raised by whoever owns it`,
  })
}

interface OverBudget {
  readonly spent: PrivacySpent
  /** With the charge. */
  readonly after: PrivacySpent
  readonly asked: PrivacySpent
  readonly limit: number
  readonly dataset: string
}

/** DP-E012. */
export const brokenLedger = (line: number, reason: string): AttestryError =>
  new AttestryError({
    code: 'DP-E012',
    message: `the privacy ledger does not add up at line ${line}: ${reason}`,
    where: { file: 'privacy-ledger.jsonl', line },
    help: 'restore the file from a backup; until then nothing can be charged, because what was spent is not known',
  })

/** DP-E013. */
export const ledgerFailed = (action: string, cause: unknown): AttestryError =>
  new AttestryError({
    code: 'DP-E013',
    message: `the privacy ledger could not be ${action}`,
    where: { file: 'privacy-ledger.jsonl' },
    help: 'make room on the disk, or mend the permissions of the workspace, and run again',
    cause,
  })

/** DP-E014. */
export const invalidCharge = (reason: string): AttestryError =>
  new AttestryError({
    code: 'DP-E014',
    message: `the privacy charge is not valid: ${reason}`,
    help: 'charge a finite epsilon of at least 0 and a delta in [0, 1), with a dataset, a mechanism and an id',
  })

/** DP-E015. */
export const chargeIdReused = (difference: string): AttestryError =>
  new AttestryError({
    code: 'DP-E015',
    message: `this charge id is already used for another charge (${difference})`,
    help: 'use a new id for a new release; an id names one run for ever, and those who bear it',
  })

/** DP-E024. */
export const invalidPeople = (reason: string): AttestryError =>
  new AttestryError({
    code: 'DP-E024',
    message: `people cannot be charged for their rows: ${reason}`,
    help: "give `subjects` beside `charge`: for each row the lasting handle of its person, such as the batch's own when it was read with SubjectHandles",
  })

/** DP-E016. */
export const unusableScores = (reason: string): AttestryError =>
  new AttestryError({
    code: 'DP-E016',
    message: `membership inference cannot be measured: ${reason}`,
    help: 'pass at least two scores for members and two for non-members, none of them NaN',
  })

/** DP-E017. */
export const invalidConfidence = (confidence: unknown): AttestryError =>
  new AttestryError({
    code: 'DP-E017',
    message: `the confidence is ${number(confidence)}, it must lie strictly between 0 and 1`,
    help: 'set the confidence to a number such as 0.95',
  })

/** DP-E018. */
export const invalidParameter = (what: string, value: unknown, range: string): AttestryError =>
  new AttestryError({
    code: 'DP-E018',
    message: `${what} is ${number(value)}, it must be ${range}`,
    help: `the value of ${what} must be ${range}`,
  })

/** DP-E019. */
export const mixedRelations = (): AttestryError =>
  new AttestryError({
    code: 'DP-E019',
    message: 'the events take different data sets for neighbours: one unit more or less, and one exchanged for another',
    notes: ['Poisson sampling is accounted for adding or removing a unit, randomised answers for exchanging one'],
    help: 'account for them apart, and add up epsilons and deltas',
  })

/** DP-E020. */
export const refutedClaim = (audit: string, file: string, atLeast: unknown, claimed: unknown): AttestryError =>
  new AttestryError({
    code: 'DP-E020',
    message: `the claimed epsilon is refuted by the evidence '${audit}': it is at least ${rounded(atLeast)}, and ${rounded(claimed)} is claimed`,
    notes: [`evidence ${file}`],
    help: 'find what was released without noise, then train again; do not state an epsilon for this model',
  })

/** DP-E021. */
export const countTooQuiet = (countNoise: number, noiseMultiplier: number): AttestryError =>
  new AttestryError({
    code: 'DP-E021',
    message: `countNoise is ${rounded(countNoise)}, and a noise multiplier of ${rounded(noiseMultiplier)} needs more than ${rounded(noiseMultiplier / 2)}`,
    help: 'raise countNoise to at least the noise multiplier, or leave it out',
  })

/** DP-E022. */
export function overBudgetOfPeople(
  what: 'epsilon' | 'delta',
  { people, of, unit, records, groupOf, spent, after, limit, left, dataset }: OverBudgetOfPeople,
): AttestryError {
  return new AttestryError({
    code: 'DP-E022',
    message: `${what} ${tidy(after[what])} > budget ${limit}${unit === 'person' ? ' of a person as a whole' : ''} for ${people} of ${of} people of this data: other releases have spent up to ${tidy(spent[what])} on them`,
    notes: [
      `dataset ${dataset.slice(0, 100)}`,
      'the budget is that of a person, and not of a file: what other data with the same people was used for counts',
      ...(groupOf > 1
        ? [`the worst of them has ${records} records in this data, and is charged as a group of ${groupOf}`]
        : []),
      ...(after.adjacency === spent.adjacency ? [] : [`totals hold under ${after.adjacency}`]),
      'what was spent stays spent: a released model cannot be taken back',
    ],
    help: `ask for ${left === null ? 'less' : `at most epsilon ${roundedDown(left)}`}, train without the rows of these people, or have the limit raised by whoever owns it`,
  })
}

interface OverBudgetOfPeople {
  /** How many would be over. */
  readonly people: number
  readonly of: number
  /** Whether the limit is for any one record of a person, or for the person as a whole. */
  readonly unit: 'record' | 'person'
  /** Of the worst of them in the data. */
  readonly records: number
  /** How many units these count for: 1 against a limit for one record. */
  readonly groupOf: number
  /** What the worst of them bears, before the charge and after it. */
  readonly spent: PrivacySpent
  readonly after: PrivacySpent
  readonly limit: number
  /** The largest epsilon that would keep everybody within it; null where no such number can be told. */
  readonly left: number | null
  readonly dataset: string
}

/** DP-E023. */
export const brokenMembers = (digest: string, reason: string, cause?: unknown): AttestryError =>
  new AttestryError({
    code: 'DP-E023',
    message: `a list of people of the privacy ledger does not hold: ${reason}`,
    where: { file: `privacy-members/${digest.slice('sha256:'.length)}.members` },
    help: 'restore the file from a backup; until then nobody can be charged, because what was spent on whom is not known',
    ...(cause !== undefined && { cause }),
  })

/** Every code of this package. */
export const errorCatalogue: ErrorCatalogue = {
  ...mechanismErrorPages,
  'DP-E001': {
    title: 'epsilon is not a finite number above 0',
    explanation:
      'Epsilon bounds how much any one record can change what comes out, so it has to be a finite number above 0. ' +
      'An epsilon of 0 would need infinite noise, and a negative one has no meaning. ' +
      'Choose a bound that whoever owns the data has agreed to and write it in the config.',
    example: 'refused:  calibrateNoise({ epsilon: 0, ... })\nmended:   calibrateNoise({ epsilon: 3, ... })',
  },
  'DP-E002': {
    title: 'delta is outside its range',
    explanation:
      'Delta is the probability with which the bound on epsilon may fail, so it lies between 0 and 1. ' +
      'Calibration needs a delta strictly between them, because Gaussian noise never reaches delta 0. ' +
      'Take a value well below one over the number of people in the data.',
    example: 'refused:  accountant().epsilon(1)\nmended:   accountant().epsilon(1e-5)',
  },
  'DP-E003': {
    title: 'the sampling probability is outside (0, 1]',
    explanation:
      'Every record is drawn into a step independently with this probability, which is what the accountant proves its bound for. ' +
      'A probability of 0 would train on nothing and one above 1 does not exist. ' +
      'Use the expected batch size divided by the number of rows, and never the share of one particular batch.',
    example:
      'refused:  subsampledGaussian({ samplingProbability: 256, noiseMultiplier: 1 })\n' +
      'mended:   subsampledGaussian({ samplingProbability: 256 / 60000, noiseMultiplier: 1 })',
  },
  'DP-E004': {
    title: 'no amount of noise meets the target',
    explanation:
      'The search raised the noise multiplier to its upper end and the accountant still reported more than the epsilon asked for. ' +
      'This happens when epsilon is very small, delta is tiny or there are very many steps. ' +
      'Training with that much noise would learn nothing anyway: allow more epsilon, or take fewer steps on fewer rows.',
    example:
      'refused:  calibrateNoise({ epsilon: 1e-9, delta: 1e-30, samplingProbability: 1, steps: 1e6 })\n' +
      'mended:   calibrateNoise({ epsilon: 3, delta: 1e-5, samplingProbability: 0.01, steps: 1000 })',
  },
  'DP-E005': {
    title: 'a count is not a whole number in range',
    explanation:
      'Steps, repetitions, units and step numbers are counted in whole numbers. ' +
      'A fraction or a negative number points to a mistake in how the number was derived, and rounding it silently could state too small an epsilon. ' +
      'Round the number of steps up yourself where it comes from a division.',
    example:
      'refused:  accountant().compose(event, 90 / 0.04)\nmended:   accountant().compose(event, Math.ceil(90 / 0.04))',
  },
  'DP-E006': {
    title: 'a scale is not a finite number above 0',
    explanation:
      'Noise multipliers and sensitivities are scales, so they are finite and above 0. ' +
      'A noise multiplier of 0 means no noise, for which there is no finite epsilon to state. ' +
      'Find the multiplier with calibrateNoise, and take the sensitivity from declared bounds, never from the data.',
    example: 'refused:  gaussian({ noiseMultiplier: 0 })\nmended:   gaussian({ noiseMultiplier: 1.1 })',
  },
  'DP-E007': {
    title: 'an event that the accountant does not know',
    explanation:
      'The accountant states a bound only for mechanisms that it has a proof for. ' +
      'An unknown kind of event is refused rather than guessed, because a guess below the truth would be a false privacy claim. ' +
      'PldAccountant and PrvAccountant need the distribution of the privacy loss and refuse events of which only the Rényi curve is known. ' +
      'Describe the mechanism with one of the known events, or make no claim about it.',
    example:
      "refused:  accountant().compose({ kind: 'shuffled-gaussian' })\n" +
      'mended:   accountant().compose(subsampledGaussian({ samplingProbability: 0.01, noiseMultiplier: 1 }))',
  },
  'DP-E008': {
    title: 'a stored accountant cannot be read',
    explanation:
      'The JSON does not have the form that toJSON of this accountant writes, or was written for another neighbouring relation. ' +
      'Reading it half would forget steps and state too small an epsilon, so all of it is refused. ' +
      'Pass the stored value unchanged, or rebuild the accountant from the training plan.',
    example: 'refused:  accountant.fromJSON({ phases: [] })\nmended:   accountant.fromJSON(accountant().toJSON())',
  },
  'DP-E009': {
    title: 'a Rényi order that is not above 1',
    explanation:
      'The Rényi divergence that the accountant adds up is defined here for finite orders above 1. ' +
      'At order 1 it turns into another quantity, and below it the conversion to epsilon does not hold. ' +
      'Leave the orders to the accountant unless you study the curve itself.',
    example:
      'refused:  rdpSubsampledGaussian({ samplingProbability: 0.01, noiseMultiplier: 1 }, 1)\n' +
      'mended:   rdpSubsampledGaussian({ samplingProbability: 0.01, noiseMultiplier: 1 }, 2)',
  },
  'DP-E010': {
    title: 'a noise stream without a proper secret',
    explanation:
      'Noise protects people only while nobody can predict it, so every stream starts from exactly 32 secret bytes. ' +
      'A shorter secret could be guessed, and a missing name would give two purposes the same noise. ' +
      "Take the bytes from crypto.randomBytes or from the vault's derive, and never from a seed in a config.",
    example:
      "refused:  gaussianNoise({ secret: new Uint8Array(8), stream: 'noise' })\n" +
      "mended:   gaussianNoise({ secret: randomBytes(32), stream: 'noise' })",
  },
  'DP-E011': {
    title: 'the privacy budget of a dataset would be exceeded',
    explanation:
      'The ledger adds up what every run has spent on this dataset, and this charge would take the sum over its limit. ' +
      'Spent budget does not come back when a model or a record is deleted, since what was released stays released. ' +
      'Charges for which records are exchanged, and others for a record more or less, are brought under the first relation, where the latter count as for two records. ' +
      'Ask for less, or have the owner of the limit raise it knowingly.',
    example:
      'refused:  epsilon 2 spent, 2 asked, limit 3\nmended:   ask for epsilon 1, or use a dataset that has budget left',
  },
  'DP-E012': {
    title: 'the privacy ledger is damaged or was edited',
    explanation:
      'Each line of the ledger names the digest of the line before it, and this file has a line that does not fit. ' +
      'Something edited, removed or damaged an entry, so what has been spent is not known and no charge can be allowed. ' +
      'Restore the file from a backup; a line that was cut short by a crash is handled and is not this error.',
    example:
      'refused:  a ledger where "epsilon":2 was changed to "epsilon":1\nmended:   the file as the ledger wrote it',
  },
  'DP-E013': {
    title: 'the privacy ledger could not be read or written',
    explanation:
      'The file system refused to read, append to or flush the ledger file. ' +
      'A charge counts only once it is on disk, so the action that it stands for must not happen. ' +
      'Make room or mend the permissions and start again; a charge that did reach the disk is recognised by its id.',
    example: 'refused:  a workspace on a full disk\nmended:   free some space and resume the run',
  },
  'DP-E014': {
    title: 'a privacy charge with invalid numbers or texts',
    explanation:
      'A charge states a finite epsilon of at least 0, a delta in [0, 1), which neighbours they hold for, what it is for and an id. ' +
      'An infinite or missing number cannot be added to a budget, and an over-long text does not belong in a ledger. ' +
      'Charge what the accountant gave for the plan, before the first step.',
    example: 'refused:  charge({ epsilon: Infinity, ... })\nmended:   charge({ epsilon: 2.97, delta: 1e-5, ... })',
  },
  'DP-E015': {
    title: 'a charge id that was used for something else',
    explanation:
      'Charging the same id again is how a resumed run avoids paying twice, and changes nothing. ' +
      'Here the id is known but the new charge names another dataset, a larger amount, or people whom the first did not name, so treating it as paid would hide spending. ' +
      'Give every new release a new id.',
    example:
      "refused:  id 'run-1' with epsilon 1, later id 'run-1' with epsilon 2\nmended:   id 'run-2' for the second release",
  },
  'DP-E016': {
    title: 'scores that membership inference cannot use',
    explanation:
      'The check compares scores of rows the model was trained on with scores of rows it was not. ' +
      'It needs at least two of each, and a NaN has no place in a ranking. ' +
      'Pass one number per row, larger for rows that look more like training rows, such as minus the loss.',
    example:
      'refused:  membershipInference([0.1], [])\nmended:   membershipInference([-0.1, -0.2, -0.3], [-0.4, -0.1, -0.9])',
  },
  'DP-E017': {
    title: 'a confidence outside (0, 1)',
    explanation:
      'The confidence says how often intervals made this way contain the true value. ' +
      'At 1 every interval would be everything, and at 0 nothing. ' +
      'The usual choice is 0.95.',
    example: 'refused:  { confidence: 95 }\nmended:   { confidence: 0.95 }',
  },
  'DP-E018': {
    title: 'a number that an event cannot have',
    explanation:
      'Each release has parameters with a range in which its bound is proved. ' +
      'The message names the number, what it was and what it may be. ' +
      'A discrete Gaussian moves by whole numbers, and tuning makes at least one run.',
    example:
      'refused:  discreteGaussian({ sigma: 4, sensitivity: 0.5 })\nmended:   discreteGaussian({ sigma: 4, sensitivity: 1 })',
  },
  'DP-E019': {
    title: 'releases that take different data sets for neighbours',
    explanation:
      'A bound on epsilon speaks of neighbouring data sets, and releases add up only when they mean the same by that. ' +
      'Poisson-sampled training is accounted for one unit more or less, randomised answers for one answer exchanged for another. ' +
      'Account for them apart and add up what each spends.',
    example:
      'refused:  accountant().compose(subsampledGaussian(step)).compose(randomisedResponseEvent(answer))\n' +
      'mended:   two accountants, and the sum of both epsilons at the sum of both deltas',
  },
  'DP-E020': {
    title: 'a claim of privacy that an audit has refuted',
    explanation:
      'A model that keeps its epsilon lets nobody guess too well which rows it was trained on, and somebody guessed better than that. ' +
      'Either the training did not add the noise that its plan states, or something else carries the rows into the model. ' +
      'The audit of a run refutes one true claim in twenty by chance at most, so look before you blame luck, and never repeat it until it passes.',
    example:
      'refused:  an epsilon of 3, and an audit that finds at least 4.1\nmended:   the mistake in the training found, and a new model',
  },
  'DP-E021': {
    title: 'the count of clipped gradients would use up the privacy of a step',
    explanation:
      'Adaptive clipping releases two things in a step, the sum of gradients and the count of those within the norm, and both share its noise multiplier. ' +
      'With so little noise in the count it alone would tell more than the step may, whatever noise the gradients get. ' +
      'At the noise multiplier itself the gradients need 15 % more noise than with a fixed norm, at five times it 0.5 %.',
    example:
      'refused:  adaptiveClipping: { countNoise: 0.5 } where the noise multiplier is 1.3\nmended:   countNoise: 6.5, or none, for the default',
  },
  'DP-E022': {
    title: 'people of this data have no budget left for the charge',
    explanation:
      'The limit holds for each dataset, and for each person over all datasets that name the same people by their subject column. ' +
      'A file with one more row is another dataset, and the people in it are the same: what was spent on them before counts. ' +
      'Nothing was charged and nothing was trained. The message says how many people would be over the limit, and never who.',
    example:
      'refused:  epsilon 2 of a budget of 3 for march.csv, then epsilon 2 for march-and-april.csv\nmended:   epsilon 1 for the second, or the people of march.csv left out of it',
  },
  'DP-E023': {
    title: 'a list of people that the privacy ledger names is missing or was changed',
    explanation:
      'A charge on data with a subject column names the people who bear it by a list of random handles, a file in privacy-members whose name is the digest of its content. ' +
      'Without the list nobody knows on whom that charge was spent, so no further charge can be held to a limit. ' +
      'Restore the folder from a backup of the same workspace.',
    example: 'refused:  privacy-members cleaned away to save space\nmended:   the folder restored from the backup',
  },
  'DP-E024': {
    title: 'people are to be charged, and not every row has one',
    explanation:
      'Where people bear a release, each of its rows must say whose it is: one handle of 32 hexadecimal digits for each row, in the order of the rows, and a ledger to charge. ' +
      'A row without a person would be released at the expense of nobody. ' +
      'Nothing was charged and nothing was released. Take handles that last from run to run, such as those of @attestry/governance, and give a row without an identifier a handle of its own.',
    example:
      'refused:  addNoise(batch, { ...noise, charge, subjects: [ada] })   // the batch has two rows\n' +
      'mended:   addNoise(batch, { ...noise, charge, subjects: [ada, bo] })',
  },
}
