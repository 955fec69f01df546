import { firstValueFrom, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { createBus, systemClock, type RecordedEvent } from '../src/index.js'
import { MemoryLog } from './fakes.js'

const open = () => {
  const log = new MemoryLog()
  return { log, bus: createBus(log, '01RUN', 'ada', systemClock) }
}

describe('the bus', () => {
  it('has the intent in the log before the action runs, and the outcome after it', async () => {
    const { log, bus } = open()
    const seen: string[] = []
    await bus.act('attestry.deploy.requested', {}, async () => {
      seen.push(...log.types())
      return { value: 1, type: 'attestry.deploy.permitted' }
    })
    expect(seen).toEqual(['deploy.requested:intent'])
    expect(log.types()).toEqual(['deploy.requested:intent', 'deploy.permitted:outcome'])
    expect(log.events[1]!.ref).toBe(log.events[0]!.id)
  })

  it('does not act when the intent cannot be written', async () => {
    const { log, bus } = open()
    log.failAt = 0
    let acted = false
    const action = async () => ((acted = true), { value: 1 })
    await expect(bus.act('attestry.deploy.requested', {}, action)).rejects.toThrow('disk full')
    expect(acted).toBe(false)
  })

  it('records a failed action as failed and throws it on', async () => {
    const { log, bus } = open()
    const failing = bus.act('attestry.deploy.requested', {}, () => Promise.reject(new Error('boom')))
    await expect(failing).rejects.toThrow('boom')
    expect(log.events[1]).toMatchObject({ phase: 'outcome', result: 'failed', payload: { code: 'CORE-E014' } })
  })

  it('shows followers durable events only, each once and in order, however slow they are', async () => {
    const { log, bus } = open()
    await bus.note('attestry.run.started')
    const all = firstValueFrom(bus.follow().pipe(toArray()))
    const late = firstValueFrom(bus.follow(3).pipe(toArray()))
    for (let i = 0; i < 50; i++) await bus.note('attestry.train.step-finished', { payload: i })
    bus.close()
    const index = (events: RecordedEvent[]) => events.map(event => event.index)
    expect(index(await all)).toEqual(Array.from({ length: 51 }, (_, i) => i))
    expect(index(await late)).toEqual(Array.from({ length: 48 }, (_, i) => i + 3))
    expect(log.events).toHaveLength(51)
  })

  it('stops telling a follower that left', async () => {
    const { bus } = open()
    const seen: number[] = []
    const subscription = bus.follow().subscribe(({ index }) => seen.push(index))
    await bus.note('attestry.run.started')
    await new Promise(resolve => setImmediate(resolve))
    subscription.unsubscribe()
    await bus.note('attestry.run.finished')
    await new Promise(resolve => setImmediate(resolve))
    expect(seen).toEqual([0])
  })
})
