import type { HookContext, InForce, IdentifierRule } from '@attestry/core'
import { createDetector, detectorVersion } from './detector.js'
import { detectorDigest, type DetectorDigest } from './detector-digest.js'
import {
  createOpinionDetector,
  opinionFor,
  type OpinionFacts,
  type SecondOpinion,
} from './second-opinion/second-opinion.js'
import { RemovalTally, type RemovalTotals } from './removal-tally.js'
import { readLabelledSample } from './sample/labelled-sample.js'
import { measureRecall, type MeasuredRecall } from './sample/measure-recall.js'

/**
 * Records one `pii-removal` statement per process: at the first training step, when all batches have passed, or at
 * evaluation when no step ran. So a run that is killed while training already has it.
 *
 * A process that scanned no rows records nothing: a run resumed after preprocessing keeps the statement of the process
 * that scanned, and has none if that one was killed before its first step. The control then shows as missing.
 */
export async function recordRemoval(context: HookContext, options: SampleOptions = {}): Promise<void> {
  const { identifiers } = context.policy
  const tally = context.get(RemovalTally)
  const totals = tally.totals()
  if (identifiers.length === 0 || totals.rowsScanned === 0 || !tally.claimRecording()) return
  await context.evidence({
    type: 'pii-removal',
    controls: [...new Set(identifiers.flatMap(({ sources }) => sources.map(({ control }) => control)))].sort(),
    outcome: hasResidual(totals) ? 'fail' : 'pass',
    facts: {
      ...removalFacts(totals, identifiers, await recallOn(options, context)),
      ...(options.secondOpinion && { secondOpinion: await opinionFacts(options.secondOpinion) }),
    },
  })
}

/** A labelled sample, and the locale that the scrubber reads with. */
export interface SampleOptions {
  readonly sample?: string
  readonly locale?: string
  readonly secondOpinion?: SecondOpinion
}

/**
 * What the detector finds of the labelled sample, for the types in force; undefined without a sample. Measured once for a run,
 * at its first batch, so that a sample that cannot be read stops the run before it trains.
 *
 * @throws PII-E018
 */
export async function recallOn(
  { sample, locale, secondOpinion }: SampleOptions,
  context: HookContext,
): Promise<MeasuredRecall | undefined> {
  const types = context.policy.identifiers.map(({ value }) => value.type)
  if (sample === undefined || types.length === 0) return undefined
  return context.get(RemovalTally).recall(async () => {
    const detectOptions = { types, ...(locale !== undefined && { locale }) }
    const labelled = await readLabelledSample(sample)
    if (!secondOpinion) return measureRecall(labelled, types, createDetector(detectOptions).detect)
    const asked = await createOpinionDetector(detectOptions, opinionFor(secondOpinion, types))
    const found = await asked.detect(labelled.texts.map(({ text }) => text))
    const byText = new Map(labelled.texts.map(({ text }, i) => [text, found[i]!]))
    return measureRecall(labelled, types, text => byText.get(text)!)
  })
}

/** What was asked of the model, and which one it is. */
async function opinionFacts(opinion: SecondOpinion): Promise<OpinionFacts & { readonly meaning: string }> {
  const { opinion: facts } = await createOpinionDetector({}, opinion)
  return {
    ...facts,
    meaning:
      'the model read each text once, before anything was written in it; what is found again afterwards is what the rules find. ' +
      'A type counts where either found it, those of requireBoth where both did',
  }
}

const hasResidual = ({ residual, residualLeft }: RemovalTotals): boolean =>
  [...Object.values(residual), ...Object.values(residualLeft)].some(count => count > 0)

interface RemovalFacts extends RemovalTotals {
  readonly detector: { readonly name: string; readonly version: string; readonly digest: DetectorDigest }
  readonly operators: Readonly<Record<string, string>>
  readonly scope: string
  /** Absent without a labelled sample: then nothing is known about what was missed. */
  readonly recall?: MeasuredRecall
}

const removalFacts = (
  totals: RemovalTotals,
  identifiers: readonly InForce<IdentifierRule>[],
  recall: MeasuredRecall | undefined,
): RemovalFacts => {
  const every = (counts: Readonly<Record<string, number>>): Readonly<Record<string, number>> =>
    Object.fromEntries(identifiers.map(({ value }) => [value.type, counts[value.type] ?? 0]))
  return {
    ...totals,
    found: every(totals.found),
    residual: every(totals.residual),
    detector: { name: '@attestry/pii', version: detectorVersion, digest: detectorDigest() },
    operators: Object.fromEntries(identifiers.map(({ value }) => [value.type, value.operator])),
    scope:
      'rows that passed through this process; residual is what the same detector finds after removal, not what a person ' +
      'would find',
    ...(recall && { recall }),
  }
}
