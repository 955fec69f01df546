import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { gaussianNoise } from '@attestry/dp'
import { openNoiseRing, type NoiseRing } from '../src/noise-ring.js'
import { noiseSource } from '../src/noise-source.js'

const secret = new Uint8Array(32).fill(5)
const count = 9000
const steps = 16
const onDemand = gaussianNoise({ secret, stream: 'training noise' })
const expected = (step: number): Float32Array => onDemand.fill(new Float32Array(count), step)

describe('noise made ahead on threads', { timeout: 20_000 }, () => {
  const opened: Pick<NoiseRing, 'close'>[] = []
  afterEach(async () => {
    for (const ring of opened.splice(0)) await ring.close()
  })

  it.each([1, 2, 3])('is the noise made on demand, number for number, by %i', async workers => {
    const source = noiseSource({ secret, count, workers, steps })
    opened.push(source)
    expect(source.sampler).toContain(workers === 1 ? '1 thread' : `${workers} threads`)
    for (let step = 1; step <= steps; step++) expect(await source.next(step)).toEqual(expected(step))
  })

  it.each([1, 2, 3])('begins with the step at which a run goes on, by %i', async workers => {
    const source = noiseSource({ secret, count, workers, steps })
    opened.push(source)
    for (let step = 6; step <= steps; step++) expect(await source.next(step)).toEqual(expected(step))
  })

  it('waits for a slow reader instead of writing over what was not taken', async () => {
    const source = noiseSource({ secret, count, workers: 2, steps })
    opened.push(source)
    for (let step = 1; step <= 6; step++) {
      await pause(step === 2 ? 300 : 20)
      expect(await source.next(step)).toEqual(expected(step))
    }
  })

  it('is made on demand once the threads have failed', async () => {
    const ring = openNoiseRing({ stream: { secret: secret.subarray(1), stream: 'x' }, count, workers: 2, steps })
    opened.push(ring)
    const into = new Float32Array(count)
    expect(await ring.take(1, into)).toBe(false)
    expect(await ring.take(2, into)).toBe(false)
    expect(into.every(value => value === 0)).toBe(true)
  })

  it('uses no thread for short vectors, nor where there is none', async () => {
    for (const options of [
      { count: 100, workers: 3 },
      { count, workers: 0 },
    ]) {
      const source = noiseSource({ secret, steps, ...options })
      expect(source.sampler).not.toContain('thread')
      expect(await source.next(3)).toEqual(expected(3).subarray(0, options.count))
      await source.close()
    }
  })
})
