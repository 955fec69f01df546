import { describe, expect, it } from 'vitest'
import { createDetector } from '../src/index.js'
import { inScratch, scratchBytes, scratchFloats, scratchInts } from '../src/scratch.js'

const makers = { scratchInts, scratchBytes, scratchFloats }

describe.each(Object.entries(makers))('an array of %s', (_, make) => {
  it('is all zero, whatever stood there before, and has its length', () => {
    inScratch(() => make(40).fill(7))
    const again = inScratch(() => [...make(39)])
    expect(again).toEqual(Array.from({ length: 39 }, () => 0))
  })

  it('shares no place with another of the same work, nor with one of work inside of it', () => {
    inScratch(() => {
      const outer = make(10).fill(1)
      inScratch(() => make(10).fill(2))
      const next = make(10).fill(3)
      expect([...outer]).toEqual(Array.from({ length: 10 }, () => 1))
      expect([...next]).toEqual(Array.from({ length: 10 }, () => 3))
    })
  })

  it('is new where there is no room, and outside of such work', () => {
    expect(inScratch(() => make(10 ** 6)).length).toBe(10 ** 6)
    const kept = make(10).fill(1)
    expect(kept.buffer.byteLength).toBe(kept.byteLength)
    inScratch(() => make(10).fill(2))
    expect([...kept]).toEqual(Array.from({ length: 10 }, () => 1))
  })

  it('is given back by work that fails', () => {
    let failed: ArrayBufferLike | undefined
    expect(() =>
      inScratch(() => {
        failed = make(10).fill(5).buffer
        throw new Error('stop')
      }),
    ).toThrow('stop')
    const place = inScratch(() => make(10).byteOffset)
    expect(inScratch(() => make(10).byteOffset)).toBe(place)
    expect(inScratch(() => make(10).buffer)).toBe(failed)
  })
})

describe('a detector that is asked while it detects', () => {
  it('finds the same, and so does the other', () => {
    const other = createDetector()
    const text = 'Dr. Maria Quark of Quarkville, write to maria@example.org or call (310) 555-0123.'
    const expected = other.detect(text)
    const inner: unknown[] = []
    const asking = createDetector({
      recognizers: [
        {
          id: 'asking',
          type: 'ID',
          find(): [] {
            inner.push(other.detect(text))
            return []
          },
        },
      ],
    })
    expect(asking.detect(text)).toEqual(expected)
    expect(inner.length).toBeGreaterThan(0)
    for (const found of inner) expect(found).toEqual(expected)
  })
})
