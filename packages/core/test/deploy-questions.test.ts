import { describe, expect, it } from 'vitest'
import {
  askBeforeDeploy,
  type DeployFinding,
  type DeployRequest,
  type Evidence,
  type HookContext,
} from '../src/index.js'

const finding = (control: string, kinds: readonly ('pending' | 'refused')[] = []): DeployFinding => ({
  type: `evidence of ${control}`,
  controls: [control],
  facts: {},
  open: kinds.map(kind => ({ code: `${control}-${kind}`, note: kind, kind })),
  met: `${control} is well`,
})

async function ask(...findings: readonly DeployFinding[]) {
  const evidence: Evidence[] = []
  const context = { evidence: async (one: Evidence) => void evidence.push(one) } as unknown as HookContext
  const vote = await askBeforeDeploy(findings.map(one => async () => one))({} as DeployRequest, context)
  return { vote, evidence: evidence.map(({ type, outcome }) => [type, outcome]) }
}

describe('questions before a deployment', () => {
  it('permit when every one is well, with a reason each', async () => {
    const { vote, evidence } = await ask(finding('A'), finding('B'))
    expect(vote).toMatchObject({ decision: 'permit', reasons: [{ code: 'A', kind: 'met' }, { code: 'B' }] })
    expect(evidence).toEqual([
      ['evidence of A', 'pass'],
      ['evidence of B', 'pass'],
    ])
  })

  it('tell everything that is open at once, and record a refusal as failed but nothing for what waits', async () => {
    const { vote, evidence } = await ask(finding('A', ['pending']), finding('B', ['refused', 'pending']), finding('C'))
    expect(vote).toMatchObject({
      decision: 'deny',
      reasons: [{ code: 'A-pending' }, { code: 'B-refused' }, { code: 'B-pending' }],
    })
    expect(evidence).toEqual([
      ['evidence of B', 'fail'],
      ['evidence of C', 'pass'],
    ])
  })
})
