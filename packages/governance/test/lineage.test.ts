import { sha256, type Digest, type LineageNode } from '@attestry/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lineageGraph, lineageText } from '../src/index.js'

const digest = (name: string): Digest => sha256(`lineage/${name}`)

const node = (
  name: string,
  inputs: readonly string[],
  outputs: readonly string[],
  kind: LineageNode['kind'] = 'transformation',
): LineageNode => ({ kind, name, inputs: inputs.map(digest), outputs: outputs.map(digest) })

const names = (nodes: readonly LineageNode[]): readonly string[] => nodes.map(({ name }) => name)

// source -> clean -> train -> model -> card; clean -> test -> evaluate; stray data of which nobody says where it is from
const nodes: readonly LineageNode[] = [
  node('tickets', [], ['data'], 'source'),
  node('clean', ['data'], ['train', 'test']),
  node('fit', ['train', 'stray'], ['model'], 'model'),
  node('evaluate', ['test', 'model'], ['card'], 'report'),
]

const code = (run: () => unknown): string | undefined => {
  try {
    run()
  } catch (error) {
    return (error as { code: string }).code
  }
  return undefined
}

describe('lineageGraph', () => {
  const graph = lineageGraph(nodes)

  it('answers what content comes from, nearest first', () => {
    expect(names(graph.upstream(digest('model')).nodes)).toEqual(['fit', 'clean', 'tickets'])
    expect(graph.upstream(digest('model')).digests).toEqual(['train', 'stray', 'data'].map(digest))
    expect(graph.upstream(digest('stray'))).toEqual({ nodes: [], digests: [] })
  })

  it('answers what came of content', () => {
    expect(names(graph.downstream(digest('data')).nodes)).toEqual(['clean', 'fit', 'evaluate'])
    expect(graph.downstream(digest('data')).digests).toEqual(['train', 'test', 'model', 'card'].map(digest))
    expect(graph.downstream(digest('card'))).toEqual({ nodes: [], digests: [] })
  })

  it('knows its sources, its ends, and what nobody explains', () => {
    expect(graph.sources).toEqual([digest('data')])
    expect(graph.unexplained).toEqual([digest('stray')])
    expect(graph.ends).toEqual([digest('card')])
    expect(names(graph.madeBy(digest('test')))).toEqual(['clean'])
    expect(graph.madeBy(digest('stray'))).toEqual([])
    expect(graph.digests).toHaveLength(6)
  })

  it('counts a node that was recorded twice once', () => {
    expect(lineageGraph([...nodes, { ...nodes[1]! }]).nodes).toEqual(nodes)
  })

  it('takes the same work by another version, and a transformation that changed nothing', () => {
    const again = { ...nodes[1]!, version: '0.2.0' }
    const idle = node('filter', ['data'], ['data'])
    const built = lineageGraph([...nodes, again, idle])
    expect(names(built.madeBy(digest('data')))).toEqual(['tickets', 'filter'])
    expect(names(built.downstream(digest('data')).nodes)).toContain('evaluate')
    expect(built.upstream(digest('data')).digests).toEqual([])
  })

  it('refuses a digest that no node names, in every question', () => {
    for (const ask of [graph.upstream, graph.downstream, graph.madeBy])
      expect(code(() => ask(digest('elsewhere')))).toBe('GOV-E301')
  })

  it('refuses a circle, and names it', () => {
    const circle = [...nodes, node('b', ['p'], ['q']), node('c', ['q'], ['r', 'x']), node('a', ['r'], ['p'])]
    const asked = (): unknown => lineageGraph(circle)
    expect(code(asked)).toBe('GOV-E302')
    const path = ['p', 'q', 'r'].map(name => digest(name).slice(0, 19))
    for (const step of path) expect(asked).toThrow(step)
    expect(asked).not.toThrow(digest('x').slice(0, 19))
    expect(code(() => lineageGraph([node('a', ['p'], ['q']), node('b', ['q'], ['p'])]))).toBe('GOV-E302')
  })

  it('tells of content with several origins, and follows each of them', () => {
    expect(graph.severalOrigins).toEqual([])
    const other = lineageGraph([...nodes, node('filter', ['elsewhere'], ['train'])])
    expect(other.severalOrigins).toEqual([digest('train')])
    expect(other.upstream(digest('model')).digests).toEqual(
      expect.arrayContaining([digest('data'), digest('elsewhere')]),
    )
    expect(other.downstream(digest('elsewhere')).digests).toContain(digest('model'))
    const claimed = lineageGraph([...nodes, node('found', [], ['model'], 'source')])
    expect(claimed.severalOrigins).toEqual([digest('model')])
    expect(names(claimed.madeBy(digest('model')))).toHaveLength(2)
    // The same origin by another node, and work that changed nothing, are no second origin.
    const same = [node('copy of the source', [], ['data'], 'source'), node('filter', ['data', 'rules'], ['data'])]
    expect(lineageGraph([...nodes, ...same]).severalOrigins).toEqual([])
  })

  it('finds a digest by its beginning, when only one begins so', () => {
    const model = digest('model')
    expect(graph.find(model)).toBe(model)
    expect(graph.find(model.slice(0, 17))).toBe(model)
    expect(graph.find(model.slice(7, 20).toUpperCase())).toBe(model)
    expect(code(() => graph.find('sha256:ffffffff'))).toBe('GOV-E301')
    expect(code(() => graph.find(''))).toBe('GOV-E304')
    expect(code(() => graph.find(model.slice(0, 12)))).toBe('GOV-E304')
  })

  it('agrees with itself in both directions on any graph without a circle', () => {
    const letters = ['a', 'b', 'c', 'd', 'e', 'f']
    // Outputs come later in the alphabet than inputs, and each is made by at most one node: no circle, no disagreement.
    const graphs = fc.array(fc.tuple(fc.subarray(letters.slice(0, 5)), fc.boolean()), { maxLength: 6 })
    fc.assert(
      fc.property(graphs, made => {
        const built = lineageGraph(
          made.map(([from], i) =>
            node(
              letters[i]!,
              from.filter(letter => letter < letters[i]!),
              [letters[i]!],
            ),
          ),
        )
        for (const from of built.digests)
          for (const to of built.digests)
            expect(built.downstream(from).digests.includes(to)).toBe(built.upstream(to).digests.includes(from))
      }),
    )
  })

  it('builds a graph of ten thousand nodes, a chain, without running out of stack', () => {
    const chain = Array.from({ length: 10_000 }, (_, i) => node(`n${i}`, [`${i}`], [`${i + 1}`]))
    expect(lineageGraph(chain).upstream(digest('10000')).nodes).toHaveLength(10_000)
  })
})

describe('lineageText', () => {
  const graph = lineageGraph([...nodes, { ...nodes[0]!, name: 'a\u001b[2J\u202ename', outputs: [digest('stray')] }])

  it('draws what content comes from', () => {
    expect(lineageText(graph, digest('card'), 'upstream').split('\n')).toEqual([
      digest('card'),
      '  <- report evaluate (2 in, 1 out)',
      '    <- transformation clean (1 in, 2 out)',
      '      <- source tickets (0 in, 1 out)',
      '    <- model fit (2 in, 1 out)',
      '      <- transformation clean (1 in, 2 out) (above)',
      '      <- source a\ufffd[2J\ufffdname (0 in, 1 out)',
      '',
    ])
  })

  it('ends a branch that is deeper than anybody reads', () => {
    const chain = lineageGraph(Array.from({ length: 5_000 }, (_, i) => node(`n${i}`, [`${i}`], [`${i + 1}`])))
    const lines = lineageText(chain, digest('5000'), 'upstream').split('\n')
    expect(lines).toHaveLength(1 + 40 + 1 + 1)
    expect(lines.at(-2)?.trim()).toBe('… and what is behind it')
  })

  it('says when nothing came of it', () => {
    expect(lineageText(graph, digest('card'), 'downstream')).toBe(`${digest('card')}\n  nothing downstream\n`)
    expect(code(() => lineageText(graph, digest('elsewhere'), 'upstream'))).toBe('GOV-E301')
  })
})
