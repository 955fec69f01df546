import { randomBytes } from 'node:crypto'
import { mkdir, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createDurably, sha256, type Digest } from '@attestry/core'
import { brokenMembers, invalidCharge } from './errors.js'

/** The people of some data. */
export interface Members {
  /** Distinct and ascending. */
  readonly handles: readonly string[]
  /** How many records the data has of each, at least 1. */
  readonly records: Uint32Array
}

/** Lists of members, each kept under the digest of its bytes. */
export interface MemberFiles {
  /** Resolves when the list is on disk. */
  write(bytes: Uint8Array): Promise<Digest>
  /** The bytes of a list; rejects when there is none. */
  read(digest: Digest): Promise<Uint8Array>
}

const magic = Uint8Array.from([...new TextEncoder().encode('ATTMEMB'), 0x02])
const handleBytes = 16
const rowBytes = handleBytes + 4
const headBytes = magic.length + 4
const mostMembers = 16_000_000
const aHandle = /^[0-9a-f]{32}$/

/**
 * Handles of people, of 32 hexadecimal digits each, in order, with the number of times that each is given.
 *
 * @throws DP-E014 for anything else, and for more than 16 million
 */
export function membersOf(handles: Iterable<string>): Members {
  const counts = new Map<string, number>()
  for (const handle of handles) counts.set(handle, (counts.get(handle) ?? 0) + 1)
  if (counts.size > mostMembers) throw invalidCharge(`it names ${counts.size} people, more than ${mostMembers}`)
  const members = [...counts.keys()].sort()
  if (!members.every(handle => typeof handle === 'string' && aHandle.test(handle)))
    throw invalidCharge('a person is not named by a handle of 32 hexadecimal digits')
  return { handles: members, records: Uint32Array.from(members, handle => counts.get(handle)!) }
}

/** "ATTMEMB" 0x02 | count | for each, ascending: 16 bytes of handle, records. Numbers have 32 bits, little-endian. */
export function encodeMembers({ handles, records }: Members): Uint8Array {
  const bytes = Buffer.alloc(headBytes + rowBytes * handles.length)
  bytes.set(magic)
  bytes.writeUInt32LE(handles.length, magic.length)
  for (const [i, handle] of handles.entries()) {
    bytes.write(handle, headBytes + rowBytes * i, 'hex')
    bytes.writeUInt32LE(records[i]!, headBytes + rowBytes * i + handleBytes)
  }
  return bytes
}

/** @throws DP-E023 unless the bytes are those of their name, and a list of members */
function decodeMembers(content: Uint8Array, digest: Digest): Members {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength)
  if (sha256(bytes) !== digest) throw brokenMembers(digest, 'its content is not that of its name')
  const count = bytes.length < headBytes ? -1 : bytes.readUInt32LE(magic.length)
  if (!bytes.subarray(0, magic.length).equals(magic) || bytes.length !== headBytes + rowBytes * count)
    throw brokenMembers(digest, 'it is not a list of handles')
  const records = new Uint32Array(count)
  const handles = Array.from({ length: count }, (_, i) => {
    const at = headBytes + rowBytes * i
    records[i] = bytes.readUInt32LE(at + handleBytes)
    return bytes.toString('hex', at, at + handleBytes)
  })
  if (handles.some((handle, i) => i > 0 && !(handles[i - 1]! < handle)))
    throw brokenMembers(digest, 'its handles are not in order')
  if (records.includes(0)) throw brokenMembers(digest, 'it has a person without a record')
  return { handles, records }
}

/** @throws DP-E023 when there is no such list, or another than its name says */
async function readMembers(files: MemberFiles, digest: Digest): Promise<Members> {
  const bytes = await files.read(digest).catch((cause: unknown) => {
    throw brokenMembers(digest, 'it cannot be read', cause)
  })
  return decodeMembers(bytes, digest)
}

/** Lists as files `<64 hex digits>.members` of a folder, which is made with the first of them. */
function memberFiles(folder: string): MemberFiles {
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
      if (size > headBytes + rowBytes * mostMembers) throw new Error(`it has ${size} bytes`)
      return readFile(pathOf(digest))
    },
  }
}

/** The lists of people of a ledger with a path: a folder `privacy-members` beside it. */
export const membersBeside = (ledger: string): MemberFiles => memberFiles(join(dirname(ledger), 'privacy-members'))

/**
 * Every list of people that a charge names.
 *
 * @throws DP-E023 when there is no such list, or another than its name says
 */
export async function listsOf(
  charges: readonly { readonly members?: Digest }[],
  files: MemberFiles,
): Promise<ReadonlyMap<Digest, Members>> {
  const lists = new Map<Digest, Members>()
  for (const { members } of charges)
    if (members !== undefined && !lists.has(members)) lists.set(members, await readMembers(files, members))
  return lists
}

/** People who stand in the same lists with the same numbers of records. */
export interface Bearers {
  /** Records by list. */
  readonly lists: ReadonlyMap<Digest, number>
  /** Records in the data that is asked about. */
  readonly records: number
  readonly count: number
}

/** Groups people by the lists in which they stand, and by their records there. In time linear in the lengths of all lists. */
export function groupByLists(people: Members, lists: ReadonlyMap<Digest, Members>): readonly Bearers[] {
  const groups: Pick<Bearers, 'lists' | 'records'>[] = []
  const groupOf = new Uint32Array(people.handles.length)
  const byRecords = new Map<number, number>()
  for (const [i, records] of people.records.entries()) {
    if (!byRecords.has(records)) byRecords.set(records, groups.push({ lists: new Map(), records }) - 1)
    groupOf[i] = byRecords.get(records)!
  }
  for (const [digest, { handles, records }] of lists) {
    const within = new Map<string, number>()
    let at = 0
    for (const [i, person] of people.handles.entries()) {
      while (at < handles.length && handles[at]! < person) at++
      if (handles[at] !== person) continue
      const group = groups[groupOf[i]!]!
      const key = `${groupOf[i]!} ${records[at]!}`
      if (!within.has(key))
        within.set(key, groups.push({ ...group, lists: new Map([...group.lists, [digest, records[at]!]]) }) - 1)
      groupOf[i] = within.get(key)!
    }
  }
  const counts = new Uint32Array(groups.length)
  for (const group of groupOf) counts[group]!++
  return groups.map((group, i) => ({ ...group, count: counts[i]! })).filter(({ count }) => count > 0)
}

/** Whether a list has each of some people, with at least as many records. */
export function holds(list: Members, people: Members): boolean {
  let at = 0
  return people.handles.every((person, i) => {
    while (at < list.handles.length && list.handles[at]! < person) at++
    return list.handles[at] === person && list.records[at]! >= people.records[i]!
  })
}

/** Everybody in any of the lists, each with the most records that a list has of them. */
export function everybodyIn(lists: Iterable<Members>): Members {
  const most = new Map<string, number>()
  for (const { handles, records } of lists)
    for (const [i, handle] of handles.entries()) most.set(handle, Math.max(most.get(handle) ?? 0, records[i]!))
  const handles = [...most.keys()].sort()
  return { handles, records: Uint32Array.from(handles, handle => most.get(handle)!) }
}
