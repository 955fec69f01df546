import type { Assessment, EvaluateInput, Evidence, HookContext, JsonValue, PredictionTable } from '@attestry/core'
import { splitAssessment, splitAudit, splitAuditEvidence } from './audits/split-audit.js'
import { membershipInference, type MembershipInference } from './membership-inference.js'
import { trainingEvidence } from './training-evidence.js'

const confidence = 0.95
const fewest = 20

/**
 * The `evaluate` handler: attacks the model with the loss of each row, and states how it was trained.
 *
 * Gives the assessments `membership-inference-auc`, `epsilon-lower-bound` and `one-run-epsilon-lower-bound`, whose confidence
 * holds for a single run. For a model trained with privacy it also records evidence: `dp-training`, and `membership-inference`
 * and `one-run-audit`, which fail when the attack shows more than was claimed. With fewer than 20 known rows on a side, or 100
 * for the audit of the run, nothing is assessed and no evidence of the attack is recorded.
 */
export async function checkLeakage(
  input: EvaluateInput,
  context: HookContext,
  withShadowModels = false,
): Promise<readonly Assessment[]> {
  const { privacy } = input.plan
  if (privacy) await context.evidence(trainingEvidence(input, context.policy))
  const audit = await splitAudit(input, context)
  if (privacy && audit)
    await context.evidence(splitAuditEvidence(audit, privacy.epsilon, input, context, withShadowModels))
  const ofRun = splitAssessment(audit, input)
  const members = negativeLosses(input.train)
  const nonMembers = negativeLosses(input.test)
  if (Math.min(members.length, nonMembers.length) < fewest)
    return [...notAssessed(members.length, nonMembers.length), ofRun]
  const found = membershipInference(members, nonMembers, { confidence, delta: privacy?.delta ?? 0 })
  if (privacy) await context.evidence(attackEvidence(found, privacy.epsilon, input, context))
  return [...assessments(found), ofRun]
}

/** ln of the probability given to the true class, for rows whose truth is known. */
export function negativeLosses({ labels, classes, probabilities }: PredictionTable): Float64Array {
  const scores: number[] = []
  for (const [row, label] of labels.entries())
    if (label >= 0) scores.push(Math.log(probabilities[row * classes.length + label]!))
  return Float64Array.from(scores)
}

const notAssessed = (members: number, nonMembers: number): readonly Assessment[] =>
  ['membership-inference-auc', 'epsilon-lower-bound'].map(metric => ({
    metric,
    value: null,
    n: members + nonMembers,
    detail: { reason: `needs ${fewest} rows with a known class on each side`, members, nonMembers },
  }))

function assessments({ auc, aucInterval, epsilonLowerBound: bound, ...found }: MembershipInference): Assessment[] {
  const { members, nonMembers, truePositiveRateAtOnePercent, truePositiveRateInterval } = found
  return [
    {
      metric: 'membership-inference-auc',
      value: auc,
      interval: aucInterval,
      confidence,
      n: members + nonMembers,
      detail: {
        members,
        nonMembers,
        truePositiveRateAtOnePercent,
        truePositiveRateInterval,
        score: 'minus the loss of the true class',
      },
    },
    {
      metric: 'epsilon-lower-bound',
      value: bound.epsilon,
      confidence,
      n: bound.members + bound.nonMembers,
      detail: boundFacts(bound),
    },
  ]
}

const boundFacts = (bound: MembershipInference['epsilonLowerBound']): { readonly [key: string]: JsonValue } => ({
  delta: bound.delta,
  guess: bound.guess,
  hitRateAtLeast: bound.hitRateAtLeast,
  falseAlarmRateAtMost: bound.falseAlarmRateAtMost,
  members: bound.members,
  nonMembers: bound.nonMembers,
})

function attackEvidence(
  found: MembershipInference,
  claimed: number,
  { modelDigest }: EvaluateInput,
  { policy }: HookContext,
): Evidence {
  const { epsilonLowerBound: bound } = found
  return {
    type: 'membership-inference',
    controls: (policy.epsilon?.sources ?? []).map(({ control }) => control),
    outcome: bound.epsilon > claimed ? 'fail' : 'info',
    subjects: [{ name: 'model', digest: modelDigest }],
    facts: {
      attack: 'threshold on the loss of the true class',
      access: 'black box',
      runs: 1,
      auc: found.auc,
      aucInterval: found.aucInterval,
      truePositiveRateAtOnePercent: found.truePositiveRateAtOnePercent,
      truePositiveRateInterval: found.truePositiveRateInterval,
      confidence,
      claimedEpsilon: claimed,
      epsilonLowerBound: bound.epsilon,
      thresholdRule: 'chosen on the even rows, measured on the odd rows',
      ...boundFacts(bound),
      caveat: 'rows of one run share a model, so the confidence is nominal; a stronger attack may find more',
    },
  }
}
