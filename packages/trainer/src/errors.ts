import { AttestryError, type ErrorCatalogue } from '@attestry/core'

/** Every code of `@attestry/trainer`. */
export const errorCatalogue: ErrorCatalogue = {
  'TRAIN-E001': {
    title: 'the config does not describe a trainable model',
    explanation:
      'A model needs something to read: an MLP needs feature columns, a text classifier needs a text column. The config names an architecture and lacks the columns that it reads. Declare them under data.',
    example: "model.architecture 'mlp' without data.features  ->  data.features: { age: { min: 0, max: 120 } }",
  },
  'TRAIN-E002': {
    title: 'too few rows to train on',
    explanation:
      'The training split has no rows, so no sampling probability can be computed and nothing can be learned. This happens when everything was dropped, quarantined or held out. Look at the counts of preprocessing.',
    example: 'rows: 0  ->  a source whose rows pass consent, PII and quarantine checks',
  },
  'TRAIN-E003': {
    title: 'a label is not a declared class',
    explanation:
      'Classes are declared, so that reading them costs no privacy, and every row must have one of them. A row has none or another one. The message names the row and never the value, which may be personal.',
    example: "classes ['no', 'yes'] and a row with 'maybe'  ->  declare 'maybe', or drop those rows",
  },
  'TRAIN-E004': {
    title: 'all rows have the same class',
    explanation:
      'A classifier that has seen one class only answers that class for everything. The training rows hold a single class, so there is nothing to tell apart. Add rows of another class, or look for a filter that removed them.',
    example: "200 rows, all 'no'  ->  rows of 'no' and of 'yes'",
  },
  'TRAIN-E005': {
    title: 'plan and data disagree',
    explanation:
      'The plan was made for another number of rows than the data has. The sampling probability and the noise were computed from that number, so training on other data would spend another epsilon than was charged. Make the plan from the data that will be used.',
    example: 'a plan for 8,000 rows and data with 7,900  ->  plan again with rows: 7900',
  },
  'TRAIN-E006': {
    title: 'an example weight is missing or not usable',
    explanation:
      'When weights are given, every row needs one, and it must be a finite number of at least 0. A missing weight would silently count as some other number and change what the weights were computed for. Compute the weights from the same rows.',
    example: 'a weight of NaN  ->  finite weights of at least 0 for every row id',
  },
  'TRAIN-E007': {
    title: 'too many examples with a non-finite loss or gradient',
    explanation:
      'Examples whose loss or gradient is not finite are replaced by padding and counted. More of them appeared than a sound run has, so training stopped. Usually the learning rate is too high and the weights have left the finite range.',
    example: 'learningRate: 1e6  ->  learningRate: 0.1',
  },
  'TRAIN-E008': {
    title: 'training changed nothing',
    explanation:
      'A weight is the same as before training, bit for bit. A model that was never updated would be exported with an accounting of updates that never reached it. No file was written; look at the number of steps and the learning rate.',
    example: 'export before the first step  ->  run the steps, then export',
  },
  'TRAIN-E009': {
    title: 'a weight is not finite',
    explanation:
      'After training at least one weight is NaN or infinite, so predictions would be meaningless. No file was written. Usually the learning rate is too high.',
    example: 'optimizer sgd with learningRate: 1000  ->  learningRate: 0.1',
  },
  'TRAIN-E010': {
    title: 'the noise is not what the plan says',
    explanation:
      'The noise that reached the gradients was measured and differs from the plan: too few draws, another standard deviation, or none at all. The epsilon of the plan would be wrong, so nothing is released. This is a defect of the program, not of the config.',
    example: 'a standard deviation of 0 where the plan says 1.1  ->  report the defect with the numbers of the message',
  },
  'TRAIN-E011': {
    title: 'steps done and steps accounted differ',
    explanation:
      'The number of updates differs from the number of noisy releases that the accountant was told. The stated epsilon would be too small or too large. Nothing is released; this is a defect of the program.',
    example: '500 updates and 499 accounted releases  ->  report the defect',
  },
  'TRAIN-E012': {
    title: 'the batches are not those of the plan’s sampler',
    explanation:
      'The accountant’s bound holds for one way of drawing batches only, and these were drawn otherwise: sizes that are no independent draws with the planned probability, batches of another size than the fixed one, or an example that came twice in a step or in a shuffled pass. Nothing is released. This is a defect of the program.',
    example: 'batches of exactly 256 rows every step where the plan says poisson  ->  the sampler of @attestry/dp',
  },
  'TRAIN-E013': {
    title: 'clipping is not per example',
    explanation:
      'Before the first update some examples of a batch are run alone and compared with the batch: their gradient norms, and the sum of their clipped gradients. They differ, so one example could move the model by more than the bound. This is a defect of the program.',
    example: 'the batch mean clipped as a whole  ->  each example clipped by itself',
  },
  'TRAIN-E014': {
    title: 'the written model does not give the same predictions',
    explanation:
      'After writing, the model is loaded again and must predict what the training session predicts, to 1e-4. It does not, so the files were removed. A full disk or a program that changed the files are the usual causes.',
    example: 'weights.safetensors changed while it was being checked  ->  write to a folder of its own',
  },
  'TRAIN-E015': {
    title: 'a safetensors file is not valid',
    explanation:
      'The file is shorter than its header says, its header is not the expected JSON, or its tensors overlap, leave holes or have sizes that do not match their shapes. Such a file is damaged or forged and is not read any further. Export the model again, or take an untouched copy.',
    example: 'the first 100 bytes of weights.safetensors  ->  the whole file',
  },
  'TRAIN-E016': {
    title: 'a model folder is not valid',
    explanation:
      'model.json is missing, too large, not of the expected form, or does not match the weights beside it. Files of a model belong together: their digests are in model.json. Take the whole folder as it was exported.',
    example: 'model.json of one run with weights.safetensors of another  ->  the files of one export',
  },
  'TRAIN-E017': {
    title: 'the model is too large for this engine',
    explanation:
      'The onnx engine trains small models on CPUs: MLPs and text classifiers. The config asks for more parameters than it takes. Make the model smaller.',
    example: 'embedding-bag with 1,048,576 buckets of dimension 1,024  ->  16,384 buckets of dimension 16',
  },
  'TRAIN-E018': {
    title: 'the training session is closed',
    explanation:
      'A closed session has released its graphs and cannot step, predict or export. Closing happens at the end of the train stage, whatever happened in it. Open a session again, or load the exported model.',
    example: 'session.close() and then session.step()  ->  step first',
  },
  'TRAIN-E019': {
    title: 'a matrix of features does not fit the model',
    explanation:
      'Explanations and attacks hand the model a matrix with one row per record and one column per input. This one does not divide into rows, holds a number that is not finite, or comes with labels that do not belong to it. An answer would be about other inputs than were meant, so none is given. Make matrices with encode, and keep their width.',
    example: 'features.probabilities with 10 numbers for a model of 7 inputs  ->  7 numbers for each row',
  },
  'TRAIN-E020': {
    title: 'a learning rate is not usable',
    explanation:
      'A learning rate is a positive number, and the schedule scales it by a factor of at least 0 that is finite at every step. Anything else would move the weights uphill or out of the range of numbers. Nothing of that step was done.',
    example: 'learningRate: -0.1  ->  learningRate: 0.1',
  },
  'TRAIN-E021': {
    title: 'the clipping norm did not follow its plan',
    explanation:
      'With adaptive clipping each step multiplies the norm by what a noisy count over the public batch gives. The norm that came out was read back, and belongs to another count, another noise or another batch. The count would then tell more than epsilon covers, so training ends. This is a defect of the program.',
    example: 'the count divided by the number of examples drawn  ->  report the defect with the numbers of the message',
  },
}

type Code = keyof typeof errorCatalogue & `TRAIN-E${number}`

const failure =
  (code: Code, help: string) =>
  (message: string, notes: readonly string[] = []): AttestryError =>
    new AttestryError({ code, message, notes, help })

/** TRAIN-E001. */
export const notTrainable: (message: string) => AttestryError = failure(
  'TRAIN-E001',
  'declare data.features for an mlp, or data.text for an embedding-bag',
)

/** TRAIN-E002. */
export const noRows = (rows: number): AttestryError =>
  failure('TRAIN-E002', 'give the training split at least one row')(`the training split has ${rows} rows`)

/** TRAIN-E003. Names the row, never the value. */
export const unknownClass = (rowId: string, classes: number, isMissing: boolean): AttestryError =>
  failure(
    'TRAIN-E003',
    'add the class to data.classes, or drop such rows',
  )(`row ${rowId} has ${isMissing ? 'no label' : `a label that is none of the ${classes} declared classes`}`)

/** TRAIN-E004. */
export const oneClass = (rows: number, name: string): AttestryError =>
  failure('TRAIN-E004', 'add rows of another class')(`all ${rows} training rows have the class '${name}'`)

/** TRAIN-E005. */
export const planMismatch: (message: string) => AttestryError = failure(
  'TRAIN-E005',
  'make the plan again from the same config and data',
)

/** TRAIN-E006. */
export const unusableWeight = (rowId: string, problem: string): AttestryError =>
  failure(
    'TRAIN-E006',
    'compute one finite weight of at least 0 for every training row',
  )(`the weight of row ${rowId} ${problem}`)

/** TRAIN-E007. */
export const tooManyNonFinite = (count: number, drawn: number, step: number): AttestryError =>
  failure(
    'TRAIN-E007',
    'lower training.learningRate',
  )(`${count} of ${drawn} examples had a non-finite loss or gradient by step ${step}`)

/** TRAIN-E008. */
export const nothingChanged = (parameter: string, steps: number): AttestryError =>
  failure(
    'TRAIN-E008',
    'run at least one step, and check training.learningRate',
  )(`weight '${parameter}' is unchanged after ${steps} steps`)

/** TRAIN-E009. */
export const notFinite = (parameter: string): AttestryError =>
  failure('TRAIN-E009', 'lower training.learningRate')(`weight '${parameter}' is not finite`)

/** TRAIN-E010. */
export const wrongNoise: (message: string) => AttestryError = failure(
  'TRAIN-E010',
  'do not use this model; report the defect',
)

/** TRAIN-E011. */
export const notAccounted = (done: number, accounted: number): AttestryError =>
  failure(
    'TRAIN-E011',
    'do not use this model; report the defect',
  )(`${done} updates were done and ${accounted} noisy releases accounted`)

/** TRAIN-E012. */
export const otherBatches: (message: string) => AttestryError = failure(
  'TRAIN-E012',
  'do not use this model; report the defect',
)

/** TRAIN-E013. */
export const notPerExample: (message: string) => AttestryError = failure(
  'TRAIN-E013',
  'do not use this model; report the defect',
)

/** TRAIN-E014. */
export const reloadDiffers = (difference: number): AttestryError =>
  failure(
    'TRAIN-E014',
    'export again to a folder that nothing else writes to',
  )(`the written model predicts otherwise by ${difference.toExponential(1)} > 1e-4`)

/** TRAIN-E015. */
export const badSafetensors: (message: string) => AttestryError = failure(
  'TRAIN-E015',
  'take an untouched copy of the file, or export the model again',
)

/** TRAIN-E016. */
export const badModel = (file: string, problem: string): AttestryError =>
  new AttestryError({
    code: 'TRAIN-E016',
    message: `${file} ${problem}`,
    where: { file },
    help: 'take the whole folder as it was exported, or export the model again',
  })

/** TRAIN-E017. */
export const tooLarge = (parameters: number, most: number): AttestryError =>
  failure(
    'TRAIN-E017',
    'choose fewer buckets, a smaller dimension or narrower layers',
  )(`the model has ${parameters} parameters, the onnx engine takes at most ${most}`)

/** TRAIN-E018. */
export const sessionClosed = (): AttestryError =>
  failure('TRAIN-E018', 'open a new session, or load the exported model')('the training session is closed')

/** TRAIN-E019. */
export const badMatrix = (problem: string): AttestryError =>
  failure(
    'TRAIN-E019',
    'pass rows as encode makes them, with one class number each',
  )(`the matrix does not fit the model: ${problem}`)

/** TRAIN-E020. */
export const badLearningRate = (rate: number, step?: number): AttestryError =>
  failure(
    'TRAIN-E020',
    'give a positive learning rate, and a schedule with factors of at least 0',
  )(`the learning rate${step === undefined ? '' : ` of step ${step}`} is ${rate}`)

/** TRAIN-E021. */
export const normMoved: (message: string) => AttestryError = failure(
  'TRAIN-E021',
  'do not use this model; report the defect',
)
