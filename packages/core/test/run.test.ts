import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  AuditLog,
  conflictDigest,
  connectTo,
  definePlugin,
  EgressGuard,
  foldRun,
  hold,
  honourErasure,
  localOnly,
  resumeRun,
  retain,
  sha256,
  startRun,
  type Assessment,
  type Plugin,
  type RunOptions,
} from '../src/index.js'
import { batchOf, config, fakeMechanisms, newDisk, permitting } from './fakes.js'

let workspace: string
beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'attestry-core-'))
})
afterEach(() => rm(workspace, { recursive: true, force: true }))

const options = (plugins: readonly Plugin[], more: Partial<RunOptions> = {}): RunOptions => ({
  config,
  plugins,
  baseDirectory: workspace,
  workspace,
  ...more,
})

const plugin = (name: string, more: Partial<Plugin>): Plugin =>
  definePlugin(() => ({ name, version: '1.0.0', core: '^0.1.0', ...more }))()

describe('a run', () => {
  it('enters the five stages in order and finishes on a permit', async () => {
    const disk = newDisk()
    const record = await startRun(options([fakeMechanisms(disk), permitting]))
    expect(record.status).toBe('finished')
    expect(Object.keys(record.stages)).toEqual(['preprocess', 'train', 'evaluate', 'deploy', 'monitor'])
    const started = disk.log.events.filter(({ type }) => type === 'attestry.stage.started').map(({ stage }) => stage)
    expect(started).toEqual(['preprocess', 'train', 'evaluate', 'deploy', 'monitor'])
    expect(disk.log.types().at(-1)).toBe('run.finished')
  })

  it('is folded from its log into the very record that it returned', async () => {
    const disk = newDisk()
    const record = await startRun(options([fakeMechanisms(disk), permitting]))
    const folded = await foldRun(disk.log.read())
    expect(folded?.record).toEqual(record)
    expect(folded?.open).toEqual([])
  })

  it('counts quarantined rows among the rows read', async () => {
    const record = await startRun(options([fakeMechanisms(newDisk()), permitting]))
    expect(record.stages.preprocess).toMatchObject({ rowsRead: 93, rowsUsed: 92, quarantined: { count: 1 } })
  })

  it('is denied when no plugin permits', async () => {
    const record = await startRun(options([fakeMechanisms(newDisk())]))
    expect(record.status).toBe('vetoed')
    expect(record.stages.deploy?.verdict.reasons.map(({ code }) => code)).toEqual(['CORE-E020'])
  })

  it('waits when every denial can still be met by people, and asks again when it is resumed', async () => {
    const disk = newDisk()
    let isApproved = false
    const gate = plugin('gate', {
      hooks: {
        deploy: () =>
          isApproved
            ? { decision: 'permit' }
            : { decision: 'deny', reasons: [{ code: 'X-E001', note: '0 of 1 approvals', kind: 'pending' }] },
      },
    })
    const first = await startRun(options([fakeMechanisms(disk), gate]))
    expect(first.status).toBe('waiting')
    const written = disk.written
    isApproved = true
    const second = await resumeRun(first.id, options([fakeMechanisms(disk), gate]))
    expect(second.status).toBe('finished')
    expect(second.resumedAt).toHaveLength(1)
    expect(disk.written).toBe(written)
    const training = disk.log.events.filter(({ type, stage }) => type === 'attestry.stage.started' && stage === 'train')
    expect(training).toHaveLength(1)
  })

  it('is vetoed as soon as one denial cannot be met by people', async () => {
    const gate = plugin('gate', {
      hooks: {
        deploy: () => ({
          decision: 'deny',
          reasons: [
            { code: 'X-E001', note: '0 of 1 approvals', kind: 'pending' },
            { code: 'X-E002', note: 'no change ticket', kind: 'refused' },
          ],
        }),
      },
    })
    expect((await startRun(options([fakeMechanisms(newDisk()), gate]))).status).toBe('vetoed')
  })

  it('names in the log what people signed meanwhile, once', async () => {
    const disk = newDisk()
    const gate = plugin('gate', {
      hooks: { deploy: () => ({ decision: 'deny', reasons: [{ code: 'X-E001', note: 'wait', kind: 'pending' }] }) },
    })
    const { id } = await startRun(options([fakeMechanisms(disk), gate]))
    const approval = {
      type: 'approval' as const,
      subjects: [],
      predicate: {},
      digest: sha256('approval'),
      signer: 'dana',
      keyId: 'd',
      roles: [],
      file: 'evidence/a.json',
    }
    disk.statements.push(approval)
    await resumeRun(id, options([fakeMechanisms(disk), gate]))
    await resumeRun(id, options([fakeMechanisms(disk), gate]))
    const named = disk.log.events.filter(({ objects }) => objects?.includes(approval.digest))
    expect(named.map(({ type }) => type)).toEqual(['attestry.evidence.recorded'])
  })

  it('gives evidence that names no control to every control that asks for its type', async () => {
    const disk = newDisk()
    const control = { id: 'X-7', evidence: ['data-intake'] } as never
    await startRun(options([fakeMechanisms(disk), permitting, plugin('law', { controls: [control] })]))
    const intake = disk.statements.find(({ predicate }) => predicate.type === 'data-intake')
    expect(intake?.predicate.controls).toEqual(['X-7'])
  })

  it('denies a metric over its limit and one that nobody assessed', async () => {
    const gap = (value: number | null): Assessment => ({ metric: 'gap', value, n: 10, attribute: 'sex' })
    for (const [answers, note] of [
      [[gap(0.3)], 'gap over sex 0.3 > limit 0.1'],
      [[gap(null)], 'gap over sex was not assessed, limit 0.1'],
      [[], 'gap was not assessed, limit 0.1'],
      [[gap(NaN)], 'gap over sex was not assessed, limit 0.1'],
    ] as const) {
      const assessor = plugin('assessor', { hooks: { evaluate: () => answers } })
      const record = await startRun(
        options([fakeMechanisms(newDisk()), permitting, assessor], {
          config: { ...config, evaluation: { testFraction: 0.3, limits: { gap: 0.1 } } },
        }),
      )
      expect(record.status).toBe('vetoed')
      expect(record.reason?.message).toBe(note)
    }
  })

  it('stops training after the step that a plugin answered with a stop', async () => {
    const disk = newDisk()
    const stopper = plugin('stopper', {
      hooks: { trainStep: ({ step }) => (step === 2 ? { stop: true, reason: 'enough', control: 'X-1' } : undefined) },
    })
    const record = await startRun(options([fakeMechanisms(disk, { steps: 9 }), permitting, stopper]))
    expect(record.stages.train).toMatchObject({ stepsRun: 2, stopped: { plugin: 'stopper', reason: 'enough' } })
  })

  it('refuses weights from exact counts where the plan keeps privacy, before anything is charged', async () => {
    const disk = newDisk()
    const privacy = {
      ...{ epsilon: 3, delta: 1e-5, noiseMultiplier: 1, clippingNorm: 1, accountant: 'pld', unit: 'record' as const },
      ...{ sampler: 'poisson' as const, samplingProbability: 0.1 },
    }
    const reweighed = {
      ...(config as object),
      training: { ...(config as { training: object }).training, reweigh: 'label' },
    }
    const run = startRun(options([fakeMechanisms(disk, { privacy }), permitting], { config: reweighed }))
    await expect(run).rejects.toMatchObject({ code: 'CORE-E050' })
    expect(disk.log.types()).not.toContain('attestry.privacy.spent')
  })

  it('releases every service that was made, also when the run fails', async () => {
    const released: string[] = []
    await expect(startRun(options([fakeMechanisms(newDisk(), { crashAtStep: 1, released })]))).rejects.toThrow()
    expect(released).toEqual(['StatementStore', 'AuditLog'])
  })

  it('gives a failure without code the code CORE-E014, records it, and keeps the cause', async () => {
    const disk = newDisk()
    await expect(startRun(options([fakeMechanisms(disk, { crashAtStep: 2 })]))).rejects.toMatchObject({
      code: 'CORE-E014',
      cause: { message: 'killed' },
    })
    expect(disk.log.events.at(-1)).toMatchObject({
      type: 'attestry.run.finished',
      payload: { status: 'failed', reason: { code: 'CORE-E014' } },
    })
  })

  it('stops between two steps on request, and can be resumed', async () => {
    const disk = newDisk()
    const stop = new AbortController()
    const watcher = plugin('watcher', { hooks: { trainStep: ({ step }) => void (step === 2 && stop.abort()) } })
    const stopped = startRun(options([fakeMechanisms(disk), permitting, watcher], { signal: stop.signal }))
    await expect(stopped).rejects.toMatchObject({ code: 'CORE-E016' })
    const record = await resumeRun(disk.log.events[0]!.run, options([fakeMechanisms(disk), permitting, watcher]))
    expect(record.status).toBe('finished')
  })

  it('goes on after a failure without doing finished stages and batches again', async () => {
    const disk = newDisk()
    const failed = startRun(options([fakeMechanisms(disk, { crashAtStep: 2 }), permitting]))
    await expect(failed).rejects.toThrow()
    const id = disk.log.events[0]!.run
    const written = disk.written
    const record = await resumeRun(id, options([fakeMechanisms(disk), permitting]))
    expect(record.status).toBe('finished')
    expect(disk.written).toBe(written)
    expect(record.steps.map(({ step }) => step)).toEqual([1, 2, 3])
  })

  it('reuses the batches that were finished before a crash in the middle of preprocessing', async () => {
    const disk = newDisk()
    const many = Array.from({ length: 4 }, (_, i) => batchOf([1, -1, 2, -2, 3, -3, 4, -4, 5, -5], i * 10))
    let seen = 0
    const fragile = (crash: boolean): Plugin =>
      plugin('fragile', {
        hooks: {
          preprocess: batch => {
            if (crash && seen === 2) throw new Error('killed')
            seen++
            return batch
          },
        },
      })
    await expect(startRun(options([fakeMechanisms(disk, { batches: many }), fragile(true)]))).rejects.toThrow()
    expect(seen).toBe(2)
    const plugins = [fakeMechanisms(disk, { batches: many }), fragile(false), permitting]
    await resumeRun(disk.log.events[0]!.run, options(plugins))
    expect(seen).toBe(4)
  })

  it('reports an intent without outcome as unknown when it is resumed', async () => {
    const disk = newDisk()
    const gate = plugin('gate', {
      hooks: { deploy: () => ({ decision: 'deny', reasons: [{ code: 'X-E001', note: 'wait', kind: 'pending' }] }) },
    })
    const { id } = await startRun(options([fakeMechanisms(disk), gate]))
    const { payload: _, ...template } = disk.log.events.find(({ type }) => type === 'attestry.deploy.requested')!
    disk.log.events.push({ ...template, id: '01LOST', phase: 'intent' })
    await resumeRun(id, options([fakeMechanisms(disk), gate]))
    expect(disk.log.events.find(({ type }) => type === 'attestry.intent.reconciled')).toMatchObject({
      result: 'unknown',
      payload: { intent: '01LOST', type: 'attestry.deploy.requested' },
    })
  })

  it('is not entered again once it has finished', async () => {
    const disk = newDisk()
    const { id } = await startRun(options([fakeMechanisms(disk), permitting]))
    await expect(resumeRun(id, options([fakeMechanisms(disk), permitting]))).rejects.toMatchObject({
      code: 'CORE-E023',
    })
  })

  it('refuses to resume under other demands', async () => {
    const disk = newDisk()
    const { id } = await startRun(options([fakeMechanisms(disk)]))
    const stricter = plugin('stricter', {
      obligations: [{ kind: 'require-approvals', count: 5, control: 'X-1' }],
    })
    await expect(resumeRun(id, options([fakeMechanisms(disk), stricter]))).rejects.toMatchObject({ code: 'CORE-E021' })
  })

  it('names the run that is not there', async () => {
    await expect(resumeRun('01NONE', options([fakeMechanisms(newDisk())]))).rejects.toMatchObject({ code: 'CORE-E022' })
  })

  it('does nothing after an append that failed', async () => {
    for (let failAt = 0; failAt < 12; failAt++) {
      const disk = newDisk()
      disk.log.failAt = failAt
      const before = { written: disk.written, events: failAt }
      await expect(startRun(options([fakeMechanisms(disk), permitting]))).rejects.toThrow()
      expect(disk.log.events).toHaveLength(before.events)
      const intents = disk.log.events.filter(
        ({ type, phase }) => type === 'attestry.preprocess.shard-written' && phase === 'intent',
      )
      if (intents.length === 0) expect(disk.written).toBe(0)
    }
  })

  it('leaves no folder of a run whose log could not be opened', async () => {
    const broken = definePlugin(() => ({
      ...fakeMechanisms(newDisk()),
      provides: fakeMechanisms(newDisk()).provides!.map(provider =>
        provider.token === AuditLog
          ? {
              ...provider,
              factory: () => {
                throw new Error('no key')
              },
            }
          : provider,
      ),
    }))()
    await expect(startRun(options([broken]))).rejects.toThrow('no key')
    expect(await readdir(join(workspace, 'runs'))).toEqual([])
  })

  it('stores the columns that the config declares, whatever else plugins saw', async () => {
    const disk = newDisk()
    const batch = batchOf([1, -1, 2, -2, 3, -3, 4, -4, 5, -5].concat(Array(30).fill(1), Array(30).fill(-1)))
    const diary = { kind: 'text' as const, values: batch.rowIds.map(() => 'dear diary') }
    const wide = { ...batch, columns: { ...batch.columns, diary } }
    await startRun(options([fakeMechanisms(disk, { batches: [wide] }), permitting]))
    for (const shard of disk.shards.values()) expect(Object.keys(shard.columns).sort()).toEqual(['label', 'x'])
  })

  it('refuses useless data: nothing left, one class, an undeclared class', async () => {
    const dropAll = plugin('drop-all', {
      hooks: { preprocess: b => ({ ...b, rowIds: [], subjects: [], columns: emptied(b) }) },
    })
    const run = (batches: readonly ReturnType<typeof batchOf>[], more: readonly Plugin[] = []) =>
      startRun(options([fakeMechanisms(newDisk(), { batches }), ...more]))
    await expect(run([batchOf([1, -1])], [dropAll])).rejects.toMatchObject({ code: 'CORE-E045' })
    await expect(run([batchOf(Array(50).fill(1))])).rejects.toMatchObject({ code: 'CORE-E046' })
    const odd = batchOf([1, -1, 1])
    const withOdd = {
      ...odd,
      columns: { ...odd.columns, label: { kind: 'text' as const, values: ['yes', 'maybe', 'no'] } },
    }
    await expect(run([withOdd])).rejects.toMatchObject({
      code: 'CORE-E044',
      message: expect.not.stringContaining('maybe'),
    })
  })

  it('writes what was asked and what was in force beside the log, with the digests that the log names', async () => {
    const disk = newDisk()
    const { id, configDigest, policyDigest } = await startRun(options([fakeMechanisms(disk), permitting]))
    const read = (name: string) => readFile(join(workspace, 'runs', id, name))
    expect(sha256(await read('config.json'))).toBe(configDigest)
    expect(sha256(await read('policy.json'))).toBe(policyDigest)
    expect(disk.log.events[0]!.objects).toEqual([configDigest, policyDigest])
  })
})

const emptied = (batch: ReturnType<typeof batchOf>) => ({
  x: { kind: 'number' as const, values: new Float64Array() },
  label: { ...batch.columns.label!, kind: 'text' as const, values: [] },
})

describe('obligations that disagree', () => {
  const long = plugin('long', {
    obligations: [retain({ dataClass: 'training-data', min: 'P7Y', trigger: 'end' }, 'LONG-1')],
  })
  const short = plugin('short', {
    obligations: [retain({ dataClass: 'training-data', max: 'P2Y', trigger: 'end' }, 'SHORT-1')],
  })

  it('stop the run before any data is read, naming both controls', async () => {
    const disk = newDisk()
    const record = await startRun(options([fakeMechanisms(disk), long, short]))
    expect(record.status).toBe('waiting')
    expect(record.reason?.message).toBe(
      'obligations disagree on retain:training-data (LONG-1: at least P7Y from end; SHORT-1: at most P2Y from end)',
    )
    expect(disk.log.types()).not.toContain('stage.started')
    expect(disk.written).toBe(0)
  })

  it('go on with a resolution signed over exactly these demands by someone else than the author', async () => {
    const disk = newDisk()
    const { id, policy } = await startRun(options([fakeMechanisms(disk), permitting, long, short]))
    const resolution = (signer: string, digest = conflictDigest(policy.conflicts[0]!), expires = '2999-01-01') => ({
      type: 'resolution' as const,
      subjects: [{ name: 'conflict', digest }],
      predicate: {
        conflict: 'retain:training-data',
        legalBasis: 'law',
        scope: 'all',
        decision: { keep: 'P7Y' },
        expires,
      },
      digest: sha256(signer + expires),
      signer,
      keyId: signer,
      roles: [],
      file: 'evidence/r.json',
    })
    const again = () => resumeRun(id, options([fakeMechanisms(disk), permitting, long, short]))
    disk.statements.push(
      resolution('ada'),
      resolution('dana', sha256('another conflict')),
      resolution('dana', undefined, '2001-01-01'),
    )
    expect((await again()).status).toBe('waiting')
    const incomplete = (change: object) => ({
      ...resolution('dana'),
      predicate: { ...resolution('dana').predicate, ...change },
      digest: sha256(JSON.stringify(change)),
    })
    for (const change of [
      { decision: { keep: '7 years' } },
      { decision: undefined },
      { decision: { connect: 'allow' } },
      { legalBasis: '' },
      { expires: 'never' },
      { conflict: 'retain:logs' },
    ])
      disk.statements.push(incomplete(change))
    expect((await again()).status).toBe('waiting')
    disk.statements.push(resolution('dana'))
    const record = await again()
    expect(record.status).toBe('finished')
    expect(record.policy.conflicts[0]!.resolution).toMatchObject({ signer: 'dana', decision: { keep: 'P7Y' } })
    expect(record.policy.retention[0]!.value).toMatchObject({ min: 'P7Y', max: 'P7Y' })
  })
})

describe('local processing', () => {
  const local = plugin('local', { obligations: [localOnly('LOCAL-1')] })
  const remote = plugin('remote', { obligations: [connectTo('engine.example', 'REMOTE-1')] })

  it('closes the ways out unless the config says otherwise, and releases them whatever happens', async () => {
    const told: string[] = []
    const record = await startRun(options([fakeMechanisms(newDisk(), { egress: told }), permitting]))
    expect(record.status).toBe('finished')
    expect(told).toEqual(['close ', 'release'])
    await startRun(options([fakeMechanisms(newDisk(), { egress: told, crashAtStep: 1 })])).catch(() => undefined)
    expect(told).toEqual(['close ', 'release', 'close ', 'release'])
    const open = { ...config, network: { localOnly: false } }
    await startRun({ ...options([fakeMechanisms(newDisk(), { egress: told }), permitting]), config: open })
    expect(told).toHaveLength(4)
  })

  it('leaves evidence of what was allowed and refused', async () => {
    const disk = newDisk()
    const open = { ...config, network: { allow: ['mail.example:587'] } }
    await startRun({ ...options([fakeMechanisms(disk), permitting]), config: open })
    const found = disk.statements.find(({ predicate }) => predicate.type === 'local-processing')
    expect(found?.predicate.facts).toEqual({
      allowed: ['mail.example:587'],
      refusals: 1,
      refused: [{ host: 'elsewhere.example', way: 'net' }],
    })
    expect(disk.log.types()).toContain('network.refused')
  })

  it('is refused when nothing can keep it, and the run is recorded as failed', async () => {
    const disk = newDisk()
    const mechanisms = fakeMechanisms(disk)
    const without = { ...mechanisms, provides: mechanisms.provides!.filter(({ token }) => token !== EgressGuard) }
    await expect(startRun(options([without, permitting]))).rejects.toMatchObject({ code: 'CORE-E049' })
    expect(disk.log.types().at(-1)).toBe('run.finished')
    expect(disk.written).toBe(0)
  })

  it('stops a run whose engine is elsewhere, until a person allows or refuses it', async () => {
    for (const [connect, closed] of [
      ['allow', 'close engine.example'],
      ['refuse', 'close '],
    ] as const) {
      const disk = newDisk()
      const told: string[] = []
      const plugins = [fakeMechanisms(disk, { egress: told }), permitting, local, remote]
      const { id, status, policy, reason } = await startRun(options(plugins))
      expect(status).toBe('waiting')
      expect(reason?.message).toContain('connect:engine.example (LOCAL-1: no connection but to this machine; REMOTE-1')
      expect(told).toEqual([])
      disk.statements.push({
        type: 'resolution',
        subjects: [{ name: 'conflict', digest: conflictDigest(policy.conflicts[0]!) }],
        predicate: {
          conflict: 'connect:engine.example',
          legalBasis: 'contract 7',
          scope: 'all',
          decision: { connect },
          expires: '2999-01-01',
        },
        digest: sha256(connect),
        signer: 'dana',
        keyId: 'dana',
        roles: [],
        file: 'evidence/r.json',
      })
      expect((await resumeRun(id, options(plugins))).status).toBe('finished')
      expect(told).toEqual([closed, 'release'])
    }
  })
})

describe('erasure against a hold', () => {
  it('stops the run before any data is read, naming both sides', async () => {
    const disk = newDisk()
    const erasing = plugin('erasing', { obligations: [honourErasure('training-data', 'ERASE-1')] })
    const other = plugin('other', { obligations: [hold('contracts', 'H-0', 'HOLD-0')] })
    const holding = plugin('holding', { obligations: [hold('training-data', 'H-1', 'HOLD-1')] })
    expect((await startRun(options([fakeMechanisms(newDisk()), permitting, erasing, other]))).status).toBe('finished')
    const record = await startRun(options([fakeMechanisms(disk), permitting, erasing, holding]))
    expect(record.reason?.message).toBe(
      'obligations disagree on erase:training-data (ERASE-1: training-data of a person is erased on request; HOLD-1: nothing of training-data is destroyed (hold H-1))',
    )
    expect(disk.written).toBe(0)
  })
})
