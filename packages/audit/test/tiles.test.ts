import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  consistencyProof,
  createTileTree,
  decodeBundle,
  encodeBundle,
  leafHash,
  merkleRoot,
  openCheckpoint,
  parseTilePath,
  parseVkey,
  tilePath,
  verifyConsistency,
  type Hash,
} from '../src/index.js'
import { sharedFolder } from './shared.js'

const shared = sharedFolder()
const skip = shared === undefined
if (skip) console.warn('skipped: the test log of transparency-dev/tessera is not at hand (set ATTESTRY_SHARED)')

describe('the test log of Tessera', () => {
  const vkey = 'example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx'
  const log = join(shared ?? '', 'data/tlog/tessera-testlog/testdata/log')
  const words = 'one two three four five six seven eit nain ten ileven twelf threeten fourten fivten'.split(' ')
  const leaves = words.map(word => leafHash(Buffer.from(word)))

  it.skipIf(skip)('verifies at each of its sixteen sizes, and each size is a beginning of each later one', async () => {
    const roots: Hash[] = []
    for (let size = 0; size <= 15; size++) {
      const note = await readFile(join(log, `checkpoint.${size}`))
      const checkpoint = openCheckpoint(note, [parseVkey(vkey)])
      expect(checkpoint.size).toBe(size)
      expect(Buffer.from(checkpoint.root)).toEqual(merkleRoot(leaves.slice(0, size)))
      roots.push(checkpoint.root)
    }
    for (let size2 = 1; size2 <= 15; size2++)
      for (let size1 = 1; size1 <= size2; size1++) {
        const proof = consistencyProof(leaves.slice(0, size2), size1)
        const claim = { size1: BigInt(size1), size2: BigInt(size2), root1: roots[size1]!, root2: roots[size2]! }
        expect(verifyConsistency({ ...claim, proof })).toBe(true)
      }
  })

  it.skipIf(skip)('has tiles and bundles that we rebuild byte for byte', async () => {
    for (const width of (await readdir(join(log, 'tile/0/000.p'))).map(Number)) {
      const tree = createTileTree()
      for (const leaf of leaves.slice(0, width)) tree.append(leaf)
      const [tile] = tree.take()
      expect(Buffer.from(tile!.bytes)).toEqual(await readFile(join(log, tilePath(tile!.id))))
      const bundle = encodeBundle(words.slice(0, width).map(word => Buffer.from(word)))
      expect(bundle).toEqual(await readFile(join(log, tilePath({ level: 'entries', number: 0, width }))))
    }
  })
})

describe('tile paths', () => {
  it('are those of C2SP tlog-tiles', () => {
    expect(tilePath({ level: 0, number: 1_234_067, width: 256 })).toBe('tile/0/x001/x234/067')
    expect(tilePath({ level: 'entries', number: 5, width: 7 })).toBe('tile/entries/005.p/7')
  })

  it('are read back, and no other spelling is', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<number | 'entries'>('entries', 0, 1, 2, 63),
        fc.nat(2 ** 40),
        fc.integer({ min: 1, max: 256 }),
        (level, number, width) => {
          const id = { level, number, width }
          expect(parseTilePath(tilePath(id))).toEqual(id)
        },
      ),
    )
    for (const path of [
      'tile/0/1',
      'tile/00/001',
      'tile/0/x000/001',
      'tile/0/001.p/0',
      'tile/0/001.p/05',
      'tile/0/../1',
    ])
      expect(parseTilePath(path)).toBeUndefined()
  })
})

describe('a tile tree', () => {
  it('has the tiles that the specification counts for 70,000 leaves, and the root of the whole', () => {
    const leaves = Array.from({ length: 70_000 }, (_, i) => leafHash(Buffer.from(String(i))))
    const tree = createTileTree()
    for (const leaf of leaves) tree.append(leaf)
    const widths = tree.take().map(({ id }) => [id.level, id.width] as const)
    const count = (level: number, width: number): number => widths.filter(([l, w]) => l === level && w === width).length
    expect([count(0, 256), count(0, 112), count(1, 256), count(1, 17), count(2, 1), widths.length]).toEqual([
      273, 1, 1, 1, 1, 277,
    ])
    expect(tree.root()).toEqual(merkleRoot(leaves))
  })

  it('has the root of the plain tree at every size', () => {
    const leaves = Array.from({ length: 520 }, (_, i) => leafHash(Buffer.from(String(i))))
    const tree = createTileTree()
    for (const [i, leaf] of leaves.entries()) {
      tree.append(leaf)
      expect(tree.root()).toEqual(merkleRoot(leaves.slice(0, i + 1)))
    }
  })
})

describe('a bundle', () => {
  it('gives back its entries, and refuses one that is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 20 }), entries => {
        const bundle = encodeBundle(entries)
        expect(decodeBundle(bundle)?.map(entry => [...entry])).toEqual(entries.map(entry => [...entry]))
        expect(decodeBundle(bundle.subarray(0, bundle.length - 1))?.length).not.toBe(entries.length)
      }),
    )
  })
})
