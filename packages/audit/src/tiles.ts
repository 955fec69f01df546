import { emptyRoot, merkleRoot, nodeHash, type Hash } from './merkle-tree.js'

/** Hashes in a full tile, and entries in a full bundle. */
export const tileWidth = 256

/** Entries longer than this do not fit a bundle's 16-bit length. */
export const maxEntryBytes = 65_535

/** A tile of hashes at a level (`0` holds leaf hashes), or a bundle of entries. `width` below 256: a partial one. */
export interface TileId {
  readonly level: number | 'entries'
  /** 0-based. */
  readonly number: number
  /** 1 to 256. */
  readonly width: number
}

/** Path below the log folder, such as `tile/0/x001/x234/067.p/5` (C2SP tlog-tiles). */
export function tilePath({ level, number, width }: TileId): string {
  const digits = String(number)
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0')
  const groups = padded.match(/.{3}/g)!
  const path = groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/')
  return `tile/${level}/${path}${width < tileWidth ? `.p/${width}` : ''}`
}

/** The tile that a path below the log folder names; undefined when it names none. */
export function parseTilePath(path: string): TileId | undefined {
  const match = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/){0,4}\d{3})(?:\.p\/(\d{1,3}))?$/.exec(path)
  if (!match) return undefined
  const id: TileId = {
    level: match[1] === 'entries' ? 'entries' : Number(match[1]),
    number: Number(match[2]!.replace(/[x/]/g, '')),
    width: match[3] === undefined ? tileWidth : Number(match[3]),
  }
  // Writing it again refuses every other spelling, such as leading zeros.
  return id.width > 0 && tilePath(id) === path ? id : undefined
}

/** Entries as a bundle: per entry its length in 16 bits, big-endian, and its bytes. */
export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array {
  const parts: Uint8Array[] = []
  for (const entry of entries) {
    const length = Buffer.alloc(2)
    length.writeUInt16BE(entry.length)
    parts.push(length, entry)
  }
  return Buffer.concat(parts)
}

/** The entries of a bundle; undefined when a length does not fit the bytes. */
export function decodeBundle(bytes: Uint8Array): Uint8Array[] | undefined {
  const entries: Uint8Array[] = []
  let at = 0
  while (at < bytes.length) {
    if (at + 2 > bytes.length) return undefined
    const end = at + 2 + bytes[at]! * 256 + bytes[at + 1]!
    if (end > bytes.length) return undefined
    entries.push(bytes.subarray(at + 2, end))
    at = end
  }
  return entries
}

/** A tree that grows leaf by leaf and hands out its tiles. Memory: at most 255 hashes per level, and what `take` returns. */
export interface TileTree {
  size(): number
  append(leaf: Hash): void
  /** Root over all leaves so far. Time O(log n). */
  root(): Hash
  /** Tiles filled since the last call, and the partial tile of every level as it stands. Empty tiles do not exist. */
  take(): { readonly id: TileId; readonly bytes: Uint8Array }[]
}

export function createTileTree(): TileTree {
  const levels: { hashes: Hash[]; filled: number }[] = []
  let full: { id: TileId; bytes: Uint8Array }[] = []
  let size = 0

  const add = (level: number, hash: Hash): void => {
    const row = (levels[level] ??= { hashes: [], filled: 0 })
    row.hashes.push(hash)
    if (row.hashes.length < tileWidth) return
    full.push({ id: { level, number: row.filled, width: tileWidth }, bytes: Buffer.concat(row.hashes) })
    const above = merkleRoot(row.hashes)
    row.hashes = []
    row.filled++
    add(level + 1, above)
  }

  return {
    size: () => size,
    append(leaf) {
      add(0, leaf)
      size++
    },
    root() {
      // From the right: each level's partial tile splits into perfect trees by the binary digits of its width.
      let right: Hash | undefined
      for (const { hashes } of levels) {
        let end = hashes.length
        for (let width = 1; end > 0; width *= 2) {
          if ((end & width) === 0) continue
          const perfect = merkleRoot(hashes.slice(end - width, end))
          right = right ? nodeHash(perfect, right) : perfect
          end -= width
        }
      }
      return right ?? emptyRoot()
    },
    take() {
      const partial = levels.flatMap(({ hashes, filled }, level) =>
        hashes.length === 0
          ? []
          : [{ id: { level, number: filled, width: hashes.length }, bytes: Buffer.concat(hashes) }],
      )
      const taken = [...full, ...partial]
      full = []
      return taken
    },
  }
}
