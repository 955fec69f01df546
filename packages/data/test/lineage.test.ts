import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sha256, type Digest, type LineageNode } from '@attestry/core'
import { describe, expect, it } from 'vitest'
import { openLineage } from '../src/index.js'
import { folder, rejection } from './fixtures.js'

const node = (name: string, inputs: string[], outputs: string[]): LineageNode => ({
  kind: 'transformation',
  name,
  inputs: inputs.map(text => sha256(text)),
  outputs: outputs.map(text => sha256(text)),
})
const names = (nodes: readonly LineageNode[]): string[] => nodes.map(({ name }) => name)

// source -> clean -> train -> model; clean -> test -> report
const nodes = [
  node('source', [], ['data']),
  node('clean', ['data'], ['train', 'test']),
  node('train', ['train'], ['model']),
  node('evaluate', ['test', 'model'], ['report']),
  node('other', ['elsewhere'], ['nothing']),
]

describe('lineage file', () => {
  it('holds every node before record resolves, also for the next who opens it', async () => {
    const directory = join(folder(), 'run')
    const lineage = openLineage(directory)
    await Promise.all(nodes.map(one => lineage.record(one)))
    expect(readFileSync(join(directory, 'lineage.jsonl'), 'utf8').trim().split('\n')).toHaveLength(nodes.length)
    expect(await lineage.nodes()).toEqual(nodes)
    expect(await openLineage(directory).nodes()).toEqual(nodes)
  })

  it('takes a node that is there already once, also after a resume', async () => {
    const directory = folder()
    await openLineage(directory).record(nodes[0]!)
    const again = openLineage(directory)
    await again.record({ ...nodes[0]! })
    await again.record(nodes[1]!)
    expect(names(await openLineage(directory).nodes())).toEqual(['source', 'clean'])
    expect(readFileSync(join(directory, 'lineage.jsonl'), 'utf8').trim().split('\n')).toHaveLength(2)
  })

  it('drops a last line that a crash cut off, and writes on behind the one before', async () => {
    const directory = folder()
    await openLineage(directory).record(nodes[0]!)
    appendFileSync(join(directory, 'lineage.jsonl'), '{"kind":"transf')
    const lineage = openLineage(directory)
    await lineage.record(nodes[1]!)
    expect(names(await openLineage(directory).nodes())).toEqual(['source', 'clean'])
  })

  it.each([
    ['no JSON', 'x'],
    ['another kind', '{"inputs":[],"kind":"guess","name":"a","outputs":[]}'],
    ['a digest of 63 digits', `{"inputs":["sha256:${'0'.repeat(63)}"],"kind":"source","name":"a","outputs":[]}`],
    ['no name', '{"inputs":[],"kind":"source","outputs":[]}'],
    ['a list', '[]'],
  ])('refuses a line that is %s', async (_, line) => {
    const directory = folder()
    await openLineage(directory).record(nodes[0]!)
    appendFileSync(join(directory, 'lineage.jsonl'), `${line}\n`)
    expect(await rejection(openLineage(directory).nodes())).toMatchObject({ code: 'DATA-E014', where: { line: 2 } })
  })

  it('refuses to record anything but digests', async () => {
    const bad = { ...nodes[0]!, outputs: ['tickets.csv' as Digest] }
    const directory = folder()
    const lineage = openLineage(directory)
    expect((await rejection(Promise.resolve().then(() => lineage.record(bad)))).code).toBe('DATA-E017')
    await lineage.record(nodes[0]!)
    expect(await lineage.nodes()).toHaveLength(1)
  })

  it('is empty before anything was recorded, and for an empty file', async () => {
    const directory = folder()
    expect(await openLineage(directory).nodes()).toEqual([])
    writeFileSync(join(directory, 'lineage.jsonl'), '')
    expect(await openLineage(directory).nodes()).toEqual([])
  })
})
