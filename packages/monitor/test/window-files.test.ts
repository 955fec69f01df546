import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { openDataset } from '@attestry/data'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  mergeWindows,
  openRecorder,
  readWindows,
  recordAll,
  recordBatches,
  schemaOf,
  windowFiles,
  type RecordedWindow,
} from '../src/index.js'

const dist = join(import.meta.dirname, '..', 'dist', 'index.js')

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'attestry-windows-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const schema = schemaOf({
  classes: ['no', 'yes'],
  groups: { region: ['north', 'south'] },
  features: { age: { kind: 'number', min: 0, max: 120 }, plan: { kind: 'category', values: ['basic', 'gold'] } },
})

async function all(): Promise<RecordedWindow[]> {
  const windows: RecordedWindow[] = []
  for await (const window of readWindows(folder, schema)) windows.push(window)
  return windows
}

const predictions = (rows: number): object[] =>
  Array.from({ length: rows }, (_, row) => ({ score: (row % 100) / 100, features: { age: row % 90, plan: 'gold' } }))

describe('window files', () => {
  it('give back the windows in order, each readable by its owner alone', async () => {
    const recorder = openRecorder({ schema, window: { rows: 400 }, store: windowFiles(folder) })
    await recordAll(recorder, predictions(1000))
    await recorder.close()
    expect((await all()).map(({ counts }) => counts.rows)).toEqual([400, 400, 200])
    expect(readdirSync(folder).map(name => statSync(join(folder, name)).mode & 0o777)).toEqual([0o600, 0o600, 0o600])
  })

  it('keep small windows apart however fast predictions come', async () => {
    const recorder = openRecorder({ schema, window: { rows: 5 }, store: windowFiles(folder) })
    await recordAll(recorder, predictions(200))
    await recorder.close()
    expect((await all()).map(({ counts }) => counts.rows)).toEqual(Array<number>(40).fill(5))
  })

  it('pass over other files, and a folder that does not exist', async () => {
    writeFileSync(join(folder, 'note.txt'), 'x')
    writeFileSync(join(folder, 'window-01JD8T0000000000000000000A.json.tmp'), '{')
    expect(await all()).toEqual([])
    rmSync(folder, { recursive: true })
    expect(await all()).toEqual([])
  })

  it('are refused by name when they are damaged', async () => {
    const recorder = openRecorder({ schema, window: { rows: 400 }, store: windowFiles(folder) })
    await recordAll(recorder, predictions(50))
    await recorder.close()
    const file = join(folder, readdirSync(folder)[0]!)
    const text = readFileSync(file, 'utf8')
    const window = JSON.parse(text) as RecordedWindow
    const change = (changed: object): string => JSON.stringify({ ...window, ...changed })
    const age = window.features['age']!
    const bad = [
      text.slice(0, 100),
      'null',
      change({ format: 'attestry-window/2' }),
      change({ more: 1 }),
      change({ counts: { ...window.counts, rows: 51 } }),
      change({ counts: { ...window.counts, labelled: 1 } }),
      change({ counts: { ...window.counts, predicted: [1, 1] } }),
      change({ features: { age } }),
      change({ features: { ...window.features, age: { ...age, missing: 3 } } }),
      change({ features: { ...window.features, plan: { ...window.features['plan'], counts: [50] } } }),
      change({ counts: { ...window.counts, attributes: {} } }),
      change({ firstAt: 'yesterday' }),
    ]
    for (const content of bad) {
      writeFileSync(file, content)
      await expect(all(), content.slice(0, 60)).rejects.toMatchObject({ code: 'MONITOR-E323' })
    }
    const sketch = { ...(age as { quantiles: object }).quantiles, rows: 7 }
    writeFileSync(file, change({ features: { ...window.features, age: { ...age, quantiles: sketch } } }))
    await expect(all()).rejects.toMatchObject({ code: 'MONITOR-E303' })
  })

  it('are refused when they are of another schema', async () => {
    const recorder = openRecorder({
      schema: schemaOf({ classes: ['no', 'yes'] }),
      window: { rows: 9 },
      store: windowFiles(folder),
    })
    recorder.record({ score: 0.5 })
    await recorder.close()
    await expect(all()).rejects.toMatchObject({ code: 'MONITOR-E324' })
  })

  it.skipIf(!existsSync(dist))('hold the rows of several processes, which merge into one window', async () => {
    const program = `
      import { openRecorder, recordAll, windowFiles } from ${JSON.stringify(pathToFileURL(dist).href)}
      const schema = ${JSON.stringify(schema)}
      const recorder = openRecorder({ schema, window: { rows: 300 }, store: windowFiles(${JSON.stringify(folder)}) })
      const one = (_, row) => ({ score: (row % 100) / 100, features: { age: row % 90 } })
      await recordAll(recorder, Array.from({ length: 700 }, one))
      await recorder.close()`
    const codes = await Promise.all(
      [1, 2, 3].map(
        async () => (await once(spawn(process.execPath, ['--input-type=module', '-e', program]), 'close'))[0],
      ),
    )
    expect(codes).toEqual([0, 0, 0])
    const windows = await all()
    expect(windows.length).toBe(9)
    const merged = windows.reduce(mergeWindows)
    expect(merged.counts.rows).toBe(2100)
    expect(merged.features['age']).toMatchObject({ present: 2100, quantiles: { rows: 2100, least: 0, greatest: 89 } })
  })
})

const table = [
  ['guess', 'probability', 'outcome', 'region', 'age', 'plan', 'key'],
  ['yes', '0.9', 'yes', 'north', '33', 'gold', 'k1'],
  ['no', '0.2', '', 'south', '', 'silver', 'k2'],
  ['maybe', '0.4', 'no', 'west', '200', 'basic', 'k2'],
  ['no', '', 'no', '', 'old', 'basic', 'k4'],
] as const

const columns = { class: 'guess', score: 'probability', truth: 'outcome', id: 'key' }

async function recorded(file: string, mapping: object = columns): Promise<RecordedWindow> {
  const windows: RecordedWindow[] = []
  const store = async (window: RecordedWindow): Promise<void> => void windows.push(window)
  const recorder = openRecorder({ schema, window: { rows: 1000 }, store })
  const dataset = await openDataset({ path: file, required: [], numeric: [] }, { baseDirectory: folder })
  await recordBatches(recorder, dataset.batches(), mapping)
  await recorder.close()
  return windows[0]!
}

function expectTable({ counts, features, rejected, ids }: RecordedWindow): void {
  expect(counts).toMatchObject({ rows: 3, invalidScores: 1, labelled: 2, correct: 2, predicted: [2, 1] })
  expect(counts.attributes['region']!.map(({ rows }) => rows)).toEqual([1, 1, 1])
  expect(features['age']).toMatchObject({
    present: 2,
    missing: 1,
    typeErrors: 1,
    outOfRange: 0,
    quantiles: { levels: [[33]] },
  })
  expect(features['plan']).toMatchObject({ present: 3, outOfRange: 1, counts: [1, 1] })
  expect(rejected['unknown-class']).toBe(1)
  expect(ids.rows).toBe(3)
}

describe('predictions from a file', () => {
  it('are read from CSV', async () => {
    const file = join(folder, 'p.csv')
    writeFileSync(file, table.map(row => row.join(',')).join('\n'))
    expectTable(await recorded(file))
  })

  it('are read from JSON lines', async () => {
    const file = join(folder, 'p.jsonl')
    const [names, ...rows] = table
    const objects = rows.map(row =>
      Object.fromEntries(
        names.map((name, i) => [name, row[i] === '' ? null : /^[\d.]+$/.test(row[i]!) ? Number(row[i]) : row[i]]),
      ),
    )
    writeFileSync(file, objects.map(one => JSON.stringify(one)).join('\n'))
    expectTable(await recorded(file))
  })

  it('are refused when a named column is not there', async () => {
    const file = join(folder, 'p.csv')
    writeFileSync(file, table.map(row => row.join(',')).join('\n'))
    await expect(recorded(file, { class: 'gess' })).rejects.toMatchObject({ code: 'MONITOR-E325' })
  })
})
