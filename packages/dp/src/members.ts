import { randomBytes } from 'node:crypto'
import { mkdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createDurably, sha256, type Digest } from '@attestry/core'
import { brokenMembers, invalidCharge } from './errors.js'

/** The handles of people in some data, distinct and ascending. */
export type Members = readonly string[]

/** Lists of members, each kept under the digest of its bytes. */
export interface MemberFiles {
  /** Resolves when the list is on disk. */
  write(bytes: Uint8Array): Promise<Digest>
  /** The bytes of a list; rejects when there is none. */
  read(digest: Digest): Promise<Uint8Array>
}

const magic = Uint8Array.from([...new TextEncoder().encode('ATTMEMB'), 0x01])
const handleBytes = 16
const headBytes = magic.length + 4
const mostMembers = 16_000_000
const aHandle = /^[0-9a-f]{32}$/

/**
 * Handles of people, of 32 hexadecimal digits each, in order and once each.
 *
 * @throws DP-E014 for anything else, and for more than 16 million
 */
export function membersOf(handles: Iterable<string>): Members {
  const members = [...new Set(handles)].sort()
  if (members.length > mostMembers) throw invalidCharge(`it names ${members.length} people, more than ${mostMembers}`)
  if (!members.every(handle => typeof handle === 'string' && aHandle.test(handle)))
    throw invalidCharge('a person is not named by a handle of 32 hexadecimal digits')
  return members
}

/** "ATTMEMB" 0x01 | count, 32 bits, little-endian | 16 bytes for each, ascending. */
export function encodeMembers(members: Members): Uint8Array {
  const bytes = Buffer.alloc(headBytes + handleBytes * members.length)
  bytes.set(magic)
  bytes.writeUInt32LE(members.length, magic.length)
  for (const [i, handle] of members.entries()) bytes.write(handle, headBytes + handleBytes * i, 'hex')
  return bytes
}

/** @throws DP-E023 unless the bytes are those of their name, and a list of members */
function decodeMembers(content: Uint8Array, digest: Digest): Members {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength)
  if (sha256(bytes) !== digest) throw brokenMembers(digest, 'its content is not that of its name')
  const count = bytes.length < headBytes ? -1 : bytes.readUInt32LE(magic.length)
  if (!bytes.subarray(0, magic.length).equals(magic) || bytes.length !== headBytes + handleBytes * count)
    throw brokenMembers(digest, 'it is not a list of handles')
  const members = Array.from({ length: count }, (_, i) => {
    const at = headBytes + handleBytes * i
    return bytes.toString('hex', at, at + handleBytes)
  })
  if (members.some((handle, i) => i > 0 && !(members[i - 1]! < handle)))
    throw brokenMembers(digest, 'its handles are not in order')
  return members
}

/** @throws DP-E023 when there is no such list, or another than its name says */
export async function readMembers(files: MemberFiles, digest: Digest): Promise<Members> {
  const bytes = await files.read(digest).catch((cause: unknown) => {
    throw brokenMembers(digest, 'it cannot be read', cause)
  })
  return decodeMembers(bytes, digest)
}

/** Lists as files `<64 hex digits>.members` of a folder, which is made with the first of them. */
export function memberFiles(folder: string): MemberFiles {
  const pathOf = (digest: Digest): string => join(folder, `${digest.slice('sha256:'.length)}.members`)
  return {
    async write(bytes) {
      const digest = sha256(bytes)
      await mkdir(folder, { recursive: true, mode: 0o700 })
      // One that is there already has this content, or is refused when it is read.
      await createDurably(pathOf(digest), bytes, 0o600, randomBytes(8).toString('hex'))
      return digest
    },
    async read(digest) {
      const { size } = await stat(pathOf(digest))
      if (size > headBytes + handleBytes * mostMembers) throw new Error(`it has ${size} bytes`)
      return readFile(pathOf(digest))
    },
  }
}

/** People who stand in the same lists. */
export interface Bearers {
  readonly lists: ReadonlySet<Digest>
  readonly count: number
}

/** Groups people by the lists in which they stand. In time linear in the lengths of all lists. */
export function groupByLists(people: Members, lists: ReadonlyMap<Digest, Members>): readonly Bearers[] {
  const groupOf = new Uint32Array(people.length)
  const groups: Set<Digest>[] = [new Set()]
  for (const [digest, members] of lists) {
    const within = new Map<number, number>()
    let at = 0
    for (const [i, person] of people.entries()) {
      while (at < members.length && members[at]! < person) at++
      if (members[at] !== person) continue
      const group = groupOf[i]!
      if (!within.has(group)) within.set(group, groups.push(new Set([...groups[group]!, digest])) - 1)
      groupOf[i] = within.get(group)!
    }
  }
  const counts = new Uint32Array(groups.length)
  for (const group of groupOf) counts[group]!++
  return groups.map((group, i) => ({ lists: group, count: counts[i]! })).filter(({ count }) => count > 0)
}
