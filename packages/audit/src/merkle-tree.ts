import { createHash } from 'node:crypto'

/** A SHA-256 hash: exactly 32 bytes. */
export type Hash = Uint8Array

const leafPrefix = Uint8Array.of(0)
const nodePrefix = Uint8Array.of(1)

/** Hash of a leaf: SHA-256(0x00 || entry). RFC 6962, section 2.1. */
export const leafHash = (entry: Uint8Array): Hash => createHash('sha256').update(leafPrefix).update(entry).digest()

/** Hash of an inner node: SHA-256(0x01 || left || right). RFC 6962, section 2.1. */
export const nodeHash = (left: Hash, right: Hash): Hash =>
  createHash('sha256').update(nodePrefix).update(left).update(right).digest()

/** Root of the tree without leaves: SHA-256 of nothing. */
export const emptyRoot = (): Hash => createHash('sha256').digest()

export const equalHashes = (a: Hash, b: Hash): boolean => a.length === b.length && Buffer.compare(a, b) === 0

/** Root over leaf hashes in order (RFC 6962, MTH). Time O(n). */
export function merkleRoot(leaves: readonly Hash[]): Hash {
  if (leaves.length === 0) return emptyRoot()
  let level = leaves
  while (level.length > 1) {
    const above: Hash[] = []
    for (let i = 0; i + 1 < level.length; i += 2) above.push(nodeHash(level[i]!, level[i + 1]!))
    // An odd last node rises unchanged: this is what splitting at the largest power of two below n comes to.
    if (level.length % 2 === 1) above.push(level.at(-1)!)
    level = above
  }
  return level[0]!
}

/**
 * Proof that leaf `index` is in the tree over `leaves`: sibling hashes, the one beside the leaf first.
 *
 * @param index 0-based, below the number of leaves
 */
export function inclusionProof(leaves: readonly Hash[], index: number): Hash[] {
  if (leaves.length <= 1) return []
  const split = splitPoint(leaves.length)
  const left = leaves.slice(0, split)
  const right = leaves.slice(split)
  return index < split
    ? [...inclusionProof(left, index), merkleRoot(right)]
    : [...inclusionProof(right, index - split), merkleRoot(left)]
}

/**
 * Proof that the tree over the first `size` leaves is a beginning of the tree over all `leaves`.
 *
 * @param size 1 to the number of leaves; equal sizes have an empty proof
 */
export const consistencyProof = (leaves: readonly Hash[], size: number): Hash[] => subproof(leaves, size, true)

/** `isKnown`: the verifier already holds the root of this subtree, because it is the whole first tree. */
function subproof(leaves: readonly Hash[], size: number, isKnown: boolean): Hash[] {
  if (size === leaves.length) return isKnown ? [] : [merkleRoot(leaves)]
  const split = splitPoint(leaves.length)
  const left = leaves.slice(0, split)
  const right = leaves.slice(split)
  return size <= split
    ? [...subproof(left, size, isKnown), merkleRoot(right)]
    : [...subproof(right, size - split, false), merkleRoot(left)]
}

/** The largest power of two strictly below n. */
const splitPoint = (n: number): number => 2 ** Math.floor(Math.log2(n - 1))
