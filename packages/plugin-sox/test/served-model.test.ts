import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  digestOf,
  sha256,
  StatementStore,
  type Digest,
  type PredictionTable,
  type PredictionWindow,
} from '@attestry/core'
import { MemoryStatements, runPlugin, service, type PluginRun } from '@attestry/plugin-kit'
import { sox } from '../src/index.js'
import { servedModelIsApproved } from '../src/served-model.js'
import { state } from './ready-run.js'

const files = { 'weights.safetensors': 'weights', 'model.json': '{}' }
const list = Object.entries(files).map(([name, content]) => ({ name, digest: sha256(content) }))
const approved = digestOf(list)
const none: PredictionTable = {
  rowIds: [],
  classes: ['no', 'yes'],
  labels: new Int32Array(),
  predicted: new Int32Array(),
  probabilities: new Float32Array(),
  groups: {},
}
const window = (number: number, modelDigest: Digest): PredictionWindow => ({
  number,
  modelDigest,
  predictions: none,
  reference: none,
  positiveClass: 1,
})

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sox-'))
  mkdirSync(join(directory, 'model'))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, 'model', name), content)
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

interface Served {
  readonly deployed?: readonly Digest[]
  /** The run whose deployment it was; this one unless given. */
  readonly ofRun?: string
  readonly recorded?: readonly unknown[]
  readonly answering?: Digest
  readonly windows?: number
}

function watch({ deployed = [approved], ofRun, recorded = list, answering = approved, windows = 1 }: Served) {
  const statements = new MemoryStatements()
  void statements.write({
    type: 'evidence',
    subjects: [],
    predicate: { type: 'model-digest', facts: { files: recorded } },
  })
  const plugin = sox({})
  return runPlugin(
    {
      ...plugin,
      hooks: {
        // The run's id is known once it has begun: its deployment is signed at the first window.
        monitor: (input, context) => {
          if (input.number === 0)
            deployed.forEach((digest, second) => {
              const deployedAt = `2026-11-23T00:00:0${second}.000Z`
              const predicate = { run: ofRun ?? context.run.runId, deployedAt }
              void statements.write({ type: 'deployment', subjects: [{ name: 'model', digest }], predicate })
            })
          return servedModelIsApproved(input, context)
        },
      },
    },
    {
      directory,
      services: [service(StatementStore, statements)],
      windows: Array.from({ length: windows }, (_, number) => window(number, answering)),
    },
  )
}

const notes = ({ alerts }: PluginRun) => alerts.map(({ note, severity, control }) => `${severity} ${control} ${note}`)

describe('what answers is what was approved (ITGC-CM-4)', () => {
  it('records once that it is', async () => {
    const done = await watch({ windows: 3 })
    expect(notes(done)).toEqual([])
    expect(done.evidence).toMatchObject([{ type: 'served-model', outcome: 'pass', facts: { approved, changed: [] } }])
    expect(state(done, 'ITGC-CM-4')).toBe('present')
  })

  it.each<[string, Served, string]>([
    [
      'another model answers',
      { answering: sha256('other') },
      'the model that answers is not the one that was approved',
    ],
    [
      'a later deployment put another in its place',
      { deployed: [approved, sha256('next')] },
      'the model that answers is not the one that was approved',
    ],
    ['nothing was deployed', { deployed: [] }, 'no signed deployment names a model'],
    ['only another run was deployed', { ofRun: 'another' }, 'no signed deployment names a model'],
    [
      'no record names the files',
      { recorded: [] },
      'files of the model are not as approved: no record of training names them',
    ],
  ])('raises a critical alert when %s', async (_, served, note) => {
    const done = await watch(served)
    expect(notes(done)).toContain(`critical ITGC-CM-4 ${note}`)
    expect(state(done, 'ITGC-CM-4')).toBe('failed')
  })

  it.each([
    ['changed', () => writeFileSync(join(directory, 'model', 'weights.safetensors'), 'weightz')],
    ['removed', () => rmSync(join(directory, 'model', 'weights.safetensors'))],
  ])('raises one when a file was %s on disk', async (_, tamper) => {
    tamper()
    const done = await watch({})
    expect(notes(done)).toEqual(['critical ITGC-CM-4 files of the model are not as approved: weights.safetensors'])
    expect(state(done, 'ITGC-CM-4')).toBe('failed')
  })

  it('sees a file that changes between two windows', async () => {
    const done = await watch({ windows: 1 })
    expect(done.alerts).toEqual([])
    writeFileSync(join(directory, 'model', 'model.json'), '[]')
    expect(notes(await watch({ windows: 2 }))).toHaveLength(2)
  })
})
