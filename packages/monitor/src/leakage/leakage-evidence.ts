import type { Digest, Evidence, JsonValue } from '@attestry/core'
import { fewestSamples, type LossAttack, type Rate } from './loss-attack.js'

/** What an attack found, for the record of a run: numbers only. `info`, because thresholds judge it elsewhere. */
export const leakageEvidence = (attack: LossAttack | null, modelDigest: Digest): Evidence => ({
  type: 'membership-inference-sample',
  controls: [],
  outcome: 'info',
  subjects: [{ name: 'model', digest: modelDigest }],
  facts: attack === null ? { assessed: false, reason: `fewer than ${fewestSamples} rows on a side` } : factsOf(attack),
})

const factsOf = (attack: LossAttack): Readonly<Record<string, JsonValue>> => ({
  assessed: true,
  attack: 'threshold on the loss of the true class, the mean of members',
  access: 'black box',
  members: attack.members,
  nonMembers: attack.nonMembers,
  threshold: attack.threshold,
  truePositives: rateFacts(attack.truePositives),
  falsePositives: rateFacts(attack.falsePositives),
  advantage: attack.advantage,
  advantageInterval: attack.advantageInterval,
  advantageP: attack.advantageP,
  auc: attack.auc,
  aucInterval: attack.aucInterval,
  aucP: attack.aucP,
  atOnePercent: {
    truePositives: rateFacts(attack.atOnePercent.truePositives),
    falsePositives: rateFacts(attack.atOnePercent.falsePositives),
  },
  confidence: 0.95,
  thresholdRule: 'chosen on the even rows, measured on the odd rows',
  caveat: 'a stronger attack may find more; rows of one model are not independent of each other',
})

const rateFacts = ({ hits, of, value, interval }: Rate): JsonValue => ({ hits, of, value, interval })
