import type { ErrorCatalogue, Reason } from '@attestry/core'

/** Every code of the package. All are reasons of a verdict. */
export const errorCatalogue: ErrorCatalogue = {
  'SOC2-E001': {
    title: 'the config names no change ticket',
    explanation:
      'CC8.1 asks for changes to be authorised before they are made, and the ticket is the trace of that. The config has no deployment.changeTicket. The ticket is part of the config, the config is part of what people approve, so it cannot be added afterwards: set it and run again.',
    example: '"deployment": {}   →   "deployment": { "changeTicket": "CHG-1042" }',
  },
  'SOC2-E002': {
    title: 'the change was not tested',
    explanation:
      'CC8.1 asks for changes to be tested before they are put in place. No assessment of this model has a value: either no loaded plugin assesses models, or everything came out as not assessed. Load a plugin that assesses models and give it enough test rows, then run again.',
    example: 'plugins: [soc2]   →   plugins: [soc2, bias]',
  },
  'SOC2-E003': {
    title: 'too few approvals by people other than the author',
    explanation:
      "CC8.1 asks for changes to be approved, and CC6.3 for duties that do not go together to be kept apart. Fewer valid approvals than required name exactly these digests of model, dataset, config, policy and assessments. The author's own never counts. Ask other people to approve this run, then continue it.",
    example: 'one approval by the author   →   one approval by somebody else',
  },
  'SOC2-E004': {
    title: 'nobody assessed the impact of this change',
    explanation:
      "CC3.4 asks for changes that could matter to be looked at before they matter. No fresh attestation 'change-impact' names this dataset. One that names no dataset would cover every change there will ever be, so it does not count. Have the responsible person sign one for this dataset, then continue the run.",
    example: "no 'change-impact'   →   a 'change-impact' with this dataset's digest",
  },
  'SOC2-E005': {
    title: 'a model file could run code when it is loaded',
    explanation:
      'CC6.8 asks for unauthorised software to be kept out. The model folder holds a file that is neither safetensors, ONNX nor JSON by its name and first bytes; pickled weights and scripts run code when they are loaded. The run is refused whatever the file holds. Export weights as safetensors and run again.',
    example: 'model/weights.pkl   →   model/weights.safetensors',
  },
  'SOC2-E006': {
    title: 'model files are not those that training recorded',
    explanation:
      'CC7.1 asks for changes of configuration to be noticed. Files of the model folder were added, removed or changed after training, or no evidence of training names the files behind this model digest. What people approved is then not what would be deployed. Find out who changed the files, and train again.',
    example: 'inference.onnx edited by hand   →   inference.onnx as training wrote it',
  },
  'SOC2-E007': {
    title: 'nothing watches the model once it is deployed',
    explanation:
      'CC7.2 asks for systems to be watched for what is out of the ordinary. The config has no monitoring section and no check is scheduled. Both would do: a monitoring section judges windows of predictions, a scheduled check runs by the calendar. Schedule a check and continue the run, or add a monitoring section and run again.',
    example: '(nothing)   →   "monitoring": { "source": "served.csv" }',
  },
  'SOC2-E008': {
    title: 'a scheduled check failed at its latest run',
    explanation:
      'A check that failed tells nothing, so nothing is watched where it should look. That it is scheduled does not help: CC7.2 asks for monitoring that works. Mend what made it fail, let it run again, and then continue the run.',
    example: 'check "daily-bias": failed   →   check "daily-bias": ok',
  },
  'SOC2-E009': {
    title: 'no control totals for this dataset',
    explanation:
      'Processing integrity asks for processing to be complete, and row counts are how that is shown. No evidence of intake with whole numbers names this dataset. Without counts nobody can tell whether rows were lost. Run again from the source, so that intake is recorded.',
    example: '(no data-intake)   →   data-intake { rowsRead, rowsUsed, quarantined, byPlugin }',
  },
  'SOC2-E010': {
    title: 'control totals do not reconcile',
    explanation:
      'Rows read must equal rows used, dropped by a plugin, or quarantined. Some rows are in none of these, or in two. A plugin changes the number of rows without saying so, or counts were written wrongly. Find the plugin by comparing its counts with its evidence, and run again.',
    example: 'read 1000, used 900, dropped 50, quarantined 10   →   read 1000, used 900, dropped 90, quarantined 10',
  },
  'SOC2-E011': {
    title: 'the model is classed lower than its data',
    explanation:
      'What is made from confidential information can give it away, so it keeps at least the class of its source. The options class the model lower than the data. Raise the class of the model. If the data does not deserve its class, have its owner change that first.',
    example: '{ "data": "confidential", "model": "internal" }   →   { "data": "confidential" }',
  },
  'SOC2-E012': {
    title: 'nothing says when the training data goes',
    explanation:
      "C1.2 asks for confidential information to be disposed of when it is no longer needed, P4.2 and P4.3 the same for personal information. No loaded plugin sets a longest period for training data. Set 'disposeAfter' to a period of your own, or load a plugin that sets one, and run again.",
    example: '{}   →   { "disposeAfter": "P2Y" }',
  },
  'SOC2-E013': {
    title: 'the run could reach a destination that nobody approved',
    explanation:
      "CC6.7 asks for the movement of information to be restricted to those who may have it. The config or a plugin lets the run reach a host that 'destinations' does not list. That nothing was sent there would not show that nothing could be. Take the host out, or add it to 'destinations' after somebody approved it.",
    example: '"allow": ["files.example"]   →   "allow": []',
  },
  'SOC2-E014': {
    title: 'the run could reach any destination',
    explanation:
      'CC6.7 asks for the movement of information to be restricted. The config turns local processing off, so that every host could be reached and no list says which ones were meant. Leave network.localOnly on and name exceptions in network.allow. Then run again.',
    example: '"network": { "localOnly": false }   →   "network": { "allow": ["files.example"] }',
  },
}

const refused = (code: string, control: string, note: string, help: string): Reason => ({
  code,
  note,
  kind: 'refused',
  control,
  help,
})

const pending = (code: string, control: string, note: string, help: string): Reason => ({
  ...refused(code, control, note, help),
  kind: 'pending',
})

/** SOC2-E001. The ticket belongs to the config that is approved. */
export const changeTicketMissing = (): Reason =>
  refused('SOC2-E001', 'SOC2-CC8.1', 'the config names no change ticket', 'set deployment.changeTicket and run again')

/** SOC2-E002. Nothing was measured. */
export const changeNotTested = (): Reason =>
  refused(
    'SOC2-E002',
    'SOC2-CC8.1',
    'no assessment of this model has a value',
    'load a plugin that assesses models, with enough test rows, and run again',
  )

/** SOC2-E003. People can still approve. */
export const tooFewApprovals = (counted: number, required: number, voided: number): Reason =>
  pending(
    'SOC2-E003',
    'SOC2-CC8.1',
    `${counted} approvals by others than the author < ${required} required${voided > 0 ? `; ${voided} void` : ''}`,
    'ask people other than the author to approve this run, then continue it',
  )

/** SOC2-E004. @param state `missing`, `stale` or `names no dataset` */
export const changeImpactMissing = (state: string): Reason =>
  pending(
    'SOC2-E004',
    'SOC2-CC3.4',
    `no fresh 'change-impact' names this dataset (${state})`,
    "have the responsible person sign 'change-impact' for this dataset, then continue the run",
  )

/** SOC2-E005. */
export const modelFilesUnsafe = (names: readonly string[]): Reason =>
  refused(
    'SOC2-E005',
    'SOC2-CC6.8',
    `not safetensors, ONNX or JSON: ${names.join(', ')}`,
    'export weights as safetensors and run again',
  )

/** SOC2-E006. */
export const modelFilesChanged = (changes: readonly string[]): Reason =>
  refused('SOC2-E006', 'SOC2-CC7.1', `model files differ: ${changes.join('; ')}`, 'find out why, and train again')

/** SOC2-E007. A check can still be scheduled. */
export const monitoringMissing = (): Reason =>
  pending(
    'SOC2-E007',
    'SOC2-CC7.2',
    'the config has no monitoring section and no check is scheduled',
    'schedule a check and continue the run, or add a monitoring section and run again',
  )

/** SOC2-E008. */
export const checkFailed = (name: string): Reason =>
  pending(
    'SOC2-E008',
    'SOC2-CC7.2',
    `the latest run of the scheduled check '${name}' failed`,
    'mend it, let it run again, then continue the run',
  )

/** SOC2-E009. */
export const totalsMissing = (): Reason =>
  refused('SOC2-E009', 'SOC2-PI1.1', 'no intake with row counts names this dataset', 'run again from the source')

/** SOC2-E010. @param unexplained rows in no count; negative when some are in two */
export const totalsDiffer = (read: number, unexplained: number): Reason =>
  refused(
    'SOC2-E010',
    'SOC2-PI1.1',
    `${Math.abs(unexplained)} of ${read} rows are ${unexplained > 0 ? 'in no count' : 'counted twice'}`,
    'compare the counts of plugins with their evidence, and run again',
  )

/** SOC2-E011. */
export const classificationLowered = (data: string, model: string): Reason =>
  refused(
    'SOC2-E011',
    'SOC2-C1.1',
    `the model is classed as ${model}, its data as ${data}`,
    `class the model as ${data} or higher`,
  )

/** SOC2-E012. */
export const disposalNotPlanned = (): Reason =>
  refused(
    'SOC2-E012',
    'SOC2-C1.2',
    'no loaded plugin sets a longest period for training data',
    "set 'disposeAfter' and run again",
  )

/** SOC2-E013. */
export const destinationNotApproved = (host: string): Reason =>
  refused(
    'SOC2-E013',
    'SOC2-CC6.7',
    `the run could reach '${host}', which is not among the approved destinations`,
    "take the host out of the config, or add it to 'destinations' once somebody approved it",
  )

/** SOC2-E014. */
export const anyDestination = (): Reason =>
  refused(
    'SOC2-E014',
    'SOC2-CC6.7',
    'local processing is turned off: any destination could be reached',
    'leave network.localOnly on and name exceptions in network.allow',
  )
