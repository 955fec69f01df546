import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { Trainer } from '@attestry/core'
import { createTrainer, errorCatalogue, trainer, type SyncTrainer } from '../src/index.js'
import { contextOf, dataOf, privacy, table, tableRequest } from './data.js'

describe('the trainer plugin', () => {
  it('provides the trainer and carries out limits on epsilon and audited steps', () => {
    const plugin = trainer({ runtime: 'web' })
    expect(plugin.answers).toEqual(['limit-epsilon', 'audit-training'])
    expect(plugin.provides!.map(({ token }) => token)).toEqual([Trainer])
    const service = plugin.provides![0]!.factory(undefined as never, undefined as never) as SyncTrainer
    expect(service.plan(tableRequest()).because).toContain('onnxruntime-web: asked for')
    expect(trainer().name).toBe('@attestry/trainer')
  })
})

describe('training on the web runtime', () => {
  it('gives the same predictions as on the native one, to 1e-5', async () => {
    const request = tableRequest({ rows: 120, batchSize: 30, privacy })
    const predictions = async (runtime: 'node' | 'web'): Promise<Float32Array> => {
      const service = createTrainer({ runtime })
      const session = await service.open(service.plan(request), dataOf(table(120)), request, contextOf())
      for (let step = 0; step < 6; step++) await session.step()
      const { probabilities } = await session.predict(table(50))
      await session.close()
      return probabilities
    }
    const [node, web] = [await predictions('node'), await predictions('web')]
    for (const [i, value] of node.entries()) expect(Math.abs(web[i]! - value)).toBeLessThanOrEqual(1e-5)
  })
})

describe('the error catalogue', () => {
  it('explains every code that is raised in at least three sentences, and nothing else', async () => {
    const source = await readFile(new URL('../src/errors.ts', import.meta.url), 'utf8')
    const raised = new Set(
      source
        .slice(source.indexOf('type Code'))
        .match(/TRAIN-E\d{3}'/g)!
        .map(code => code.slice(0, -1)),
    )
    expect([...raised].sort()).toEqual(Object.keys(errorCatalogue).sort())
    for (const { explanation } of Object.values(errorCatalogue))
      expect(explanation.split(/\.(?:\s|$)/).filter(Boolean).length).toBeGreaterThanOrEqual(3)
  })
})
