import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readLines } from '../src/lines.js'
import { chunksOf } from './fixtures.js'

async function lines(content: string | Uint8Array, sizes: readonly number[], max = 1_000): Promise<unknown[]> {
  const found: unknown[] = []
  for await (const some of readLines(chunksOf(Buffer.from(content), sizes), max))
    for (const { number, bytes } of some) found.push([number, bytes && bytes.toString('latin1')])
  return found
}

describe('lines', () => {
  it('are numbered from 1, with and without a last line feed', async () => {
    expect(await lines('a\n\nb', [100])).toEqual([
      [1, 'a'],
      [2, ''],
      [3, 'b'],
    ])
    expect(await lines('a\n', [100])).toEqual([[1, 'a']])
  })

  it('leave out a byte order mark at the start only', async () => {
    expect(await lines('\ufeffa\n\ufeffb', [1])).toEqual([
      [1, 'a'],
      [2, '\u00ef\u00bb\u00bfb'],
    ])
  })

  it('give a line over the limit as null and go on after it', async () => {
    expect(await lines('aaaa\nbbb\n', [2], 3)).toEqual([
      [1, null],
      [2, 'bbb'],
    ])
    expect(await lines('\ufeffaaa\naaaa', [1], 3)).toEqual([
      [1, 'aaa'],
      [2, null],
    ])
    expect(await lines('aaaa', [1], 3)).toEqual([[1, null]])
  })

  it('do not depend on how the bytes are cut into chunks', async () => {
    const bytes = fc.uint8Array({ maxLength: 200 }).map(some => some.map(byte => (byte % 5 === 0 ? 10 : byte)))
    await fc.assert(
      fc.asyncProperty(bytes, fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), async (content, sizes) => {
        expect(await lines(content, sizes, 6)).toEqual(await lines(content, [1_000], 6))
      }),
    )
  })
})
