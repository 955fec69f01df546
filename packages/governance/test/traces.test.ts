import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findTraces, holdsTrace } from '../src/subject/traces.js'
import { folder } from './fixtures.js'

const name = 'zoë "the" quill'

describe('findTraces', () => {
  it.each([
    ['as it is', `x${name}y`],
    ['as JSON writes it', JSON.stringify({ name })],
    ['as JSON in ASCII writes it', '{"name": "zo\\u00eb \\"the\\" quill"}'],
  ])('finds letters %s', async (_, content) => {
    const below = folder()
    mkdirSync(join(below, 'a', 'b'), { recursive: true })
    writeFileSync(join(below, 'a', 'b', 'c.bin'), content)
    writeFileSync(join(below, 'a', 'other'), content.replace(/q/g, 'k'))
    expect(await findTraces(below, name)).toEqual({
      files: [{ file: 'a/b/c.bin', isName: false }],
      looked: 2,
      bytes: 2 * Buffer.byteLength(content),
    })
  })

  it('finds names of files and folders', async () => {
    const below = folder()
    mkdirSync(join(below, 'of adadada'))
    writeFileSync(join(below, 'of adadada', 'adadada.txt'), 'x')
    expect((await findTraces(below, 'adadada')).files).toEqual([
      { file: 'of adadada', isName: true },
      { file: 'of adadada/adadada.txt', isName: true },
    ])
  })

  it('follows no link', async () => {
    const [below, other] = [folder(), folder()]
    writeFileSync(join(other, 'x'), 'adadada')
    symlinkSync(other, join(below, 'link'))
    expect((await findTraces(below, 'adadada')).files).toEqual([])
  })

  it('finds letters wherever they lie, across the pieces in which a file is read', async () => {
    const path = join(folder(), 'big')
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: -10, max: 10 }), async shift => {
        const bytes = Buffer.alloc(2 * 1024 * 1024 + 100, 'a')
        bytes.write('adadada', 1024 * 1024 + shift)
        writeFileSync(path, bytes)
        expect(await holdsTrace(path, 'adadada')).toBe(true)
        expect(await holdsTrace(path, 'adadadada')).toBe(false)
      }),
      { numRuns: 12 },
    )
  })
})
