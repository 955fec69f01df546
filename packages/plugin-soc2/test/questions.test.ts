import { describe, expect, it } from 'vitest'
import { Approvals, connectTo, definePlugin, retain, sha256, type Plugin } from '@attestry/core'
import { digestOfRows, runPlugin, service } from '@attestry/plugin-kit'
import { soc2, unexplainedRows } from '../src/index.js'
import { codes, factsOf, inputOf, modelFiles, options, rows, run, state, type Case } from './ready-run.js'

/** Each planted violation, and what is open because of it. Without the violation the same run is permitted. */
const violations: readonly (readonly [string, Case, readonly string[]])[] = [
  ['no change ticket', { config: { author: 'ada' } }, ['SOC2-E001 refused SOC2-CC8.1']],
  ['an empty change ticket', { deploy: { changeTicket: ' ' } }, ['SOC2-E001 refused SOC2-CC8.1']],
  ['no assessment', { deploy: { assessments: [] } }, ['SOC2-E002 refused SOC2-CC8.1']],
  [
    'assessments without a value',
    { deploy: { assessments: [{ metric: 'accuracy', value: null, n: 2 }] } },
    ['SOC2-E002 refused SOC2-CC8.1'],
  ],
  ['no approval', { approvals: [] }, ['SOC2-E003 pending SOC2-CC8.1']],
  ["the author's own approval", { approvals: [{ signer: 'ada' }] }, ['SOC2-E003 pending SOC2-CC8.1']],
  [
    'an approval of other digests',
    { approvals: [{ signer: 'bob', digests: { model: sha256('x') } }] },
    ['SOC2-E003 pending SOC2-CC8.1'],
  ],
  ['fewer approvals than asked', { options: { approvals: 2 } }, ['SOC2-E003 pending SOC2-CC8.1']],
  ['no change impact', { attestations: [] }, ['SOC2-E004 pending SOC2-CC3.4']],
  ['a change impact for everything', { attestations: [{ kind: 'change-impact' }] }, ['SOC2-E004 pending SOC2-CC3.4']],
  [
    'a change impact of other data',
    { attestations: [{ kind: 'change-impact', dataset: sha256('old data') }] },
    ['SOC2-E004 pending SOC2-CC3.4'],
  ],
  [
    'a change impact that ran out',
    { attestations: [{ kind: 'change-impact', dataset: digestOfRows(rows), expires: '2026-01-01' }] },
    ['SOC2-E004 pending SOC2-CC3.4'],
  ],
  [
    'a pickled file',
    { files: { ...modelFiles, 'weights.pkl': Buffer.from([0x80, 4]) } },
    ['SOC2-E005 refused SOC2-CC6.8'],
  ],
  [
    'a pickle that calls itself safetensors',
    { files: { ...modelFiles, 'weights.safetensors': Buffer.from('\u0080\u0004cos\nsystem\n', 'latin1') } },
    ['SOC2-E005 refused SOC2-CC6.8'],
  ],
  [
    'an archive that calls itself ONNX',
    { files: { ...modelFiles, 'inference.onnx': Buffer.from('PK\u0003\u0004') } },
    ['SOC2-E005 refused SOC2-CC6.8'],
  ],
  [
    'a script in a folder of its own',
    { files: { ...modelFiles, 'code/load.py': Buffer.from('import os') } },
    ['SOC2-E005 refused SOC2-CC6.8'],
  ],
  [
    'a script that calls itself JSON',
    { files: { ...modelFiles, 'model.json': Buffer.from('import os') } },
    ['SOC2-E005 refused SOC2-CC6.8'],
  ],
  [
    'a changed file',
    { recorded: modelFiles, files: { ...modelFiles, 'model.json': Buffer.from('{"classes":[]}') } },
    ['SOC2-E006 refused SOC2-CC7.1'],
  ],
  [
    'an added file',
    { recorded: modelFiles, files: { ...modelFiles, 'more.json': Buffer.from('{}') } },
    ['SOC2-E006 refused SOC2-CC7.1'],
  ],
  ['files that are gone', { recorded: modelFiles, files: {} }, ['SOC2-E006 refused SOC2-CC7.1']],
  ['no record of training', { deploy: { modelDigest: sha256('another') } }, ['SOC2-E006 refused SOC2-CC7.1']],
  ['no schedule and no window', { checks: null }, ['SOC2-E007 pending SOC2-CC7.2']],
  ['an empty schedule', { checks: [] }, ['SOC2-E007 pending SOC2-CC7.2']],
  ['a check that failed', { checks: [{ name: 'daily', lastOutcome: 'failed' }] }, ['SOC2-E008 pending SOC2-CC7.2']],
  ['no intake', { intake: null }, ['SOC2-E009 refused SOC2-PI1.1']],
  ['an intake without counts', { intake: { rowsRead: 12 } }, ['SOC2-E009 refused SOC2-PI1.1']],
  [
    'an intake whose counts are text',
    { intake: { rowsRead: '12', rowsUsed: '12', quarantined: 0, byPlugin: [] } },
    ['SOC2-E009 refused SOC2-PI1.1'],
  ],
  [
    'rows that nothing explains',
    { intake: { rowsRead: 12, rowsUsed: 8, quarantined: 1, byPlugin: [] } },
    ['SOC2-E010 refused SOC2-PI1.1'],
  ],
  [
    'rows that are counted twice',
    { intake: { rowsRead: 12, rowsUsed: 12, quarantined: 1, byPlugin: [] } },
    ['SOC2-E010 refused SOC2-PI1.1'],
  ],
  [
    'a model classed lower than its data',
    { options: { classification: { data: 'restricted', model: 'internal' } } },
    ['SOC2-E011 refused SOC2-C1.1'],
  ],
  [
    'a host that nobody approved',
    { config: { author: 'ada', deployment: { changeTicket: 'C' }, network: { allow: ['files.example'] } } },
    ['SOC2-E013 refused SOC2-CC6.7'],
  ],
  [
    'an open network',
    { config: { author: 'ada', deployment: { changeTicket: 'C' }, network: { localOnly: false } } },
    ['SOC2-E014 refused SOC2-CC6.7'],
  ],
]

describe('the questions of deployment', () => {
  it.each(violations)('%s: denied for that and nothing else', async (_, given, open) => {
    const done = await run(given)
    expect(done.verdict?.decision).toBe('deny')
    expect(codes(done)).toEqual(open)
  })

  it.each([
    ['SOC2-CC8.1', 'change-control'],
    ['SOC2-CC6.8', 'model-files'],
    ['SOC2-CC7.1', 'model-files'],
    ['SOC2-CC7.2', 'monitoring-in-force'],
    ['SOC2-C1.1', 'classification'],
    ['SOC2-CC6.7', 'approved-destinations'],
    ['SOC2-PI1.1', 'control-totals'],
    ['SOC2-C1.2', 'disposal-period'],
    ['SOC2-CC3.4', 'change-impact'],
  ])('records for %s that %s passed', async (control, type) => {
    const { evidence } = await run()
    expect(evidence.find(one => one.type === type)).toMatchObject({ outcome: 'pass' })
    expect(evidence.find(one => one.type === type)?.controls).toContain(control)
  })

  it('shows what was refused as failed, and what waits for a person as missing', async () => {
    const unsafe = await run({ files: { 'weights.pkl': Buffer.from('x') } })
    expect(state(unsafe, 'SOC2-CC6.8')).toBe('failed')
    const unwatched = await run({ checks: null })
    expect(state(unwatched, 'SOC2-CC7.2')).toBe('missing')
    expect(state(await run(), 'SOC2-CC7.2')).toBe('present')
  })

  it('takes a window of the config for monitoring', async () => {
    const config = { author: 'ada', deployment: { changeTicket: 'C' }, monitoring: { source: 'served.csv' } }
    expect((await run({ checks: null, config })).verdict?.decision).toBe('permit')
  })

  it('lets the run reach what was approved', async () => {
    const config = { author: 'ada', deployment: { changeTicket: 'C' }, network: { allow: ['files.example'] } }
    expect((await run({ config, options: { destinations: ['files.example'] } })).verdict?.decision).toBe('permit')
  })

  it('sees a host that another plugin needs', async () => {
    const plugin = soc2(options)
    const needy: Plugin = { ...plugin, obligations: [...plugin.obligations!, connectTo('gpu.example', 'SOC2-CC6.7')] }
    expect(codes(await runPlugin(needy, await inputOf()))).toEqual(['SOC2-E013 refused SOC2-CC6.7'])
  })

  it('counts approvals again, so that a service that is wrong lets nobody approve alone', async () => {
    const approval = (signer: string, keyId: string) => ({
      signer,
      keyId,
      roles: [],
      statement: sha256(signer + keyId),
    })
    const careless = (...approvals: ReturnType<typeof approval>[]): Approvals => ({
      valid: async () => ({ approvals, void: [] }),
    })
    const judged = async (approvals: Approvals): Promise<readonly string[]> => {
      const input = await inputOf()
      const services = input.services!.filter(({ token }) => token !== Approvals)
      return codes(
        await runPlugin(soc2({ ...options, approvals: 2 }), {
          ...input,
          services: [...services, service(Approvals, approvals)],
        }),
      )
    }
    const [ada, bob, cyd] = [approval('ada', '1'), approval('bob', '2'), approval('cyd', '3')]
    expect(await judged(careless(bob, cyd))).toEqual([])
    expect(await judged(careless(ada, bob))).toEqual(['SOC2-E003 pending SOC2-CC8.1'])
    expect(await judged(careless(bob, approval('bob', '4')))).toEqual(['SOC2-E003 pending SOC2-CC8.1'])
    expect(await judged(careless(bob, approval('dan', '2')))).toEqual(['SOC2-E003 pending SOC2-CC8.1'])
  })

  it('names files and never shows their content', async () => {
    const done = await run({ files: { ...modelFiles, 'x.pkl': Buffer.from('Ada Lovelace') } })
    expect(factsOf(done, 'model-files')).toMatchObject({ unsafe: ['x.pkl'] })
    expect(JSON.stringify(done.evidence)).not.toContain('Lovelace')
  })
})

describe('disposal', () => {
  const { disposeAfter: _, ...unlimited } = options
  it('is needed for confidential data and for data about people, from whichever plugin', async () => {
    const judged = async (
      given: Parameters<typeof soc2>[0],
      more: Plugin['obligations'] = [],
    ): Promise<readonly string[]> => {
      const plugin = soc2(given)
      return codes(await runPlugin({ ...plugin, obligations: [...plugin.obligations!, ...more] }, await inputOf()))
    }
    expect(await judged(unlimited)).toEqual(['SOC2-E012 refused SOC2-C1.2'])
    expect(await judged({ classification: { data: 'internal' } })).toEqual([])
    expect(await judged({ classification: { data: 'internal' }, privacy: { consent: 'implicit' } })).toEqual([
      'SOC2-E012 refused SOC2-C1.2',
    ])
    const other = retain({ dataClass: 'training-data', max: 'P1Y', trigger: 'end of training' }, 'SOC2-P4.2')
    expect(await judged(unlimited, [other])).toEqual([])
    const keeper = retain({ dataClass: 'training-data', min: 'P1Y', trigger: 'end of training' }, 'SOC2-P4.2')
    expect(await judged(unlimited, [keeper])).toEqual(['SOC2-E012 refused SOC2-C1.2'])
  })

  it('meets a duty to keep longer as a conflict', async () => {
    const { combinePolicy } = await import('@attestry/core')
    const keeper = definePlugin(() => ({
      name: 'keeper',
      version: '1.0.0',
      core: '^0.1.0',
      obligations: [retain({ dataClass: 'training-data', min: 'P7Y', trigger: 'end of training' }, 'KEEP-1')],
    }))
    const orders = [combinePolicy([soc2(options), keeper()]), combinePolicy([keeper(), soc2(options)])]
    expect(orders[0]?.conflicts).toMatchObject([{ id: 'retain:training-data' }])
    expect(orders[0]).toEqual(orders[1])
  })
})

describe('operation over a period', () => {
  it('shows every missed run as a gap, and stops nothing for it', async () => {
    const missed = ['2026-11-20T00:00:00.000Z', '2026-11-21T00:00:00.000Z']
    const done = await run({ checks: [{ name: 'daily-bias', missed }] })
    expect(done.verdict?.decision).toBe('permit')
    expect(factsOf(done, 'operation-gaps')).toMatchObject({ gaps: missed.map(due => ({ check: 'daily-bias', due })) })
    expect(state(done, 'SOC2-CC4.1')).toBe('failed')
  })

  it('records that there were none, and nothing at all without schedules', async () => {
    expect((await run()).evidence.find(({ type }) => type === 'operation-gaps')).toMatchObject({
      outcome: 'pass',
      facts: { gaps: [] },
    })
    expect(factsOf(await run({ checks: null }), 'operation-gaps')).toBeUndefined()
  })
})

describe('unexplainedRows', () => {
  const byPlugin = [
    { plugin: 'a', dropped: 2 },
    { plugin: 'b', dropped: 3 },
  ]
  it.each([
    [10, 4, 1, 0],
    [11, 4, 1, 1],
    [9, 4, 1, -1],
  ])('of %i read, %i used and %i quarantined are %i', (rowsRead, rowsUsed, quarantined, expected) => {
    expect(unexplainedRows({ rowsRead, rowsUsed, quarantined, byPlugin })).toBe(expected)
  })
})
