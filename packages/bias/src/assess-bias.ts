import type { Handler } from '@attestry/core'
import { toAssessments } from './assessments.js'
import { biasEvidence, judgeLimits } from './evidence.js'
import { measureBias } from './measure.js'
import type { BiasOptions } from './options.js'

/** Measures the test set, records the numbers as `bias-assessment`, and hands them to the policy. */
export const assessBias =
  ({ minGroup, confidence, intersections }: Required<BiasOptions>): Handler<'evaluate'> =>
  async ({ test, positiveClass, modelDigest }, { policy, run, evidence }) => {
    const measurement = measureBias(test, positiveClass, { minimumRows: minGroup, confidence, intersections })
    const assessments = toAssessments(measurement, policy)
    const limits = judgeLimits(assessments, policy, run.config.evaluation.limits ?? {})
    for (const record of biasEvidence(measurement, limits, modelDigest)) await evidence(record)
    return assessments
  }
