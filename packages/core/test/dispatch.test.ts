import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  AttestryError,
  combineVotes,
  createDispatcher,
  definePlugin,
  type Dispatcher,
  type HookContext,
  type HookEntry,
  type Plugin,
  type PluginHooks,
  type RecordBatch,
  type Vote,
} from '../src/index.js'
import { batchOf } from './fakes.js'

const plugin = (name: string, hooks: PluginHooks): Plugin =>
  definePlugin(() => ({ name, version: '1.0.0', core: '^0.1.0', hooks }))()

const dispatch = (...plugins: Plugin[]): Dispatcher => createDispatcher(plugins, () => ({}) as HookContext)

const request = {} as never
const report = { step: 1 } as never
const votes = { permit: { decision: 'permit' }, abstain: { decision: 'abstain' } } as const
const deny = (note: string): Vote => ({ decision: 'deny', reasons: [{ code: 'X-E001', note, kind: 'refused' }] })

const voter = (name: string, deploy: HookEntry<'deploy'>): Plugin => plugin(name, { deploy })

describe('the deploy hook', () => {
  it('denies when one plugin denies, whatever the others say', async () => {
    const verdict = await dispatch(
      voter('a', () => votes.permit),
      voter('b', () => deny('no ticket')),
      voter('c', () => votes.permit),
    ).judge('deploy', request)
    expect(verdict).toEqual({
      decision: 'deny',
      reasons: [{ plugin: 'b', code: 'X-E001', note: 'no ticket', kind: 'refused' }],
    })
  })

  it('denies when every plugin abstains, and when there is none', async () => {
    const denied = { decision: 'deny', reasons: [{ code: 'CORE-E020', note: 'no plugin permitted', kind: 'refused' }] }
    expect(await dispatch(voter('a', () => votes.abstain)).judge('deploy', request)).toEqual(denied)
    expect(await dispatch().judge('deploy', request)).toEqual(denied)
  })

  it('counts a throw as a deny that names the plugin and quotes nothing', async () => {
    const verdict = await dispatch(
      voter('a', () => votes.permit),
      voter('b', () => {
        throw new TypeError('secret@example.org')
      }),
    ).judge('deploy', request)
    expect(verdict.decision).toBe('deny')
    expect(verdict.reasons[0]).toMatchObject({
      plugin: 'b',
      code: 'CORE-E012',
      note: "b failed in 'deploy' (TypeError)",
    })
  })

  it('keeps the code of a coded error', async () => {
    const coded = new AttestryError({ code: 'X-E009', message: 'no key', where: { control: 'X-1' } })
    const verdict = await dispatch(voter('a', async () => Promise.reject(coded))).judge('deploy', request)
    expect(verdict.reasons[0]).toMatchObject({ code: 'X-E009', control: 'X-1', note: 'no key' })
  })

  it('counts silence as a deny', async () => {
    const silent: HookEntry<'deploy'> = { handler: () => new Promise(() => undefined), timeoutMs: 20 }
    const verdict = await dispatch(
      voter('a', () => votes.permit),
      voter('b', silent),
    ).judge('deploy', request)
    expect(verdict.decision).toBe('deny')
    expect(verdict.reasons[0]).toMatchObject({ plugin: 'b', code: 'CORE-E013' })
  })

  it('counts an answer that is no vote, and a deny without reasons, as a deny', async () => {
    for (const answer of [undefined, 'permit', { decision: 'allow' }, { decision: 'deny', reasons: [] }]) {
      const verdict = await dispatch(
        voter('a', () => votes.permit),
        voter('b', () => answer as never),
      ).judge('deploy', request)
      expect(verdict.reasons[0]).toMatchObject({ plugin: 'b', code: 'CORE-E015' })
      expect(verdict.decision).toBe('deny')
    }
  })

  it('asks every plugin, also after a deny', async () => {
    const asked: string[] = []
    const ask = (name: string, vote: Vote) => voter(name, () => (asked.push(name), vote))
    await dispatch(ask('a', deny('x')), ask('b', votes.permit), ask('c', deny('y'))).judge('deploy', request)
    expect(asked).toEqual(['a', 'b', 'c'])
  })

  it('gives the same verdict for any order of plugins', () => {
    const vote = fc.oneof(
      fc.constant<Vote>(votes.permit),
      fc.constant<Vote>(votes.abstain),
      fc.string({ maxLength: 3 }).map(deny),
    )
    const ballots = fc.uniqueArray(fc.record({ plugin: fc.string({ maxLength: 3 }), vote }), {
      selector: ballot => ballot.plugin,
    })
    fc.assert(
      fc.property(
        ballots.chain(all => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([all, shuffled]) => {
          expect(combineVotes(shuffled)).toEqual(combineVotes(all))
          const isDenied = all.some(b => b.vote.decision === 'deny') || !all.some(b => b.vote.decision === 'permit')
          expect(combineVotes(all).decision).toBe(isDenied ? 'deny' : 'permit')
        },
      ),
    )
  })
})

describe('the preprocess hook', () => {
  it('pipes a batch through all plugins in order and tells what each did', async () => {
    const keep = (from: number) => (batch: RecordBatch) => ({ ...batch, rowIds: batch.rowIds.slice(from) })
    const seen: [string, number, number][] = []
    const out = await dispatch(plugin('b', { preprocess: keep(2) }), plugin('a', { preprocess: keep(1) })).pipe(
      'preprocess',
      batchOf([1, 2, 3, 4]),
      (name, before, after) => seen.push([name, before.rowIds.length, after.rowIds.length]),
    )
    expect(out.rowIds).toEqual(['feed:4'])
    expect(seen).toEqual([
      ['a', 4, 3],
      ['b', 3, 1],
    ])
  })

  it('stops at a failure, with plugin, hook and stage filled in', async () => {
    const failing = plugin('a', { preprocess: () => Promise.reject(new RangeError('x')) })
    await expect(dispatch(failing).pipe('preprocess', batchOf([1]))).rejects.toMatchObject({
      code: 'CORE-E012',
      where: { plugin: 'a', hook: 'preprocess', stage: 'preprocess' },
    })
  })
})

describe('the trainStep hook', () => {
  it('tells everybody and gives the first stop in order', async () => {
    const told: string[] = []
    const step = (name: string, stop: boolean) =>
      plugin(name, { trainStep: () => (told.push(name), stop ? { stop: true, reason: name } : undefined) })
    const stop = await dispatch(step('c', true), step('a', false), step('b', true)).tell('trainStep', report)
    expect(told).toEqual(['a', 'b', 'c'])
    expect(stop).toEqual({ stop: true, reason: 'b', plugin: 'b' })
  })
})

describe('collecting hooks', () => {
  it('concatenate the answers of all plugins in order', async () => {
    const assess = (name: string) => plugin(name, { evaluate: () => [{ metric: name, value: 1, n: 1 }] })
    const found = await dispatch(assess('b'), assess('a')).gather('evaluate', request)
    expect(found.map(({ plugin: from, answer }) => [from, answer.metric])).toEqual([
      ['a', 'a'],
      ['b', 'b'],
    ])
  })

  it('run monitors at the same time', async () => {
    let running = 0
    let most = 0
    const watch = (name: string) =>
      plugin(name, {
        monitor: async () => {
          most = Math.max(most, ++running)
          await new Promise(resolve => setTimeout(resolve, 10))
          running--
          return []
        },
      })
    await dispatch(watch('a'), watch('b'), watch('c')).gather('monitor', request)
    expect(most).toBe(3)
  })
})
