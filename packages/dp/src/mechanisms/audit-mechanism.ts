import { proportionAtLeast, proportionAtMost } from '../beta.js'
import { invalidConfidence, invalidCount, invalidDelta, invalidEpsilon } from '../errors.js'

/** What is claimed of a mechanism, and how hard the claim is tried. */
export interface MechanismAudit {
  /** One result of the mechanism on either of two neighbouring inputs. */
  readonly run: (input: 'first' | 'second') => number
  /** What is claimed. */
  readonly epsilon: number
  readonly delta: number
  /** Runs per input, at least 100; half of them choose the attack, half measure it. */
  readonly runs: number
  /** How often a mechanism that keeps its claim may be refuted by chance, in (0, 1). */
  readonly falseAlarmRate: number
}

/** What an audit found. */
export interface MechanismAuditResult {
  /** The loss is at least this, but with probability `falseAlarmRate`. */
  readonly epsilonAtLeast: number
  /** The claim does not hold. An audit refutes a claim; it never proves one. */
  readonly isRefuted: boolean
  /** The attack: guess `input` when the result is `side` the threshold. */
  readonly threshold: number
  readonly side: 'at or below' | 'at or above'
  readonly input: 'first' | 'second'
  /** Clopper-Pearson bounds of how often the guess is right and wrong. */
  readonly hitRateAtLeast: number
  readonly falseAlarmRateAtMost: number
}

const candidates = 200

/**
 * Tries to refute the claim that a mechanism is (epsilon, delta)-private on two neighbouring inputs.
 *
 * The first half of the runs chooses the threshold, side and input with the largest loss; the second half measures that one
 * event, with bounds that each hold with probability 1 - falseAlarmRate / 2. Then epsilon is at least
 * ln((hits - delta) / false alarms). Noise of half the size shows in 100,000 runs or so at epsilon 1; a subtle fault may
 * need more, or inputs that are further apart.
 *
 * @throws DP-E001, DP-E002, DP-E005, DP-E017
 * @see Clopper, Pearson 1934; Nasr et al. 2021, arXiv 2101.04535
 */
export function auditMechanism({ run, epsilon, delta, runs, falseAlarmRate }: MechanismAudit): MechanismAuditResult {
  if (!(epsilon > 0 && Number.isFinite(epsilon))) throw invalidEpsilon(epsilon)
  if (!(delta >= 0 && delta < 1)) throw invalidDelta(delta, '[0, 1)')
  if (!(Number.isSafeInteger(runs) && runs >= 100)) throw invalidCount('the number of runs', runs, 100)
  if (!(falseAlarmRate > 0 && falseAlarmRate < 1)) throw invalidConfidence(1 - falseAlarmRate)
  const n = Math.floor(runs / 2)
  const sample = (input: 'first' | 'second'): Float64Array => Float64Array.from({ length: n }, () => run(input)).sort()
  const chosen = choose({ first: sample('first'), second: sample('second') }, delta, falseAlarmRate)
  const fresh = { first: sample('first'), second: sample('second') }
  const measured = measure(chosen, fresh, delta, falseAlarmRate)
  return { ...chosen, ...measured, isRefuted: measured.epsilonAtLeast > epsilon }
}

type Samples = Readonly<Record<'first' | 'second', Float64Array>>
type Measured = Pick<MechanismAuditResult, 'epsilonAtLeast' | 'hitRateAtLeast' | 'falseAlarmRateAtMost'>
type Attack = Pick<MechanismAuditResult, 'threshold' | 'side' | 'input'>

function choose(samples: Samples, delta: number, alpha: number): Attack {
  const pooled = Float64Array.from([...samples.first, ...samples.second]).sort()
  const thresholds = new Set(
    Array.from({ length: candidates }, (_, i) => pooled[Math.floor(((i + 0.5) * pooled.length) / candidates)]!),
  )
  let best: Attack = { threshold: pooled[0]!, side: 'at or below', input: 'first' }
  let most = -1
  for (const threshold of thresholds)
    for (const side of ['at or below', 'at or above'] as const)
      for (const input of ['first', 'second'] as const) {
        const attack: Attack = { threshold, side, input }
        const { epsilonAtLeast } = measure(attack, samples, delta, alpha)
        if (epsilonAtLeast > most) [best, most] = [attack, epsilonAtLeast]
      }
  return best
}

function measure({ threshold, side, input }: Attack, samples: Samples, delta: number, alpha: number): Measured {
  const other = input === 'first' ? 'second' : 'first'
  const n = samples.first.length
  const hitRateAtLeast = proportionAtLeast(inside(samples[input], threshold, side), n, alpha / 2)
  const falseAlarmRateAtMost = proportionAtMost(inside(samples[other], threshold, side), n, alpha / 2)
  const epsilonAtLeast = Math.max(0, Math.log(Math.max(hitRateAtLeast - delta, 0) / falseAlarmRateAtMost))
  return { epsilonAtLeast, hitRateAtLeast, falseAlarmRateAtMost }
}

function inside(sorted: Float64Array, threshold: number, side: MechanismAuditResult['side']): number {
  return side === 'at or below' ? below(sorted, threshold, true) : sorted.length - below(sorted, threshold, false)
}

/** How many values of a sorted list are below a threshold, or equal to it where `isEqualIn`. */
function below(sorted: Float64Array, threshold: number, isEqualIn: boolean): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    const value = sorted[middle]!
    if (value < threshold || (isEqualIn && value === threshold)) low = middle + 1
    else high = middle
  }
  return low
}
