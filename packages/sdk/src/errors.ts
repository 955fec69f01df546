import { AttestryError, type ErrorCatalogue } from '@attestry/core'

/** Every code of this package. */
export const errorCatalogue: ErrorCatalogue = {
  'SDK-E001': {
    title: 'a regulation is not known',
    explanation:
      'A regulation or standard was named that no installed plugin speaks for. Ignoring the name would leave a record that looks as if its rules had been applied. The headline gives the nearest known name and the notes list them all; correct the name, or install the package that speaks for it and name the package.',
    example: "regulations: ['GDRP']   →   regulations: ['GDPR']",
  },
  'SDK-E002': {
    title: 'a plugin cannot be loaded',
    explanation:
      'The config names a package or file that could not be imported, or whose default export is not a plugin. Plugins are resolved from the folder of the config, as Node resolves imports. Install the package there, or correct the path; a plugin is made with definePlugin and exported as default.',
    example: '{ "use": "@acme/attestry-plugin-rules" }   and   npm install @acme/attestry-plugin-rules',
  },
  'SDK-E003': {
    title: 'the options of a plugin are not valid',
    explanation:
      'The plugin checked the options that the config gives it and refused them. An unknown option is refused too, because a misspelt safeguard would otherwise be left out without a sign. The notes list every problem with its path; mend them in the config.',
    example: '{ "use": "GDPR", "options": { "storageLimit": "P2Y" } }',
  },
  'SDK-E004': {
    title: 'a config file cannot be read',
    explanation:
      'The file does not exist, cannot be read, or is not JSON or a module with a default export. Nothing has been started. Name the file, or make one with `attestry init`.',
    example: 'attestry run attestry.config.json',
  },
  'SDK-E005': {
    title: 'a configuration flag has no mechanism behind it',
    explanation:
      'A flag or value was given that no loaded plugin answers. A flag that does nothing would look like a safeguard, so it is refused rather than ignored. Remove it, or load the plugin that answers it.',
    example: "applyComplianceConfig({ encryption: 'AES-256' })",
  },
  'SDK-E006': {
    title: 'a base model cannot be fine-tuned by the loaded engines',
    explanation:
      'The base model is neither a built-in architecture nor a folder or file that is there. Training something else in its place would be worse than stopping. Use one of the architectures in the notes, or the path of a model folder or GGUF file, relative to the directory of the SDK.',
    example: "fineTune({ baseModel: 'embedding-bag', dataset: './mail.jsonl' })",
  },
  'SDK-E007': {
    title: 'the columns of a dataset cannot be told apart',
    explanation:
      'The short form of fineTune looks at the first rows to find the label and the features. Here there is no column called label, or nothing to learn from beside it. Name the columns yourself with label, text or features.',
    example: "fineTune({ model: 'mlp', dataset: './wages.csv', label: 'high_wage' })",
  },
  'SDK-E008': {
    title: 'a safeguard cannot be switched off',
    explanation:
      'Every run keeps an audit log and every model passes the gate, because without them nothing about the run could be shown later. The option that was given would switch one of them off. Leave it out: there is no mode without.',
    example: 'AttestrySDK.create({ complianceMode: true, directory })',
  },
  'SDK-E009': {
    title: 'a word is not known',
    explanation:
      'An identifier type, a transformation, a check or a channel was named that nothing here carries out. Leaving it out silently would look as if it had been done. The headline gives the nearest known word and the notes list them all.',
    example: "removePii({ data, piiTypes: ['email', 'phone', 'ssn', 'names'] })",
  },
  'SDK-E010': {
    title: 'there is nothing to prepare',
    explanation:
      'The data has no rows, lacks a column that was named, or no row is left of it. An empty file would pass every later check without saying anything. Look at the source and at the columns that were named.',
    example: "removePii({ data: './tickets.csv', piiTypes: ['email'], columns: ['text'] })",
  },
  'SDK-E011': {
    title: 'noise would not protect anybody',
    explanation:
      'Noise keeps to an epsilon only when every value lies within bounds that were declared before the data was read. Bounds that are missing, bounds on text, and free text beside the numbers all break that. Declare the bounds of each numeric column, and leave free text out.',
    example: "addNoise({ data, epsilon: 1, delta: 1e-5, bounds: { age: { min: 0, max: 120 } }, unit: 'record' })",
  },
  'SDK-E012': {
    title: 'the engine of layers models is not installed',
    explanation:
      'A tf.LayersModel is trained by a package of its own, because TensorFlow.js is large and most applications do without it. It could not be loaded. Install it together with TensorFlow.js.',
    example: 'npm install @attestry/tfjs @tensorflow/tfjs',
  },
  'SDK-E013': {
    title: 'there is nothing to debias by',
    explanation:
      'Debiasing weighs the training rows by a group, and it has to know which. No analysis of this model was made, or the analysis found no gap that it could attribute to a group of the training data. Analyse the model first with the attributes that matter; where no disparity shows, training again would only add noise.',
    example: "const results = await detector.analyzeModel({ model, testData, sensitiveAttributes: ['gender'] })",
  },
  'SDK-E014': {
    title: 'the data names nobody',
    explanation:
      'Consent, erasure and portability are rights of people, and they need to know which rows are about whom. The data has no column that was declared as naming the person. Declare it; inside the run it is replaced by a random handle.',
    example: "fineTune({ model: 'mlp', dataset: './tickets.jsonl', subject: 'customer' })",
  },
  'SDK-E015': {
    title: 'a channel for alerts is not set up',
    explanation:
      'A schedule names a channel, and neither options nor the environment say where it leads. Its checks run all the same, and what was meant for the channel is kept and delivered once it is set up. Until then nobody reads it there. Give the options, or set the variables that the help names, and deliver again.',
    example: 'ATTESTRY_SLACK_WEBHOOK=… attestry monitor redeliver',
  },
  'SDK-E016': {
    title: 'the record of a tracked model cannot be read',
    explanation:
      'A tracked model has a file with its reference and its thresholds in the monitor folder of the workspace. It is missing, damaged, or of another version, so nothing can be compared with it. Track the model again; the windows that were recorded stay.',
    example: "await monitor.trackPredictions({ model, metrics: ['drift'] })",
  },
  'SDK-E017': {
    title: 'a check looked at nothing',
    explanation:
      'No model is tracked, or nothing was recorded of any since the last time, so the check could assess nothing. It counts as failed, because silence would look like a result. Track a model, and let the application record its predictions.',
    example: "tracked.record({ score: 0.83, groups: { region: 'north' } })",
  },
}

export const unknownRegulation = (name: string, known: readonly string[], nearest: string): AttestryError =>
  new AttestryError({
    code: 'SDK-E001',
    message: `'${name}' is no known regulation or standard; the nearest is '${nearest}'`,
    notes: [`known: ${known.join(', ')}`],
    help: `write '${nearest}', or install the package that speaks for '${name}'`,
  })

export const pluginNotLoadable = (use: string, cause: unknown, why: string): AttestryError =>
  new AttestryError({
    code: 'SDK-E002',
    message: `plugin '${use}' cannot be loaded: ${why}`,
    cause,
    help: `npm install ${use}, or correct the name in 'plugins'`,
  })

export const optionsRefused = (use: string, problems: readonly string[]): AttestryError =>
  new AttestryError({
    code: 'SDK-E003',
    message: `the options of ${use} are not valid: ${problems[0]}`,
    notes: problems.slice(1),
    where: { plugin: use },
    help: 'mend the options in the config',
  })

export const configUnreadable = (file: string, cause: unknown, why: string): AttestryError =>
  new AttestryError({
    code: 'SDK-E004',
    message: `the config cannot be read: ${why}`,
    where: { file },
    cause,
    help: 'name a config file, or make one with `attestry init`',
  })

export const flagUnanswered = (flag: string, known: readonly string[]): AttestryError =>
  new AttestryError({
    code: 'SDK-E005',
    message: `nothing answers the setting '${flag}'`,
    notes: [`settings that are answered: ${known.join(', ')}`],
    help: 'remove it, or load a plugin that answers it',
  })

export const baseModelUnknown = (name: string, known: readonly string[]): AttestryError =>
  new AttestryError({
    code: 'SDK-E006',
    message: `base model '${name}' cannot be fine-tuned here`,
    notes: [`built-in architectures: ${known.join(', ')}`, 'there is no folder or file of this name either'],
    help: `use one of ${known.join(', ')}, or the path of a model`,
  })

export const columnsUnclear = (message: string, file: string): AttestryError =>
  new AttestryError({
    code: 'SDK-E007',
    message,
    where: { file },
    help: "name the columns with 'label', 'text' or 'features'",
  })

export const cannotSwitchOff = (what: string): AttestryError =>
  new AttestryError({
    code: 'SDK-E008',
    message: `${what} cannot be switched off`,
    help: 'leave the option out',
  })

export const unknownWord = (what: string, word: string, known: readonly string[], nearestWord: string): AttestryError =>
  new AttestryError({
    code: 'SDK-E009',
    message: `${what} '${word}' is not known; the nearest is '${nearestWord}'`,
    notes: [`known: ${known.join(', ')}`],
    help: `write '${nearestWord}', or leave it out`,
  })

export const dataRefused = (message: string): AttestryError =>
  new AttestryError({ code: 'SDK-E010', message, help: 'look at the source and at the columns that were named' })

export const noiseRefused = (message: string, help: string): AttestryError =>
  new AttestryError({ code: 'SDK-E011', message, help })

export const engineMissing = (cause: unknown): AttestryError =>
  new AttestryError({
    code: 'SDK-E012',
    message: 'the model is a layers model, and @attestry/tfjs cannot be loaded',
    cause,
    help: 'npm install @attestry/tfjs @tensorflow/tfjs',
  })

export const nothingToDebias = (message: string): AttestryError =>
  new AttestryError({
    code: 'SDK-E013',
    message,
    help: 'analyse the model with the attributes that matter, then debias where a disparity shows',
  })

export const trackingDamaged = (file: string, cause: unknown): AttestryError =>
  new AttestryError({
    code: 'SDK-E016',
    message: 'the record of a tracked model cannot be read',
    where: { file },
    cause,
    help: 'track the model again: the windows that were recorded stay',
  })

export const nothingChecked = (why: string): AttestryError =>
  new AttestryError({
    code: 'SDK-E017',
    message: `the check assessed nothing: ${why}`,
    help: 'track a model with ComplianceMonitor.trackPredictions and record its predictions',
  })

export const noRun = (workspace: string): AttestryError =>
  new AttestryError({ code: 'CORE-E022', message: `there is no run in ${workspace}`, help: 'fine-tune a model first' })

export const noSubjectColumn = (): AttestryError =>
  new AttestryError({
    code: 'SDK-E014',
    message: 'no column is declared that names the person a row is about',
    help: "declare it: fineTune({ …, subject: 'customer' })",
  })
