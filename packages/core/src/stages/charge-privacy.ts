import { SubjectHandles } from '../contracts/governance.js'
import { PrivacyLedger, type PrivacyOfPeople } from '../contracts/privacy.js'
import { adjacencyOf, clippingInWords, samplingInWords, type TrainingPlan } from '../contracts/training.js'
import { AttestryError } from '../errors.js'
import type { OpenRun } from '../open-run.js'
import type { RecordBatch } from '../record-batch.js'

/**
 * The charge is on disk before the first step; a resumed run repeats the same noise, so its charge is the same one.
 *
 * @returns what the people of the data bear with it; undefined where nobody is named, or nothing is private
 */
export async function chargePrivacy(
  run: OpenRun,
  { privacy, digest }: TrainingPlan,
  batches: () => AsyncIterable<RecordBatch>,
): Promise<PrivacyOfPeople | undefined> {
  if (!privacy) return undefined
  const { epsilon, delta, accountant, noiseMultiplier } = privacy
  const ledger = run.services.find(PrivacyLedger)
  if (!ledger)
    throw new AttestryError({
      code: 'CORE-E047',
      message: 'privacy is asked for, and no plugin keeps a privacy ledger',
      help: 'load a plugin that provides PrivacyLedger, such as @attestry/dp',
    })
  const charge = {
    id: run.info.runId,
    dataset: run.dataset.digest!,
    epsilon,
    delta,
    adjacency: adjacencyOf(privacy),
    mechanism: `${samplingInWords(privacy)}, ${clippingInWords(privacy)}, noise ${noiseMultiplier}, ${accountant}`,
  }
  const person = run.info.config.training.privacy?.subjectBudget
  const limit = { ...(run.policy.epsilon?.value ?? { epsilon, delta }), ...(person && { person }) }
  const people = await peopleIn(run, batches)
  if (person && !people) throw noHandles()
  await run.bus.act('attestry.privacy.spent', { stage: 'train', objects: [digest] }, async () => {
    await ledger.charge(charge, limit, people)
    return { value: undefined, fields: { payload: { ...charge, ...(people && { people: new Set(people).size }) } } }
  })
  return people && { ...(await ledger.spentOnPeople(people)), budget: person ?? null }
}

/**
 * Whose records are trained on, once for each record; undefined where nothing says so, or where handles would be new ones in
 * every run.
 */
async function peopleIn(
  run: OpenRun,
  batches: () => AsyncIterable<RecordBatch>,
): Promise<readonly string[] | undefined> {
  if (run.info.config.data.subject === undefined || !run.services.find(SubjectHandles)) return undefined
  const people: string[] = []
  for await (const { subjects } of batches()) for (const subject of subjects) people.push(subject)
  return people
}

const noHandles = (): AttestryError =>
  new AttestryError({
    code: 'CORE-E051',
    message: 'a privacy budget per person is asked for, and no plugin knows people again from run to run',
    help: 'load a plugin that provides SubjectHandles, such as @attestry/governance, or leave training.privacy.subjectBudget out',
  })
