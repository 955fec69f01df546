import { AuditLog, StatementStore, type DeployQuestion } from '@attestry/core'
import { dates, datesVersion, inForceOn } from './dates.js'
import { logNotWhole, originUnknown } from './errors.js'
import type { EuAiActOptions } from './options.js'

/** Art. 10(2)(b): every source of the data, with origin, first purpose, licence and time, none of it after the run began. */
export const originIsKnown =
  ({ datasets }: EuAiActOptions): DeployQuestion =>
  async ({ datasetDigest }, context) => {
    const began = await timeOfRun(context)
    const later = datasets.filter(({ collectedOn }) => began !== null && collectedOn > began.slice(0, 10))
    return {
      type: 'data-origin',
      controls: ['AIACT-10(2)(b)'],
      subjects: [{ name: 'dataset', digest: datasetDigest }],
      facts: { datasets },
      open: [
        ...(datasets.length === 0 ? [originUnknown('no source of the training data is stated')] : []),
        ...later.map(({ name }) => originUnknown(`'${name}' is said to be collected after the run began`)),
      ],
      met: `${datasets.length} sources of data are stated`,
    }
  }

type Context = Parameters<DeployQuestion>[1]

/** The time of the run's first event; the clock of the machine may have been set since. */
async function timeOfRun(context: Context): Promise<string | null> {
  for await (const { event } of context.get(AuditLog).read()) return event.time
  return null
}

/** Art. 12(1): the log of the run is read back, and has no gap. */
export const logIsWhole: DeployQuestion = async (_, context) => {
  let events = 0
  let gaps = 0
  for await (const { index } of context.get(AuditLog).read()) {
    if (index !== events) gaps++
    events++
  }
  return {
    type: 'log-is-whole',
    controls: ['AIACT-12(1)'],
    facts: { events, gaps },
    open: [
      ...(events === 0 ? [logNotWhole('the log has no events')] : []),
      ...(gaps > 0 ? [logNotWhole(`${gaps} events are missing or out of order`)] : []),
    ],
    met: `${events} events without a gap`,
  }
}

/**
 * Recital 109 and Art. 53(1)(a): the compute of this training, and its share of the base model's. The figure of a third is
 * indicative: the numbers stand in the record, and a person decides what follows.
 */
export const computeIsMetered =
  ({ baseModelFlop }: EuAiActOptions): DeployQuestion =>
  async ({ modelDigest }, context) => {
    const spent = await flopOf(modelDigest, context)
    const share = spent === null || baseModelFlop === undefined ? null : spent / baseModelFlop
    return {
      type: 'compute',
      controls: ['AIACT-53(1)(a)', 'AIACT-R109'],
      subjects: [{ name: 'model', digest: modelDigest }],
      facts: { trainingFlop: spent, baseModelFlop: baseModelFlop ?? null, share, indicativeShare: 1 / 3 },
      open: [],
      met: spent === null ? 'the engine metered no compute' : `training took ${spent.toExponential(2)} FLOP`,
    }
  }

async function flopOf(modelDigest: string, context: Context): Promise<number | null> {
  const trained = (await context.get(StatementStore).read('evidence')).findLast(
    ({ predicate, subjects }) => predicate.type === 'model-digest' && subjects[0]?.digest === modelDigest,
  )
  const flops = (trained?.predicate.facts as { readonly flops?: Readonly<Record<string, unknown>> } | undefined)?.flops
  const counts = Object.values(flops ?? {}).filter(value => typeof value === 'number')
  return counts.length === 0 ? null : counts.reduce((sum, value) => sum + value, 0)
}

/** Art. 113: what applied when the run began, from the table with its marks. */
export const datesAreKnown: DeployQuestion = async (_, context) => {
  const began = await timeOfRun(context)
  return {
    type: 'dates-of-application',
    controls: ['AIACT-113'],
    facts: { version: datesVersion, began, inForce: began === null ? [] : inForceOn(new Date(began)), table: dates },
    open: [],
    met: `dates of application as of ${datesVersion}`,
  }
}
