import { join } from 'node:path'
import { Trainer } from '../contracts/training.js'
import type { Assessment, EvaluateInput } from '../contracts/assessment.js'
import { digestOf } from '../digest.js'
import type { OpenRun } from '../open-run.js'
import type { EvaluateFacts, StageFacts } from '../run-record.js'
import { positiveClass, predictTable } from './predictions.js'
import { readSplit } from './shards.js'

/** Loads the model back from its files, predicts the held-out rows, and lets every plugin assess it. */
export async function evaluate(run: OpenRun, { preprocess, train }: Partial<StageFacts>): Promise<EvaluateFacts> {
  const started = run.clock.now()
  const { data } = run.info.config
  const model = await run.services.get(Trainer).load(join(run.info.directory, 'model'))
  try {
    const test = await predictTable(model, readSplit(run, preprocess!, 'test'), data)
    // Members are compared with non-members: a few times as many are enough.
    const members = await predictTable(model, readSplit(run, preprocess!, 'train'), data, test.rowIds.length * 4)
    const input: EvaluateInput = {
      modelDigest: train!.modelDigest,
      plan: train!.plan,
      trainingFacts: train!.facts,
      ...(train!.privacyOfPeople && { privacyOfPeople: train!.privacyOfPeople }),
      positiveClass: positiveClass(data),
      test,
      train: members,
      testRows: () => readSplit(run, preprocess!, 'test'),
      trainRows: () => readSplit(run, preprocess!, 'train'),
      predict: batch => model.predict(batch),
      ...(model.features && { features: model.features }),
    }
    const found = await run.hooks.gather('evaluate', input)
    const assessments = found.map(({ answer }) => withoutInfinities(answer))
    return {
      assessments,
      assessmentsDigest: digestOf(assessments),
      violations: violations(run, assessments),
      testRows: test.rowIds.length,
      durationMs: run.clock.now() - started,
    }
  } finally {
    await model.close()
  }
}

/** A value that is no number was not assessed; it has no canonical form either. */
const withoutInfinities = (assessment: Assessment): Assessment =>
  assessment.value === null || Number.isFinite(assessment.value)
    ? assessment
    : { ...assessment, value: null, detail: 'not a finite number' }

/** Every limit of policy and config against every assessment of its metric. What was not assessed does not pass. */
function violations(run: OpenRun, assessments: readonly Assessment[]): EvaluateFacts['violations'] {
  const limits = [
    ...run.policy.metrics.map(({ value, sources }) => ({ ...value, controls: sources.map(({ control }) => control) })),
    ...Object.entries(run.info.config.evaluation.limits ?? {}).map(([metric, max]) => ({ metric, max, controls: [] })),
  ]
  return limits.flatMap(({ metric, max, controls }) => {
    const measured = assessments.filter(assessment => assessment.metric === metric)
    if (measured.length === 0) return [{ metric, value: null, max, controls }]
    return measured
      .filter(({ value }) => value === null || !(value <= max))
      .map(({ value, attribute }) => ({ metric, value, max, controls, ...(attribute !== undefined && { attribute }) }))
  })
}
