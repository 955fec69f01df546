import { Lineage, sha256, type DeployRequest, type Evidence, type HookContext, type LineageNode } from '@attestry/core'
import { describe, expect, it } from 'vitest'
import { data, lineageEvidence } from '../src/index.js'

const digest = (name: string) => sha256(`lineage-evidence/${name}`)

const node = (kind: LineageNode['kind'], inputs: readonly string[], outputs: readonly string[]): LineageNode => ({
  kind,
  name: kind,
  inputs: inputs.map(digest),
  outputs: outputs.map(digest),
})

const nodes = [
  node('source', [], ['dataset']),
  node('transformation', ['dataset'], ['train', 'test']),
  node('model', ['train'], ['model']),
]
const judged = (list: readonly LineageNode[]): Evidence => lineageEvidence(list, digest('model'), digest('dataset'))

describe('lineage evidence', () => {
  it('passes when the model can be traced to the dataset without a gap', () => {
    expect(judged(nodes)).toMatchObject({
      type: 'lineage',
      outcome: 'pass',
      subjects: [
        { name: 'model', digest: digest('model') },
        { name: 'dataset', digest: digest('dataset') },
      ],
      facts: { nodes: 3, sources: 1, digests: 4, isTraced: true, unexplained: [], unexplainedCount: 0 },
    })
  })

  it('fails when nothing was recorded', () => {
    expect(judged([])).toMatchObject({ outcome: 'fail', facts: { isTraced: false, unexplained: [digest('model')] } })
  })

  it('fails when content was used that nobody made or brought in', () => {
    const withStray = [...nodes.slice(0, 2), node('model', ['train', 'stray'], ['model'])]
    expect(judged(withStray)).toMatchObject({
      outcome: 'fail',
      facts: { isTraced: true, unexplained: [digest('stray')], unexplainedCount: 1 },
    })
  })

  it('fails when the model comes from somewhere else than the dataset of the run', () => {
    const elsewhere = [...nodes, node('source', [], ['other']), node('model', ['other'], ['second'])]
    expect(lineageEvidence(elsewhere, digest('second'), digest('dataset'))).toMatchObject({
      outcome: 'fail',
      facts: { isTraced: false, unexplainedCount: 0 },
    })
  })

  it('ends on a lineage that goes in a circle', () => {
    expect(judged([node('model', ['model'], ['train']), node('model', ['train'], ['model'])])).toMatchObject({
      outcome: 'fail',
      facts: { isTraced: false },
    })
  })

  it('is recorded before deployment, and casts no vote', async () => {
    const written: Evidence[] = []
    const context = {
      get: (token: unknown) => {
        expect(token).toBe(Lineage)
        return { nodes: async () => nodes }
      },
      evidence: async (one: Evidence) => void written.push(one),
    } as unknown as HookContext
    const { deploy } = data().hooks!
    const vote = await (deploy as (request: DeployRequest, context: HookContext) => Promise<unknown>)(
      { modelDigest: digest('model'), datasetDigest: digest('dataset') } as DeployRequest,
      context,
    )
    expect(vote).toEqual({ decision: 'abstain' })
    expect(written).toEqual([judged(nodes)])
  })
})
