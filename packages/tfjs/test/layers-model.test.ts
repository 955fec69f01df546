import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  createTfjsTrainer,
  errorCatalogue,
  isLayersModel,
  loadLayersModel,
  openTf,
  saveLayersModel,
} from '../src/index.js'
import { mlp, requestOf } from './models.js'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'attestry-tfjs-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const refused = { code: 'TFJS-E002' }

describe('a layers model on disk', () => {
  it('is read back with its digest, and is what tf itself reads', async () => {
    const opened = await openTf()
    const model = mlp(opened)
    const { digest, files } = await saveLayersModel(model, directory)
    const loaded = await loadLayersModel(opened, directory)
    expect(loaded.digest).toBe(digest)
    expect(files.map(({ name }) => name)).toEqual(['weights.bin', 'model.json'])
    const x = opened.tf.ones([1, 4])
    const answer = (of: typeof model) => Array.from((of.predict(x) as ReturnType<typeof opened.tf.ones>).dataSync())
    expect(answer(loaded.model)).toEqual(answer(model))
    expect([isLayersModel(model), isLayersModel({}), isLayersModel('mlp')]).toEqual([true, false, false])
  })

  it('is refused when a file is missing, too short, not JSON, or leaves its folder', async () => {
    const opened = await openTf()
    const load = () => loadLayersModel(opened, directory)
    await expect(load()).rejects.toMatchObject(refused)
    await saveLayersModel(mlp(opened), directory)
    const [topology, weights] = ['model.json', 'weights.bin'].map(name => join(directory, name))
    const [json, bytes] = [readFileSync(topology!, 'utf8'), readFileSync(weights!)]
    writeFileSync(weights!, bytes.subarray(4))
    await expect(load()).rejects.toMatchObject(refused)
    writeFileSync(weights!, bytes)
    for (const text of [
      '',
      'null',
      '{}',
      json.replace('weights.bin', '../weights.bin'),
      json.replace('"Dense"', '"Lambda"'),
    ]) {
      writeFileSync(topology!, text)
      await expect(load(), text.slice(0, 40)).rejects.toMatchObject(refused)
    }
    writeFileSync(topology!, json)
    writeFileSync(weights!, Buffer.alloc(bytes.length, 0xff))
    await expect(load()).rejects.toMatchObject(refused)
  })

  it('answers any damage of its description with a code', async () => {
    const opened = await openTf()
    await saveLayersModel(mlp(opened), directory)
    const file = join(directory, 'model.json')
    const bytes = readFileSync(file)
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const damaged = Buffer.from(bytes)
        damaged[at]! ^= change
        writeFileSync(file, damaged)
        const loaded = await loadLayersModel(opened, directory).catch((error: unknown) => error)
        if (loaded instanceof Error) expect(loaded).toMatchObject(refused)
        else (loaded as { model: { dispose(): void } }).model.dispose()
      }),
      { numRuns: 150 },
    )
  })

  it('that was trained is refused with files of another', async () => {
    const trainer = createTfjsTrainer({ baseDirectory: directory })
    expect(() => trainer.plan(requestOf(10))).toThrow('weights.bin is missing')
    await saveLayersModel(mlp(await openTf()), directory)
    await expect(trainer.load(directory)).rejects.toMatchObject(refused)
    writeFileSync(
      join(directory, 'attestry.json'),
      '{"format":"attestry-layers-model-1","classes":["a","b"],"layout":[]}',
    )
    await expect(trainer.load(directory)).rejects.toMatchObject(refused)
  })
})

describe('the error catalogue', () => {
  it('explains every code in at least three sentences, with an example', () => {
    expect(Object.keys(errorCatalogue)).toEqual([1, 2, 3, 4, 5, 6].map(number => `TFJS-E00${number}`))
    for (const { title, explanation, example } of Object.values(errorCatalogue)) {
      expect(title).toMatch(/^[a-zA-Z].*[^.]$/)
      expect(explanation.match(/[.?!](\s|$)/g)?.length).toBeGreaterThanOrEqual(3)
      expect(example.length).toBeGreaterThan(10)
    }
  })
})
