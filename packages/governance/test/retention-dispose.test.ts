import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { canonicalJson, sha256, type JsonValue } from '@attestry/core'
import { describe, expect, it } from 'vitest'
import {
  disposalReceipts,
  disposeDue,
  openRetention,
  placeHold,
  recordTrigger,
  releaseHold,
  retentionItems,
  scanOverdue,
} from '../src/index.js'
import { clockAt, folder, statement, storeOf } from './fixtures.js'
import { disposalAt, MemoryLog, policyOf, put, rule, runId, shards, workspaceWithRun } from './retention-fixtures.js'

const trainingData = policyOf(rule('training-data', null, 'P30D'))
const after = '2026-03-15T00:00:00Z'
const trigger = (workspace: string, dataClass = 'training-data', at = '2026-01-31') =>
  recordTrigger(workspace, { dataClass, object: `runs/${runId}`, event: 'end of training', at }, clockAt(after))
const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'nothing was thrown',
    (failure: { code?: string; message: string }) => failure.code ?? failure.message,
  )
const stateOf = async (workspace: string, object: string, now = after, policy: object | undefined = undefined) =>
  (await retentionItems({ workspace, clock: clockAt(now), ...(policy && { policy: policy as never }) })).find(
    item => item.object === object,
  )

describe('what a workspace keeps', () => {
  it('is listed with class, period and state, by the policy that its run was made under', async () => {
    const workspace = workspaceWithRun(trainingData)
    await trigger(workspace)
    const items = await retentionItems({ workspace, clock: clockAt('2026-02-10T00:00:00Z') })
    expect(
      items.map(({ object, dataClass }) => [object.split('/').slice(2).join('/').slice(0, 12), dataClass]),
    ).toEqual([
      [`data/${shards.map(({ digest }) => digest.slice(7, 14)).sort()[0]}`, 'training-data'],
      [`data/${shards.map(({ digest }) => digest.slice(7, 14)).sort()[1]}`, 'training-data'],
      ['log', 'audit-log'],
      ['model/weight', 'model'],
      ['report/repor', 'documentation'],
    ])
    expect(items.find(({ object }) => object === shards[0]!.object)).toEqual({
      dataClass: 'training-data',
      object: shards[0]!.object,
      isFolder: false,
      run: runId,
      min: null,
      max: 'P30D',
      state: 'disposable',
      keepUntil: null,
      disposeBy: '2026-03-02',
      heldBy: [],
      triggeredAt: '2026-01-31T00:00:00.000Z',
    })
  })

  it('goes by the policy in force where that has a rule for the class', async () => {
    const workspace = workspaceWithRun(trainingData)
    await trigger(workspace)
    expect(await stateOf(workspace, shards[0]!.object)).toMatchObject({ state: 'overdue' })
    const longer = policyOf(rule('training-data', 'P1Y', 'P2Y'))
    expect(await stateOf(workspace, shards[0]!.object, after, longer)).toMatchObject({ state: 'keep', max: 'P2Y' })
  })

  it('has no trigger until one is recorded, or its run is known to have ended; the newest record counts', async () => {
    const workspace = workspaceWithRun(trainingData)
    expect(await stateOf(workspace, shards[0]!.object)).toMatchObject({ state: 'no-trigger', triggeredAt: null })
    const [ended] = await retentionItems({
      workspace,
      clock: clockAt(after),
      runEnded: async () => '2026-02-01T10:00:00Z',
    })
    expect(ended).toMatchObject({ state: 'overdue', triggeredAt: '2026-02-01T10:00:00.000Z' })
    await trigger(workspace)
    await trigger(workspace, 'training-data', '2026-03-01')
    expect(await stateOf(workspace, shards[0]!.object)).toMatchObject({ state: 'disposable', disposeBy: '2026-03-31' })
  })

  it('is in conflict while demands disagree and nobody has resolved it', async () => {
    const conflict = { id: 'retain:training-data', kind: 'retain', demands: [], resolution: null }
    const workspace = workspaceWithRun({ ...trainingData, conflicts: [conflict] })
    await trigger(workspace)
    expect(await stateOf(workspace, shards[0]!.object)).toMatchObject({ state: 'conflict', disposeBy: null })
    const context = disposalAt(workspace, '2030-01-01T00:00:00Z')
    expect((await disposeDue(context)).receipts).toEqual([])
    expect(existsSync(join(workspace, shards[0]!.object))).toBe(true)
  })

  it('does not follow links', async () => {
    const workspace = workspaceWithRun(trainingData)
    const outside = folder()
    put(outside, 'secret.shard', 'secret')
    symlinkSync(join(outside, 'secret.shard'), join(workspace, `runs/${runId}/data/link.shard`))
    await trigger(workspace)
    await disposeDue(disposalAt(workspace, after))
    expect(existsSync(join(outside, 'secret.shard'))).toBe(true)
    expect(await disposalReceipts(workspace)).toHaveLength(2)
  })
})

describe('a trigger', () => {
  it.each([
    [{ at: 'soon' }],
    [{ at: '2026-03-16' }],
    [{ object: '../other' }],
    [{ object: '/etc' }],
    [{ object: '' }],
    [{ dataClass: ' ' }],
  ])('is refused with %j', async more => {
    const given = { dataClass: 'training-data', object: `runs/${runId}`, event: 'end', at: '2026-01-31', ...more }
    expect(await codeOf(recordTrigger(folder(), given, clockAt(after)))).toBe('GOV-E203')
  })

  it('is in a file whose lines hold together: a line taken out or changed is found', async () => {
    const workspace = workspaceWithRun()
    for (const at of ['2026-01-01', '2026-01-02', '2026-01-03']) await trigger(workspace, 'model', at)
    const path = join(workspace, 'retention/facts.jsonl')
    const lines = readFileSync(path, 'utf8').split('\n')
    const spoil = async (text: string): Promise<string> => {
      writeFileSync(path, text)
      return codeOf(retentionItems({ workspace, clock: clockAt(after) }))
    }
    expect(await spoil([lines[0], lines[2], ''].join('\n'))).toBe('GOV-E201')
    expect(await spoil(lines.join('\n').replace('2026-01-02', '2025-01-02'))).toBe('GOV-E201')
    expect(await spoil('{}\n')).toBe('GOV-E201')
    // Cut off by a crash, before anybody was told.
    expect(await spoil(`${lines[0]}\n${lines[1]!.slice(0, 20)}`)).toBe('nothing was thrown')
    await trigger(workspace, 'model', '2026-02-02')
    expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(3)
  })
})

describe('disposal', () => {
  it('removes what is due, with a receipt for each object and an intent and an outcome in the log', async () => {
    const workspace = workspaceWithRun(trainingData)
    await trigger(workspace)
    const context = disposalAt(workspace, after)
    const seen: number[] = []
    const report = await disposeDue({ ...context, onProgress: ({ done, total }) => seen.push(done / total) })
    expect(seen).toEqual([0.5, 1])
    const sorted = [...shards].sort((a, b) => (a.object < b.object ? -1 : 1))
    expect(report.receipts).toEqual(
      sorted.map(({ object, digest }) => ({
        object,
        digest,
        dataClass: 'training-data',
        method: 'removed',
        at: '2026-03-15T00:00:00.000Z',
      })),
    )
    expect(report.kept).toMatchObject({ 'no-trigger': 3, overdue: 0 })
    for (const { object } of shards) expect(existsSync(join(workspace, object))).toBe(false)
    expect(context.log.events.map(({ type, phase, result }) => [type, phase, result])).toEqual([
      ['attestry.retention.disposed', 'intent', undefined],
      ['attestry.retention.disposed', 'outcome', 'ok'],
      ['attestry.retention.disposed', 'intent', undefined],
      ['attestry.retention.disposed', 'outcome', 'ok'],
    ])
    expect(context.log.events[1]).toMatchObject({ ref: context.log.events[0]!.id, run: 'workspace', actor: 'dana' })
    expect(context.written[0]).toEqual({
      run: runId,
      draft: {
        type: 'evidence',
        subjects: [{ name: sorted[0]!.object.slice(`runs/${runId}/`.length), digest: sorted[0]!.digest }],
        predicate: expect.objectContaining({
          type: 'disposal-receipt',
          facts: expect.objectContaining({
            digest: sorted[0]!.digest,
            method: 'removed',
            sizeBytes: 10 + (sorted[0]!.content === 'second rows' ? 1 : 0),
          }),
        }),
      },
    })
    expect(await disposalReceipts(workspace)).toEqual(report.receipts)
  })

  it('does nothing the second time', async () => {
    const workspace = workspaceWithRun(trainingData)
    await trigger(workspace)
    await disposeDue(disposalAt(workspace, after))
    const again = disposalAt(workspace, after)
    expect((await disposeDue(again)).receipts).toEqual([])
    expect(again.log.events).toEqual([])
  })

  it('leaves a class without a maximum, and everything within its minimum', async () => {
    const workspace = workspaceWithRun(
      policyOf(rule('training-data', 'P1Y', null), rule('model', 'P6M', 'P1Y'), rule('documentation', null, null)),
    )
    for (const dataClass of ['training-data', 'model', 'documentation']) await trigger(workspace, dataClass)
    const { receipts, kept } = await disposeDue(disposalAt(workspace, '2026-05-01T00:00:00Z'))
    expect(receipts).toEqual([])
    expect(kept).toMatchObject({ keep: 3, disposable: 1, 'no-trigger': 1 })
  })

  it('removes a log only as a whole and only after a minimum that somebody set', async () => {
    const log = `runs/${runId}/log`
    const bare = workspaceWithRun(policyOf(rule('audit-log', null, 'P1M', 'event')))
    await trigger(bare, 'audit-log')
    expect((await disposeDue(disposalAt(bare, '2030-01-01T00:00:00Z'))).receipts).toEqual([])
    expect(existsSync(join(bare, log))).toBe(true)

    const workspace = workspaceWithRun(policyOf(rule('audit-log', 'P1Y', 'P2Y', 'event')))
    await trigger(workspace, 'audit-log')
    expect((await disposeDue(disposalAt(workspace, '2027-01-30T00:00:00Z'))).receipts).toEqual([])
    const { receipts } = await disposeDue(disposalAt(workspace, '2027-01-31T00:00:00Z'))
    expect(receipts).toEqual([expect.objectContaining({ object: log, dataClass: 'audit-log' })])
    expect(existsSync(join(workspace, log))).toBe(false)
    expect(existsSync(join(workspace, 'retention/trash'))).toBe(false)
  })

  it('does not happen when the log does not take the intent', async () => {
    const workspace = workspaceWithRun(trainingData)
    await trigger(workspace)
    const context = disposalAt(workspace, after)
    context.log.before = () => {
      throw new Error('disk full')
    }
    expect(await codeOf(disposeDue(context))).toBe('disk full')
    for (const { object } of shards) expect(existsSync(join(workspace, object))).toBe(true)
  })

  it('stops when it is told to, and says what is left', async () => {
    const workspace = workspaceWithRun(trainingData)
    await trigger(workspace)
    const stop = new AbortController()
    const context = disposalAt(workspace, after, { signal: stop.signal, onProgress: () => stop.abort() })
    expect(await disposeDue(context)).toMatchObject({ receipts: [{}], left: 1 })
  })

  // Every step of a disposal of two shards and a model fails once: what comes after finishes it, and nothing is done twice.
  it('is finished after a crash at any step, with one receipt per object', async () => {
    const policy = policyOf(rule('training-data', null, 'P30D'), rule('model', null, 'P30D'))
    let crashes = 0
    for (let failing = 1; ; failing++) {
      const workspace = workspaceWithRun(policy)
      await trigger(workspace)
      await trigger(workspace, 'model')
      const log = new MemoryLog()
      let step = 0
      const crash = (): void => {
        if (++step === failing) throw new Error('crash')
      }
      const receipts = new Map<string, string>()
      const writeReceipt = async (
        _: string | null,
        draft: { predicate: { [key: string]: unknown } },
      ): Promise<void> => {
        crash()
        receipts.set(String((draft.predicate.facts as { object: string }).object), canonicalJson(draft.predicate))
        crash()
      }
      log.before = crash
      const first = await codeOf(disposeDue(disposalAt(workspace, after, { log, writeReceipt })))
      log.before = () => undefined
      const tooMany = failing
      failing = -1
      await disposeDue(disposalAt(workspace, '2026-03-16T00:00:00Z', { log, writeReceipt }))
      failing = tooMany
      const objects = [...shards.map(({ object }) => object), `runs/${runId}/model/weights.bin`].sort()
      expect([...receipts.keys()].sort()).toEqual(objects)
      expect((await disposalReceipts(workspace)).map(({ object }) => object).sort()).toEqual(objects)
      for (const object of objects) expect(existsSync(join(workspace, object))).toBe(false)
      const intents = log.events.filter(({ phase }) => phase === 'intent')
      const outcomes = new Set(log.events.flatMap(({ ref }) => ref ?? []))
      for (const { id } of intents) expect(outcomes).toContain(id)
      if (first === 'nothing was thrown') break
      crashes++
    }
    expect(crashes).toBe(3 * 4)
  })

  it('looks at what it had begun by the rules of today: a hold that came after the crash keeps it', async () => {
    const workspace = workspaceWithRun(trainingData)
    await trigger(workspace)
    const context = disposalAt(workspace, after)
    await disposeDue(context)
    // As after a crash between the announcement and the deletion.
    for (const { object, content } of shards) put(workspace, object, content)
    const path = join(workspace, 'retention/facts.jsonl')
    const lines = readFileSync(path, 'utf8').split('\n')
    writeFileSync(path, `${lines.slice(0, 2).join('\n')}\n`)
    await placeHold(context, { id: 'LH-1', dataClass: '*', reason: 'case 7' })
    const { receipts, kept } = await disposeDue(disposalAt(workspace, after))
    expect(receipts).toEqual([])
    expect(kept.held).toBeGreaterThanOrEqual(2)
    for (const { object } of shards) expect(existsSync(join(workspace, object))).toBe(true)
  })
})

describe('a hold', () => {
  const released = (signer: string, more: { [key: string]: JsonValue } = {}, keyId?: string, roles = ['legal']) => ({
    ...statement(
      'attestation',
      signer,
      {
        kind: 'hold-release',
        hold: 'LH-1',
        title: 'case 7 is closed',
        role: 'legal',
        attestedAt: '2026-03-14T00:00:00Z',
        expires: '2026-06-01',
        ...more,
      },
      keyId,
    ),
    roles,
  })
  const context = (workspace: string, now = after) => disposalAt(workspace, now)
  const held = async (): Promise<string> => {
    const workspace = workspaceWithRun(trainingData)
    await trigger(workspace)
    await placeHold(context(workspace, '2026-03-01T00:00:00Z'), {
      id: 'LH-1',
      dataClass: 'training-data',
      reason: 'case 7',
    })
    return workspace
  }

  it('keeps everything of its class, whatever the maximum says, until two people signed its release', async () => {
    const workspace = await held()
    expect(await stateOf(workspace, shards[0]!.object)).toMatchObject({ state: 'held', heldBy: ['LH-1'] })
    expect((await disposeDue(context(workspace))).receipts).toEqual([])
    const at = context(workspace)
    await releaseHold(at, 'LH-1', storeOf([released('dana'), released('emil')]))
    expect(at.log.events).toEqual([
      expect.objectContaining({ type: 'attestry.retention.hold-released', actor: 'dana', result: 'ok' }),
    ])
    expect(await stateOf(workspace, shards[0]!.object)).toMatchObject({
      state: 'disposable',
      disposeBy: '2026-03-15',
    })
    expect((await disposeDue(context(workspace))).receipts).toHaveLength(2)
  })

  it.each([
    ['one person', [released('dana')], 1],
    ['one person twice', [released('dana'), released('dana')], 1],
    ['one person under two names with one key', [released('dana', {}, 'k'), released('emil', {}, 'k')], 1],
    ['somebody without a role that may', [released('dana'), released('emil', {}, undefined, ['operator'])], 1],
    ['signatures about another hold', [released('dana', { hold: 'LH-2' }), released('emil', { hold: 'LH-2' })], 0],
    [
      'signatures from before it was placed',
      [released('dana', { attestedAt: '2026-02-01' }), released('emil', { attestedAt: '2026-02-01' })],
      0,
    ],
    ['signatures that have expired', [released('dana', { expires: '2026-03-15' }), released('emil')], 1],
  ])('is not released by %s', async (_, statements, counted) => {
    const workspace = await held()
    const failure: { code: string; message: string } = await releaseHold(
      context(workspace),
      'LH-1',
      storeOf(statements),
    ).then(
      () => ({ code: '', message: '' }),
      error => error as { code: string; message: string },
    )
    expect(failure.code).toBe('GOV-E205')
    expect(failure.message).toContain(`${counted} of 2`)
    expect(await stateOf(workspace, shards[0]!.object)).toMatchObject({ state: 'held' })
  })

  it('has an id that is never used again, and is released once', async () => {
    const workspace = await held()
    const again = { id: 'LH-1', dataClass: '*', reason: '' }
    const both = storeOf([released('dana'), released('emil')])
    expect(await codeOf(placeHold(context(workspace), again))).toBe('GOV-E204')
    await releaseHold(context(workspace), 'LH-1', both)
    expect(await codeOf(placeHold(context(workspace), again))).toBe('GOV-E204')
    expect(await codeOf(releaseHold(context(workspace), 'LH-1', both))).toBe('GOV-E205')
    expect(await codeOf(releaseHold(context(workspace), 'LH-9', both))).toBe('GOV-E205')
    expect(await codeOf(placeHold(context(workspace), { ...again, id: ' ' }))).toBe('GOV-E204')
  })

  it('that a plugin demands keeps its class until two people release it', async () => {
    const holds = [
      { value: { dataClass: 'training-data', id: 'LH-1' }, sources: [{ plugin: 'p', control: 'SOX-802' }] },
    ]
    const policy = { ...trainingData, holds }
    const workspace = workspaceWithRun(policy)
    await trigger(workspace)
    expect(await stateOf(workspace, shards[0]!.object)).toMatchObject({ state: 'held', heldBy: ['LH-1'] })
    await releaseHold(context(workspace), 'LH-1', storeOf([released('dana'), released('emil')]), policy)
    expect(await stateOf(workspace, shards[0]!.object)).toMatchObject({ state: 'disposable', heldBy: [] })
  })
})

describe('a scan for copies', () => {
  const elsewhere = (): string => {
    const outside = folder()
    put(outside, 'backup/old.shard', shards[0]!.content)
    put(outside, 'backup/same size', 'x'.repeat(shards[0]!.content.length))
    put(outside, 'other', 'of another size')
    put(outside, 'empty', '')
    symlinkSync(join(outside, 'backup/old.shard'), join(outside, 'link'))
    return outside
  }

  it('finds by content what was disposed of, under any name, and reads only files of such a size', async () => {
    const workspace = workspaceWithRun(trainingData)
    await trigger(workspace)
    await disposeDue(disposalAt(workspace, after))
    const outside = elsewhere()
    const progress: number[] = []
    const scan = await scanOverdue({ workspace, clock: clockAt(after) }, [outside], {
      onProgress: ({ files }) => progress.push(files),
    })
    expect(scan).toEqual({
      copies: [
        {
          path: join(outside, 'backup/old.shard'),
          digest: shards[0]!.digest,
          object: shards[0]!.object,
          dataClass: 'training-data',
          why: 'disposed',
        },
      ],
      files: 4,
      hashed: 2,
      bytes: 20,
      skipped: 1,
      unreadable: { count: 0, paths: [] },
      isComplete: true,
    })
    expect(progress).toEqual([1, 2, 3, 4])
  })

  it('finds copies of what is overdue, which is no copy of itself', async () => {
    const workspace = workspaceWithRun(trainingData)
    await trigger(workspace)
    put(workspace, 'notes/copy.txt', shards[1]!.content)
    const { copies } = await scanOverdue({ workspace, clock: clockAt(after) }, [workspace])
    expect(copies).toEqual([expect.objectContaining({ path: join(workspace, 'notes/copy.txt'), why: 'overdue' })])
  })

  it('finds nothing when nothing is due, and says so after looking', async () => {
    const workspace = workspaceWithRun(trainingData)
    const scan = await scanOverdue({ workspace, clock: clockAt(after) }, [elsewhere()])
    expect(scan).toMatchObject({ copies: [], files: 4, hashed: 0, isComplete: true })
  })

  it('refuses a folder that is not there, and is not complete when it was stopped', async () => {
    const workspace = workspaceWithRun(trainingData)
    const view = { workspace, clock: clockAt(after) }
    expect(await codeOf(scanOverdue(view, [join(workspace, 'none')]))).toBe('GOV-E207')
    const stop = new AbortController()
    const scan = await scanOverdue(view, [elsewhere()], { signal: stop.signal, onProgress: () => stop.abort() })
    expect(scan).toMatchObject({ files: 1, isComplete: false })
  })
})

describe('the service Retention', () => {
  it('gives items and receipts in the form of the contract', async () => {
    const workspace = workspaceWithRun(trainingData)
    await trigger(workspace)
    const service = openRetention({ workspace, clock: clockAt(after) })
    expect(Object.keys((await service.items())[0]!).sort()).toEqual(
      ['dataClass', 'disposeBy', 'heldBy', 'keepUntil', 'max', 'min', 'object', 'state'].sort(),
    )
    await disposeDue(disposalAt(workspace, after))
    expect((await service.receipts()).map(({ digest }) => digest).sort()).toEqual(
      shards.map(({ digest }) => digest).sort(),
    )
    expect((await service.receipts())[0]!.digest).not.toBe(sha256(''))
  })
})
