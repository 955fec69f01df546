import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  consistencyProof,
  emptyRoot,
  inclusionProof,
  leafHash,
  merkleRoot,
  verifyConsistency,
  verifyInclusion,
  type Hash,
} from '../src/index.js'
import { sharedFolder } from './shared.js'

const leavesOf = (n: number): Hash[] => Array.from({ length: n }, (_, i) => leafHash(Buffer.from(`entry ${i}`)))
const bytes = (base64: string): Uint8Array => Buffer.from(base64, 'base64')

/** JSON.parse rounds the integers of 16 digits and more that some vectors hold, so they are read as text. */
interface Vector {
  readonly path: string
  readonly case: Record<
    'leafIdx' | 'treeSize' | 'size1' | 'size2' | 'leafHash' | 'root' | 'root1' | 'root2',
    string
  > & {
    readonly proof: readonly string[] | null
    readonly wantErr: boolean
  }
}

const parseExact = (text: string): Vector[] =>
  JSON.parse(text.replace(/"(leafIdx|treeSize|size1|size2)":\s*(\d+)/g, '"$1": "$2"'))

const shared = sharedFolder()
const skip = shared === undefined
if (skip) console.warn('skipped: the vectors of transparency-dev/merkle are not at hand (set ATTESTRY_SHARED)')

describe('the vectors of transparency-dev/merkle', () => {
  const load = async (name: string) =>
    parseExact(await readFile(join(shared!, 'data/tlog/merkle-proofs', name), 'utf8'))

  it.skipIf(skip)('agree on all 98 inclusion proofs', async () => {
    const cases = await load('inclusion.json')
    const wrong = cases.filter(({ case: c }) => {
      const { leafIdx, treeSize, leafHash, root, proof, wantErr } = c
      const claim = { index: BigInt(leafIdx), size: BigInt(treeSize), leaf: bytes(leafHash), root: bytes(root) }
      return verifyInclusion({ ...claim, proof: (proof ?? []).map(bytes) }) !== !wantErr
    })
    expect([cases.length, wrong.map(({ path }) => path)]).toEqual([98, []])
  })

  it.skipIf(skip)('agree on all 98 consistency proofs', async () => {
    const cases = await load('consistency.json')
    const wrong = cases.filter(({ case: c }) => {
      const { size1, size2, root1, root2, proof, wantErr } = c
      const claim = { size1: BigInt(size1), size2: BigInt(size2), root1: bytes(root1), root2: bytes(root2) }
      return verifyConsistency({ ...claim, proof: (proof ?? []).map(bytes) }) !== !wantErr
    })
    expect([cases.length, wrong.map(({ path }) => path)]).toEqual([98, []])
  })
})

describe('a Merkle tree', () => {
  it('has the roots that RFC 6962 prints for the empty tree and its example of seven leaves', () => {
    expect(Buffer.from(emptyRoot()).toString('base64')).toBe('47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=')
    // Leaves of the reference test of certificate-transparency (merkletree/merkle_tree_test.cc), root of all eight.
    const leaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
    const root = merkleRoot(leaves.map(hex => leafHash(Buffer.from(hex, 'hex'))))
    expect(Buffer.from(root).toString('hex')).toBe('5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328')
  })

  it('proves the inclusion of every leaf of every small tree, and of no other', () => {
    for (let size = 1; size <= 20; size++) {
      const leaves = leavesOf(size)
      const root = merkleRoot(leaves)
      for (let index = 0; index < size; index++) {
        const proof = inclusionProof(leaves, index)
        const claim = { index: BigInt(index), size: BigInt(size), leaf: leaves[index]!, root, proof }
        expect(verifyInclusion(claim)).toBe(true)
        expect(verifyInclusion({ ...claim, leaf: leafHash(Buffer.from('other')) })).toBe(false)
        expect(verifyInclusion({ ...claim, index: claim.size })).toBe(false)
        expect(verifyInclusion({ ...claim, proof: [...proof, root] })).toBe(false)
      }
    }
  })

  it('proves that every beginning is one, and refuses a changed proof', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 70 }), fc.nat(), (a, b, at) => {
        const [size1, size2] = a < b ? [a, b] : [b, a]
        const leaves = leavesOf(size2)
        const proof = consistencyProof(leaves, size1)
        const claim = {
          size1: BigInt(size1),
          size2: BigInt(size2),
          root1: merkleRoot(leaves.slice(0, size1)),
          root2: merkleRoot(leaves),
          proof,
        }
        expect(verifyConsistency(claim)).toBe(true)
        const forged = proof.map((hash, i) => (i === at % proof.length ? leafHash(hash) : hash))
        if (proof.length > 0) expect(verifyConsistency({ ...claim, proof: forged })).toBe(false)
        expect(verifyConsistency({ ...claim, root1: leafHash(claim.root1) })).toBe(false)
      }),
      { numRuns: 60 },
    )
  })

  it('refuses an empty first tree, and hashes of a wrong length, without throwing', () => {
    const empty = { size1: 0n, size2: 0n, root1: emptyRoot(), root2: emptyRoot(), proof: [] }
    expect(verifyConsistency(empty)).toBe(false)
    const [leaf] = leavesOf(1)
    expect(verifyInclusion({ index: 0n, size: 1n, leaf: leaf!.subarray(1), root: leaf!, proof: [] })).toBe(false)
    expect(verifyInclusion({ index: 0n, size: 2n, leaf: leaf!, root: leaf!, proof: [new Uint8Array(31)] })).toBe(false)
  })

  it('takes sizes beyond 2^53', () => {
    const [leaf] = leavesOf(1)
    const claim = { index: 2n ** 60n, size: 2n ** 60n + 1n, leaf: leaf!, root: leaf!, proof: [] as Hash[] }
    expect(verifyInclusion(claim)).toBe(false)
    const root = merkleRoot(leavesOf(2))
    // Alone on the right of a perfect tree of 2^60 leaves: one hash is the whole proof.
    expect(verifyInclusion({ ...claim, leaf: leavesOf(2)[1]!, root, proof: [leavesOf(2)[0]!] })).toBe(true)
  })
})
