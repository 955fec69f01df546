/** In small letters without diacritics. */
export const foldWord = word => word.toLowerCase().normalize('NFD').replaceAll(/\p{M}/gu, '')

/** FNV-1a over code units, as src/words.ts has it. */
export function hashOf(key) {
  let hash = 0x811c9dc5
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

/** A byte for each hash, as src/gazetteer/hash-table.ts reads it. */
export function tableBytes(byHash) {
  const hashes = [...byHash.keys()].sort((a, b) => a - b)
  const bytes = new Uint8Array(8 + hashes.length * 5)
  const view = new DataView(bytes.buffer)
  bytes.set([0x41, 0x54, 0x4e, 0x31])
  view.setUint32(4, hashes.length, true)
  for (const [i, hash] of hashes.entries()) {
    view.setUint32(8 + 4 * i, hash, true)
    bytes[8 + 4 * hashes.length + i] = byHash.get(hash)
  }
  return bytes
}
