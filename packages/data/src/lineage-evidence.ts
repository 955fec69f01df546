import { Lineage, type Digest, type Evidence, type Handler, type LineageNode } from '@attestry/core'

/** Digests that are listed of each kind; the counts are of all. */
const mostListed = 100

/**
 * Records, before deployment, whether the model can be traced to its source: what each piece was made from, without a gap.
 * It casts no vote; controls that ask for `lineage` show what it found.
 */
export const recordLineage: Handler<'deploy'> = async ({ modelDigest, datasetDigest }, context) => {
  const nodes = await context.get(Lineage).nodes()
  await context.evidence(lineageEvidence(nodes, modelDigest, datasetDigest))
  return { decision: 'abstain' }
}

/**
 * The lineage of a run as evidence. It passes when some node made the model, every content that was used was made by a node
 * or brought in by a source, and the walk up from the model ends at the dataset of the run.
 */
export function lineageEvidence(nodes: readonly LineageNode[], model: Digest, dataset: Digest): Evidence {
  const made = new Set(nodes.flatMap(({ outputs }) => outputs))
  const unexplained = [...new Set(nodes.flatMap(({ inputs }) => inputs))].filter(digest => !made.has(digest))
  if (!made.has(model)) unexplained.push(model)
  const isTraced = made.has(model) && originsOf(nodes, model).has(dataset)
  const sources = nodes.filter(({ kind }) => kind === 'source').flatMap(({ outputs }) => outputs)
  return {
    type: 'lineage',
    controls: [],
    outcome: isTraced && unexplained.length === 0 ? 'pass' : 'fail',
    subjects: [
      { name: 'model', digest: model },
      { name: 'dataset', digest: dataset },
    ],
    facts: {
      nodes: nodes.length,
      sources: new Set(sources).size,
      digests: made.size,
      isTraced,
      unexplained: unexplained.slice(0, mostListed),
      unexplainedCount: unexplained.length,
    },
  }
}

/** All content that a digest comes from, itself included. */
function originsOf(nodes: readonly LineageNode[], digest: Digest): ReadonlySet<Digest> {
  const makers = new Map<Digest, LineageNode[]>()
  for (const node of nodes)
    for (const output of node.outputs) {
      const some = makers.get(output)
      if (some) some.push(node)
      else makers.set(output, [node])
    }
  const origins = new Set([digest])
  for (const one of origins)
    for (const { inputs } of makers.get(one) ?? []) for (const input of inputs) origins.add(input)
  return origins
}
