import { crc32c } from './crc32c.js'
import { decodeBundle, encodeBundle } from './tiles.js'

// u32 length of what follows the CRC, u32 CRC-32C over length and what follows, u64 first index, entries as a bundle.
const headBytes = 16

/** One group of entries as the journal holds it. */
export function encodeRecord(firstIndex: number, entries: readonly Uint8Array[]): Uint8Array {
  const bundle = encodeBundle(entries)
  const record = Buffer.alloc(headBytes + bundle.length)
  record.writeUInt32BE(8 + bundle.length, 0)
  record.writeBigUInt64BE(BigInt(firstIndex), 8)
  record.set(bundle, headBytes)
  record.writeUInt32BE(checksum(record), 4)
  return record
}

const checksum = (record: Buffer): number => crc32c(Buffer.concat([record.subarray(0, 4), record.subarray(8)]))

export interface Journal {
  /** Entries in order, the first one at `firstIndex`. */
  readonly entries: readonly Uint8Array[]
  /** Index of the first entry; 0 when there is none. */
  readonly firstIndex: number
  /** Bytes of whole, good records at the beginning. */
  readonly goodBytes: number
  /**
   * What follows them: nothing, a torn last record (a crash before it was acknowledged), or damage in the middle, with
   * good records behind it.
   */
  readonly end: 'clean' | 'torn' | 'damaged'
}

/** Reads a journal. Never throws: whatever is not a good record ends it. */
export function decodeJournal(bytes: Uint8Array): Journal {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const entries: Uint8Array[] = []
  let firstIndex = 0
  let at = 0
  for (let record = recordAt(buffer, 0); record; record = recordAt(buffer, at)) {
    if (entries.length === 0) firstIndex = record.firstIndex
    if (record.firstIndex !== firstIndex + entries.length) return { entries, firstIndex, goodBytes: at, end: 'damaged' }
    entries.push(...record.entries)
    at = record.end
  }
  if (at === buffer.length) return { entries, firstIndex, goodBytes: at, end: 'clean' }
  const hasMore = laterRecord(buffer, at + 1, firstIndex + entries.length)
  return { entries, firstIndex, goodBytes: at, end: hasMore ? 'damaged' : 'torn' }
}

function recordAt(
  buffer: Buffer,
  at: number,
): { firstIndex: number; entries: readonly Uint8Array[]; end: number } | undefined {
  if (at + headBytes > buffer.length) return undefined
  const end = at + 8 + buffer.readUInt32BE(at)
  if (end > buffer.length || end < at + headBytes) return undefined
  const record = buffer.subarray(at, end)
  if (checksum(record) !== record.readUInt32BE(4)) return undefined
  const entries = decodeBundle(record.subarray(headBytes))
  const firstIndex = record.readBigUInt64BE(8)
  return entries && firstIndex <= Number.MAX_SAFE_INTEGER ? { firstIndex: Number(firstIndex), entries, end } : undefined
}

/** Whether a good record that continues the log lies anywhere behind a bad one: then the bad one was acknowledged. */
function laterRecord(buffer: Buffer, from: number, nextIndex: number): boolean {
  for (let at = from; at + headBytes <= buffer.length; at++) {
    // The index is looked at first, so that few offsets cost a checksum.
    if (buffer.readUInt16BE(at + 8) !== 0) continue
    const index = buffer.readUIntBE(at + 10, 6)
    if (index >= nextIndex && index < nextIndex + 2 ** 24 && recordAt(buffer, at)) return true
  }
  return false
}
