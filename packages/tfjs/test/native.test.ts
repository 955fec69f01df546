import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { rowCount, type RecordBatch } from '@attestry/core'
import { mlp, points, requestOf, training } from './models.js'

// The native backend downloads a library when it is installed, so that it is no dependency. What stands in for it here is the
// same interface over TensorFlow.js's own backend in JavaScript: what is tested is that it is taken, and works the same.
let directory: string
beforeEach(() => {
  vi.resetModules()
  directory = mkdtempSync(join(tmpdir(), 'attestry-tfjs-'))
})
afterEach(() => {
  vi.doUnmock('@tensorflow/tfjs-node')
  rmSync(directory, { recursive: true, force: true })
})

describe('@tensorflow/tfjs-node', () => {
  it('is taken where it loads, and trains with privacy', async () => {
    vi.doMock('@tensorflow/tfjs-node', async () => {
      const tf = await import('@tensorflow/tfjs')
      await tf.setBackend('cpu')
      return tf
    })
    const { createTfjsTrainer, openTf, saveLayersModel } = await import('../src/index.js')
    const opened = await openTf()
    expect(opened).toMatchObject({ backend: 'cpu', because: '@tensorflow/tfjs-node is installed' })
    await saveLayersModel(mlp(opened), join(directory, 'model'))
    const trainer = createTfjsTrainer({ baseDirectory: directory })
    const rows = points(200)
    const request = requestOf(rowCount(rows), {
      training: { ...training, epochs: 1, privacy: { epsilon: 3, delta: 1e-5, clippingNorm: 1 } },
    })
    const batches = async function* (): AsyncGenerator<RecordBatch> {
      yield rows
    }
    const session = await trainer.open(trainer.plan(request), { batches }, request, { secret: new Uint8Array(32) })
    while (await session.step());
    expect(session.epsilonSpent()!).toBeLessThanOrEqual(3)
    const { facts } = await session.export(join(directory, 'out'))
    expect(facts.runtime).toMatchObject({ name: 'tfjs-cpu' })
    await session.close()
  })

  it('is passed over where it does not load', async () => {
    vi.doMock('@tensorflow/tfjs-node', () => {
      throw new Error('libtensorflow.so.2: cannot open shared object file')
    })
    const { openTf } = await import('../src/index.js')
    expect(await openTf()).toMatchObject({ backend: 'wasm' })
  })
})
