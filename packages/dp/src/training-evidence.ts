import { adjacencyOf, type EffectivePolicy, type EvaluateInput, type Evidence } from '@attestry/core'
import { gradientNoise } from './adaptive-clipping.js'
import { privacyStatement, type PrivacyStatement } from './privacy-statement.js'

/**
 * Evidence of how a model was trained with privacy: everything that is needed to compute epsilon again.
 *
 * Passes when the plan's epsilon and delta are within the policy's and the accountant of this package, asked again from
 * sampler, noise and steps, does not come out above the epsilon that the plan states. Without a limit in the policy it
 * only informs, unless the stated epsilon is too small, which fails.
 */
export function trainingEvidence(
  { plan, modelDigest, trainingFacts, privacyOfPeople }: EvaluateInput,
  { epsilon: limit }: EffectivePolicy,
): Evidence {
  const privacy = plan.privacy!
  const {
    epsilonRecomputed = null,
    sentences = [],
    ...statement
  } = statementOf(plan, lastNormIn(trainingFacts), privacyOfPeople) ?? {}
  const isSound = epsilonRecomputed !== null && epsilonRecomputed <= privacy.epsilon * (1 + 1e-9)
  const isWithin = limit !== null && privacy.epsilon <= limit.value.epsilon && privacy.delta <= limit.value.delta
  return {
    type: 'dp-training',
    controls: (limit?.sources ?? []).map(({ control }) => control),
    outcome: !isSound ? 'fail' : limit === null ? 'info' : isWithin ? 'pass' : 'fail',
    subjects: [{ name: 'model', digest: modelDigest }],
    facts: {
      sampler: privacy.sampler,
      ...(privacy.sampler === 'poisson' && { samplingProbability: privacy.samplingProbability }),
      ...(privacy.sampler === 'shuffled' && { stepsPerEpoch: privacy.stepsPerEpoch, amplification: 'none' }),
      ...(privacy.sampler === 'fixed-size' && { batchShare: privacy.batchShare }),
      noiseMultiplier: privacy.noiseMultiplier,
      clippingNorm: privacy.clippingNorm,
      ...(privacy.adaptiveClipping && {
        adaptiveClipping: {
          ...privacy.adaptiveClipping,
          gradientNoiseMultiplier: isSound ? gradientNoise(privacy) : null,
          lastNorm: lastNormIn(trainingFacts) ?? null,
        },
      }),
      steps: plan.steps,
      delta: privacy.delta,
      epsilon: privacy.epsilon,
      epsilonRecomputed,
      ...statement,
      expectedBatch: plan.logicalBatch,
      epsilonLimit: limit?.value.epsilon ?? null,
      deltaLimit: limit?.value.delta ?? null,
      accountant: privacy.accountant,
      unit: privacy.unit,
      people: privacyOfPeople ? { ...privacyOfPeople } : null,
      adjacency: adjacencyOf(privacy),
      statement: isSound
        ? sentences
        : ['No epsilon can be stated: sampler, noise and steps do not give the one that the plan states.'],
    },
  }
}

/** Null where sampler, noise and steps are no mechanism that an accountant knows: nothing can be stated then. */
function statementOf(
  plan: EvaluateInput['plan'],
  lastNorm: number | undefined,
  people: EvaluateInput['privacyOfPeople'],
): PrivacyStatement | null {
  try {
    return privacyStatement(plan, lastNorm, people)
  } catch {
    return null
  }
}

/** Where an adaptive clipping norm ended, as the training session told. */
function lastNormIn(facts: EvaluateInput['trainingFacts']): number | undefined {
  const { lastNorm } = (facts?.clippingNorm ?? {}) as { readonly lastNorm?: unknown }
  return typeof lastNorm === 'number' ? lastNorm : undefined
}
