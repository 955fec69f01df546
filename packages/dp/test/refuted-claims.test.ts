import { StatementStore, type DeployRequest, type HookContext } from '@attestry/core'
import { describe, expect, it } from 'vitest'
import { dp } from '../src/index.js'
import { denyRefutedClaims } from '../src/refuted-claims.js'

const modelDigest = `sha256:${'1'.repeat(64)}` as const
const other = `sha256:${'2'.repeat(64)}` as const

/** The vote after evidence of a type and outcome about a model. */
function voteAfter(...evidence: readonly (readonly [type: string, outcome: string, digest: string])[]) {
  const read = async (kind: string) =>
    kind === 'evidence'
      ? evidence.map(([type, outcome, digest]) => ({
          predicate: { type, outcome, facts: { epsilonLowerBound: 4.12345, claimedEpsilon: 3 } },
          subjects: [{ name: 'model', digest }],
          file: `evidence/${type}.dsse.json`,
        }))
      : []
  const context = {
    get: (token: unknown) => (token === StatementStore ? { read } : undefined),
    policy: { epsilon: { value: {}, sources: [{ plugin: 'a', control: 'GDPR-25' }] } },
  } as unknown as HookContext
  return denyRefutedClaims({ modelDigest } as DeployRequest, context)
}

describe('a refuted claim', () => {
  it.each(['one-run-audit', 'membership-inference', 'shadow-models-audit'])(
    'keeps the model from being deployed, by %s',
    async type => {
      expect(await voteAfter(['dp-training', 'pass', modelDigest], [type, 'fail', modelDigest])).toMatchObject({
        decision: 'deny',
        reasons: [
          {
            code: 'DP-E020',
            kind: 'refused',
            control: 'GDPR-25',
            note: expect.stringContaining(`'${type}': it is at least 4.123, and 3 is claimed`),
          },
        ],
      })
    },
  )

  it('of another model, or one that was not refuted, is no reason, and none to permit either', async () => {
    expect(await voteAfter()).toEqual({ decision: 'abstain' })
    expect(await voteAfter(['one-run-audit', 'info', modelDigest])).toEqual({ decision: 'abstain' })
    expect(await voteAfter(['one-run-audit', 'fail', other])).toEqual({ decision: 'abstain' })
    expect(await voteAfter(['explanations', 'fail', modelDigest])).toEqual({ decision: 'abstain' })
  })

  it('is asked about by the plugin, which cannot run without signed evidence', () => {
    expect(dp().hooks?.deploy).toBe(denyRefutedClaims)
    expect(dp().requires).toEqual([StatementStore])
  })
})
