import { describe, expect, it } from 'vitest'
import {
  AttestryError,
  AuditLog,
  ConsentRegistry,
  definePlugin,
  filterRows,
  PiiScrubber,
  requireApprovals,
  sha256,
  type Control,
  type Plugin,
  type PredictionTable,
  type StepReport,
} from '@attestry/core'
import { MemoryConsent, runPlugin, service } from '../src/index.js'

const control: Control = {
  id: 'HOUSE-1',
  title: 'Opted-out people',
  citation: 'House rule 1',
  paraphrase: 'People who opted out stay out of training.',
  class: ['enforced'],
  hooks: ['preprocess'],
  evidence: ['opt-out'],
  maxAge: 'P1Y',
  source: 'own',
  checkedOn: '2026-11-23',
  verified: true,
}

/** Leaves opted-out people out, and says so in evidence unless `isSilent`. */
const optOut = definePlugin(
  ({ people, isSilent = false }: { people: readonly string[]; isSilent?: boolean }): Plugin => ({
    name: 'attestry-plugin-house',
    version: '1.0.0',
    core: '^0.1.0',
    controls: [control],
    hooks: {
      preprocess: async (batch, context) => {
        const kept = filterRows(batch, row => !people.includes(batch.subjects[row]!))
        const dropped = batch.rowIds.length - kept.rowIds.length
        if (!isSilent)
          await context.evidence({ type: 'opt-out', controls: ['HOUSE-1'], outcome: 'pass', facts: { dropped } })
        return kept
      },
    },
  }),
)

const bare = (hooks: Plugin['hooks'], rest: Partial<Plugin> = {}): Plugin => ({
  name: 'attestry-plugin-bare',
  version: '1.0.0',
  core: '^0.1.0',
  ...(hooks && { hooks }),
  ...rest,
})

describe('runPlugin', () => {
  it('keeps an opted-out person out of training', async () => {
    const run = await runPlugin(optOut({ people: ['sub_7'] }), { rows: [{ subject: 'sub_7' }, { subject: 'sub_8' }] })
    expect(run.rows).toEqual([{ subject: 'sub_8' }])
    expect(run.dropped).toEqual([{ plugin: 'attestry-plugin-house', control: 'HOUSE-1', count: 1 }])
  })

  it('shows rows that vanish without evidence', async () => {
    const run = await runPlugin(optOut({ people: ['sub_7'], isSilent: true }), { rows: [{ subject: 'sub_7' }] })
    expect(run.dropped).toEqual([{ plugin: 'attestry-plugin-house', control: null, count: 1 }])
  })

  it('tells how far the evidence supports each control', async () => {
    const [spoken] = (await runPlugin(optOut({ people: [] }), { rows: [] })).controls
    const [silent] = (await runPlugin(optOut({ people: [], isSilent: true }), { rows: [] })).controls
    expect([spoken?.state, silent?.state]).toEqual(['present', 'missing'])
  })

  it('refuses a service that the plugin did not declare', async () => {
    const plugin = bare({
      preprocess: (batch, context) => {
        context.get(AuditLog)
        return batch
      },
    })
    await expect(runPlugin(plugin)).rejects.toMatchObject({
      code: 'CORE-E010',
      where: { plugin: 'attestry-plugin-bare', hook: 'preprocess' },
    })
  })

  it('refuses a plugin whose needed service nobody provides', async () => {
    const plugin = bare({}, { requires: [ConsentRegistry] })
    await expect(runPlugin(plugin, { without: [ConsentRegistry] })).rejects.toMatchObject({ code: 'CORE-E004' })
  })

  it('puts a given service in the place of a fake', async () => {
    const seen: string[] = []
    const plugin = bare(
      {
        preprocess: (batch, context) => {
          seen.push(context.get(ConsentRegistry).state('sub_1', 'test'))
          return batch
        },
      },
      { requires: [ConsentRegistry] },
    )
    const given = new MemoryConsent([{ subject: 'sub_1', purpose: 'test', state: 'given' }])
    await runPlugin(plugin)
    await runPlugin(plugin, { services: [service(ConsentRegistry, given)] })
    expect(seen).toEqual(['unknown', 'given'])
  })

  it('lets a plugin provide a service itself', async () => {
    const own = { types: ['EMAIL'] } as unknown as PiiScrubber
    const seen: unknown[] = []
    const plugin = bare(
      {
        preprocess: (batch, context) => {
          seen.push(context.get(PiiScrubber))
          return batch
        },
      },
      { requires: [PiiScrubber], provides: [service(PiiScrubber, own)] },
    )
    await runPlugin(plugin)
    expect(seen).toEqual([own])
  })

  it('turns a throw in deploy into a deny with its code', async () => {
    const plugin = bare({
      deploy: () => {
        throw new AttestryError({ code: 'HOUSE-E001', message: 'closed on Fridays', help: 'come back on Monday' })
      },
    })
    const { verdict } = await runPlugin(plugin)
    expect(verdict).toMatchObject({ decision: 'deny', reasons: [{ code: 'HOUSE-E001', kind: 'refused' }] })
  })

  it('has no verdict without a deploy hook', async () => {
    expect((await runPlugin(bare({}))).verdict).toBeNull()
  })

  it('asks about the purpose, author and ticket of the config, and about the rows it was given', async () => {
    const seen: unknown[] = []
    const plugin = bare({
      deploy: ({ purpose, author, changeTicket, datasetDigest }, context) => {
        seen.push(purpose, author, changeTicket, datasetDigest === context.datasetDigest)
        return { decision: 'abstain' }
      },
    })
    const config = { purpose: 'chat', author: 'ada', deployment: { changeTicket: 'CHG-1' } }
    await runPlugin(plugin, { rows: [{ text: 'a' }], config })
    expect(seen).toEqual(['chat', 'ada', 'CHG-1', true])
  })

  it('stops telling steps once the plugin stops training', async () => {
    const told: number[] = []
    const plugin = bare({
      trainStep: ({ step }) => {
        told.push(step)
        return step === 2 ? { stop: true, reason: 'enough' } : undefined
      },
    })
    const steps = [1, 2, 3].map(step => ({ step, steps: 3 }) as StepReport)
    const { stopped } = await runPlugin(plugin, { steps })
    expect(stopped).toMatchObject({ step: 2, reason: 'enough' })
    expect(told).toEqual([1, 2])
  })

  it('hands windows to monitor and gives its alerts', async () => {
    const table = { rowIds: [] } as unknown as PredictionTable
    const plugin = bare({
      monitor: ({ number }) => [{ metric: 'drift', value: number, threshold: 0, severity: 'warning', note: 'moved' }],
    })
    const window = (number: number) => ({
      number,
      modelDigest: sha256('m'),
      predictions: table,
      reference: table,
      positiveClass: 1,
    })
    const { alerts } = await runPlugin(plugin, { windows: [window(4), window(5)] })
    expect(alerts.map(({ value }) => value)).toEqual([4, 5])
  })

  it('accepts every kind of obligation, since the mechanisms are not here to answer', async () => {
    const plugin = bare({}, { obligations: [requireApprovals(2, 'HOUSE-1')] })
    await expect(runPlugin(plugin)).resolves.toMatchObject({ verdict: null })
  })
})
