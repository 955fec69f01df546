import { digestOf, type Digest } from './digest.js'
import { applyResolution, type Conflict, type EffectivePolicy, type Resolution } from './policy.js'
import type { RunConfig } from './config.js'
import type { StatementStore } from './contracts/statements.js'
import type { Duration } from './duration.js'

/** What a resolution must be signed over: the conflict with every demand in it. Another demand needs another resolution. */
export const conflictDigest = ({ id, kind, demands }: Conflict): Digest => digestOf({ id, kind, demands })

/** The predicate of a signed resolution. */
export interface ResolutionPredicate {
  readonly conflict: string
  readonly legalBasis: string
  readonly scope: string
  /** ISO 8601 duration. */
  readonly keep: Duration
  /** ISO date. */
  readonly expires: string
}

/**
 * The policy with every conflict resolved for which a valid, signed resolution exists: over exactly these demands, not
 * expired, and signed by someone else than the run's author.
 */
export async function resolveConflicts(
  policy: EffectivePolicy,
  statements: StatementStore,
  config: RunConfig,
  now: Date,
): Promise<EffectivePolicy> {
  if (policy.conflicts.length === 0) return policy
  const signed = await statements.read('resolution')
  return policy.conflicts.reduce((current, conflict) => {
    const digest = conflictDigest(conflict)
    const statement = signed.findLast(
      ({ subjects, signer, predicate }) =>
        subjects.some(subject => subject.digest === digest) &&
        signer !== config.author &&
        new Date(String(predicate.expires)) > now,
    )
    if (!statement) return current
    const { legalBasis, scope, keep, expires } = statement.predicate as unknown as ResolutionPredicate
    const resolution: Resolution = {
      statement: statement.digest,
      signer: statement.signer,
      legalBasis,
      scope,
      keep,
      expires,
    }
    return applyResolution(current, conflict.id, resolution)
  }, policy)
}
