import { canonicalJson, type Digest, type LineageNode } from '@attestry/core'
import { digestAmbiguous, digestUnknown, lineageCycle } from './errors.js'

/** What content comes from, or what came of it. */
export interface LineageAnswer {
  /** Nearest first; each once. */
  readonly nodes: readonly LineageNode[]
  /** Content on the way, nearest first, without the digest that was asked for. */
  readonly digests: readonly Digest[]
}

/** Datasets, transformations, models and reports by digest, to be asked in both directions. */
export interface LineageGraph {
  /** Each node once, in the order in which they were recorded. */
  readonly nodes: readonly LineageNode[]
  /** Every digest that some node names, in order of first appearance. */
  readonly digests: readonly Digest[]
  /** Content that a source brought in. */
  readonly sources: readonly Digest[]
  /** Content that was used and that no node made or brought in: nobody says where it comes from. */
  readonly unexplained: readonly Digest[]
  /**
   * Content that was made, or brought in, in more than one way: equal work on different inputs, or a record that is wrong.
   * Every way is followed, in both directions, so an erasure reaches all of them; a reader is shown these.
   */
  readonly severalOrigins: readonly Digest[]
  /** Content that nothing was made of: models, reports, and what was left lying. */
  readonly ends: readonly Digest[]
  /** Nodes that made this content. @throws GOV-E301 */
  madeBy(digest: Digest): readonly LineageNode[]
  /** Everything that this content comes from. @throws GOV-E301 */
  upstream(digest: Digest): LineageAnswer
  /** Everything that came of this content: what an erasure must reach. @throws GOV-E301 */
  downstream(digest: Digest): LineageAnswer
  /** The digest that begins like this; at least six hex digits, with or without `sha256:`. @throws GOV-E301, GOV-E304 */
  find(beginning: string): Digest
}

type Ends = (node: LineageNode) => readonly Digest[]
const inputsOf: Ends = ({ inputs }) => inputs
const outputsOf: Ends = ({ outputs }) => outputs

/**
 * Builds the graph. A node that was recorded twice counts once, and a transformation that changed nothing, whose output is
 * its input, is no circle.
 *
 * @throws GOV-E302 when the lineage goes in a circle
 */
export function lineageGraph(recorded: readonly LineageNode[]): LineageGraph {
  const nodes = [...new Map(recorded.map(node => [canonicalJson(node), node])).values()]
  const makers = index(nodes, outputsOf)
  const users = index(nodes, inputsOf)
  refuseCircle(nodes)
  const digests = [...new Set(nodes.flatMap(node => [...node.inputs, ...node.outputs]))]
  const known = (digest: Digest): Digest => {
    if (!makers.has(digest) && !users.has(digest)) throw digestUnknown(digest)
    return digest
  }
  const isUsed = (digest: Digest): boolean => (users.get(digest) ?? []).some(({ outputs }) => !outputs.includes(digest))
  return {
    nodes,
    digests,
    sources: digests.filter(digest => makers.get(digest)?.some(({ kind }) => kind === 'source')),
    unexplained: digests.filter(digest => !makers.has(digest)),
    severalOrigins: digests.filter(digest => hasSeveralOrigins(digest, makers.get(digest) ?? [])),
    ends: digests.filter(digest => makers.has(digest) && !isUsed(digest)),
    madeBy: digest => makers.get(known(digest)) ?? [],
    upstream: digest => walk(makers, known(digest), inputsOf),
    downstream: digest => walk(users, known(digest), outputsOf),
    find: beginning => findDigest(digests, beginning),
  }
}

type Index = ReadonlyMap<Digest, readonly LineageNode[]>

function index(nodes: readonly LineageNode[], ends: Ends): Index {
  const found = new Map<Digest, LineageNode[]>()
  for (const node of nodes)
    for (const digest of new Set(ends(node))) {
      const some = found.get(digest)
      if (some) some.push(node)
      else found.set(digest, [node])
    }
  return found
}

function walk(near: Index, start: Digest, far: Ends): LineageAnswer {
  const nodes = new Set<LineageNode>()
  const digests = new Set([start])
  // A set is walked in the order of insertion, what is added on the way included: nearest first.
  for (const digest of digests)
    for (const node of near.get(digest) ?? []) {
      nodes.add(node)
      for (const next of far(node)) digests.add(next)
    }
  digests.delete(start)
  return { nodes: [...nodes], digests: [...digests] }
}

/** A transformation that changed nothing is no origin; all other makers must name the same inputs. */
function hasSeveralOrigins(digest: Digest, makers: readonly LineageNode[]): boolean {
  const origins = makers.filter(({ inputs }) => !inputs.includes(digest)).map(maker => originOf(maker))
  return new Set(origins).size > 1
}

/** What a node says that content was made from, whoever did the work. */
const originOf = ({ inputs }: LineageNode): string => [...new Set(inputs)].sort().join(' ')

/** Takes away content that comes from nothing left, until nothing is left, or a circle is. */
function refuseCircle(nodes: readonly LineageNode[]): void {
  const origins = new Map<Digest, Set<Digest>>()
  const results = new Map<Digest, Digest[]>()
  for (const { inputs, outputs } of nodes)
    for (const output of outputs)
      for (const input of inputs) {
        if (input === output) continue
        origins.set(output, (origins.get(output) ?? new Set()).add(input))
        results.set(input, [...(results.get(input) ?? []), output])
      }
  const free = [...results.keys()].filter(digest => !origins.has(digest))
  for (const digest of free)
    for (const result of results.get(digest) ?? []) {
      const left = origins.get(result)
      left?.delete(digest)
      if (left?.size !== 0) continue
      origins.delete(result)
      free.push(result)
    }
  const start = origins.keys().next().value
  if (start !== undefined) throw lineageCycle(circleFrom(start, origins))
}

/** Follows origins until one comes again. Every digest that is left has one that is left, too. */
function circleFrom(start: Digest, origins: ReadonlyMap<Digest, ReadonlySet<Digest>>): readonly Digest[] {
  const path: Digest[] = []
  let digest = start
  while (!path.includes(digest)) {
    path.push(digest)
    digest = [...origins.get(digest)!].find(origin => origins.has(origin))!
  }
  return [...path.slice(path.indexOf(digest)), digest].reverse()
}

function findDigest(digests: readonly Digest[], beginning: string): Digest {
  const digits = beginning.replace(/^sha256:/, '').toLowerCase()
  const found = digests.filter(digest => digest.slice('sha256:'.length).startsWith(digits))
  if (found.length === 0) throw digestUnknown(beginning)
  if (found.length > 1 || digits.length < 6) throw digestAmbiguous(beginning, found)
  return found[0]!
}
