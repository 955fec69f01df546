import { z } from 'zod'
import { digestOf, type Digest } from './digest.js'
import { applyResolution, type Conflict, type Decision, type EffectivePolicy, type Resolution } from './policy.js'
import type { RunConfig } from './config.js'
import type { StatementStore } from './contracts/statements.js'
import { isDuration } from './duration.js'

/** What a resolution must be signed over: the conflict with every demand in it. Another demand needs another resolution. */
export const conflictDigest = ({ id, kind, demands }: Conflict): Digest => digestOf({ id, kind, demands })

/** What a resolution must say. One that lacks a part, or says it in another form, resolves nothing. */
const resolutionPredicate = z.object({
  conflict: z.string().min(1),
  legalBasis: z.string().min(1),
  scope: z.string().min(1),
  decision: z.union([
    z.strictObject({ keep: z.string().refine(isDuration) }),
    z.strictObject({ connect: z.enum(['allow', 'refuse']) }),
    z.strictObject({ first: z.enum(['hold', 'erasure']) }),
  ]),
  expires: z.iso.date(),
})

/** The predicate of a signed resolution. */
export interface ResolutionPredicate {
  readonly conflict: string
  readonly legalBasis: string
  readonly scope: string
  readonly decision: Decision
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
    const valid = signed.flatMap(({ subjects, signer, predicate, digest: statement }) => {
      const said = resolutionPredicate.safeParse(predicate).data as ResolutionPredicate | undefined
      const isOverThis = subjects.some(subject => subject.digest === digest) && said?.conflict === conflict.id
      if (!isOverThis || signer === config.author || new Date(said.expires) <= now) return []
      const { legalBasis, scope, decision, expires } = said
      if (!settles(conflict, decision)) return []
      return [{ statement, signer, legalBasis, scope, decision, expires } satisfies Resolution]
    })
    const resolution = valid.at(-1)
    if (!resolution) return current
    return applyResolution(current, conflict.id, resolution)
  }, policy)
}

/** A decision must answer the question that the conflict asks. */
export const settles = ({ kind }: Conflict, decision: Decision): boolean =>
  kind === 'retain' ? 'keep' in decision : kind === 'connect-to' ? 'connect' in decision : 'first' in decision
