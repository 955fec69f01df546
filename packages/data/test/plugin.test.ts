import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DataReader, Lineage, openServices, provide, sha256, ShardStore, SubjectHandles } from '@attestry/core'
import { describe, expect, it } from 'vitest'
import { data } from '../src/index.js'
import { folder } from './fixtures.js'

const serve = (options: Parameters<typeof data>[0], others: ReturnType<typeof provide>[] = []) => {
  const directory = folder()
  const { provides = [] } = data(options)
  const environment = { runId: `run ${directory}`, directory, workspace: directory }
  const services = openServices([...provides, ...others], environment)
  return { directory, view: services.view('test', [DataReader, ShardStore, Lineage]), close: services.close }
}

describe('data plugin', () => {
  it('provides a reader, a store and lineage in the run folder', async () => {
    const baseDirectory = folder()
    writeFileSync(join(baseDirectory, 'a.csv'), 'id,t\nu1,x\nu2,y\nu3\n')
    const handles = { handleOf: (identifier: string) => `handle of ${identifier}`, flush: async () => undefined }
    const known = provide({ token: SubjectHandles, factory: () => handles })
    const { view, directory, close } = serve({ baseDirectory, batchRows: 1 }, [known])
    const dataset = await view.get(DataReader).open({ path: 'a.csv', subject: 'id', required: [], numeric: [] })
    const shards = []
    for await (const batch of dataset.batches()) {
      expect(batch.subjects).toEqual([`handle of u${shards.length + 1}`])
      shards.push(await view.get(ShardStore).write(batch, 'train'))
    }
    expect(shards).toHaveLength(2)
    expect(dataset.quarantined().file).toBe(join(directory, 'quarantine.jsonl'))
    expect(await view.get(ShardStore).has(shards[0]!.digest)).toBe(true)
    await view.get(Lineage).record({ kind: 'source', name: 'data', inputs: [], outputs: [sha256('x')] })
    expect(await view.get(Lineage).nodes()).toHaveLength(1)
    await close()
  })

  it('reads outside of a run, where there is no folder to write in', async () => {
    const baseDirectory = folder()
    writeFileSync(join(baseDirectory, 'a.csv'), 'a,b\n1\n1,2\n')
    const provider = data({ baseDirectory }).provides!.find(({ token }) => token === DataReader)!
    const none = { get: () => undefined as never, find: () => undefined }
    const reader = provider.factory(none, { runId: '', directory: '', workspace: '' }) as DataReader
    const dataset = await reader.open({ path: 'a.csv', required: [], numeric: [] })
    for await (const batch of dataset.batches()) expect(batch.rowIds).toHaveLength(1)
    expect(dataset.quarantined()).toEqual({ count: 1, reasons: { 'too-few-fields': 1 } })
  })

  it('refuses unknown options and values out of range', () => {
    const code = (options: unknown): unknown => {
      try {
        return data(options as never)
      } catch (error) {
        return (error as { code: string }).code
      }
    }
    expect(code({ batchSize: 5 })).toBe('DATA-E015')
    expect(code({ batchRows: 0 })).toBe('DATA-E015')
    expect(code({ batchRows: 5 })).toMatchObject({ name: '@attestry/data' })
  })
})
