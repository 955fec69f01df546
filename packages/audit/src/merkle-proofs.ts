import { equalHashes, nodeHash, type Hash } from './merkle-tree.js'

/** What an inclusion proof claims. Sizes are unsigned 64-bit, hence bigint. */
export interface InclusionClaim {
  /** 0-based. */
  readonly index: bigint
  readonly size: bigint
  readonly leaf: Hash
  readonly root: Hash
  /** The hash beside the leaf first. */
  readonly proof: readonly Hash[]
}

/**
 * Whether leaf `index` is in the tree of `size` leaves with this root (RFC 9162, section 2.1.3.2).
 *
 * Anything malformed, such as a hash that is not 32 bytes, is a plain no.
 */
export function verifyInclusion({ index, size, leaf, root, proof }: InclusionClaim): boolean {
  if (index < 0n || index >= size || ![leaf, root, ...proof].every(isHash)) return false
  let fn = index
  let sn = size - 1n
  let r = leaf
  for (const p of proof) {
    if (sn === 0n) return false
    if (isOdd(fn) || fn === sn) {
      r = nodeHash(p, r)
      while (!isOdd(fn) && fn !== 0n) {
        fn >>= 1n
        sn >>= 1n
      }
    } else r = nodeHash(r, p)
    fn >>= 1n
    sn >>= 1n
  }
  return sn === 0n && equalHashes(r, root)
}

/** What a consistency proof claims. Sizes are unsigned 64-bit, hence bigint. */
export interface ConsistencyClaim {
  readonly size1: bigint
  readonly size2: bigint
  readonly root1: Hash
  readonly root2: Hash
  readonly proof: readonly Hash[]
}

/**
 * Whether the tree of `size1` leaves is a beginning of the tree of `size2` leaves (RFC 9162, section 2.1.4.2).
 *
 * An empty first tree proves nothing and is refused, also against an equal empty second tree.
 */
export function verifyConsistency({ size1, size2, root1, root2, proof }: ConsistencyClaim): boolean {
  if (size1 <= 0n || size2 < size1) return false
  // One and the same root, whatever it is: nothing is hashed, so its length cannot matter.
  if (size1 === size2) return proof.length === 0 && equalHashes(root1, root2)
  if (proof.length === 0 || ![root1, root2, ...proof].every(isHash)) return false
  const isPowerOfTwo = (size1 & (size1 - 1n)) === 0n
  const [first, ...rest] = isPowerOfTwo ? [root1, ...proof] : proof
  let fn = size1 - 1n
  let sn = size2 - 1n
  while (isOdd(fn)) {
    fn >>= 1n
    sn >>= 1n
  }
  let fr = first!
  let sr = first!
  for (const c of rest) {
    if (sn === 0n) return false
    if (isOdd(fn) || fn === sn) {
      fr = nodeHash(c, fr)
      sr = nodeHash(c, sr)
      while (!isOdd(fn) && fn !== 0n) {
        fn >>= 1n
        sn >>= 1n
      }
    } else sr = nodeHash(sr, c)
    fn >>= 1n
    sn >>= 1n
  }
  return sn === 0n && equalHashes(fr, root1) && equalHashes(sr, root2)
}

const isOdd = (n: bigint): boolean => (n & 1n) === 1n

const isHash = (hash: Hash): boolean => hash instanceof Uint8Array && hash.length === 32
