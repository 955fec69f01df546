/**
 * A `precompiled_charsmap` from keys to texts, as SentencePiece would write it: a double array of units that hold a label,
 * a flag for the end of a key, and the distance to their children, and behind them the texts, each ended by a zero.
 */
export function charsmapOf(map: Readonly<Record<string, string>>): string {
  const places = new Map<string, number>()
  let texts = Buffer.alloc(0)
  for (const text of Object.values(map))
    if (!places.has(text)) {
      places.set(text, texts.length)
      texts = Buffer.concat([texts, Buffer.from(text), Buffer.of(0)])
    }
  const units: number[] = []
  const taken = new Set<number>([0])
  const bases = new Set<number>()
  interface Node {
    readonly children: Map<number, Node>
    value?: number
  }
  const root: Node = { children: new Map() }
  for (const [key, text] of Object.entries(map)) {
    let node = root
    for (const byte of Buffer.from(key)) {
      if (!node.children.has(byte)) node.children.set(byte, { children: new Map() })
      node = node.children.get(byte)!
    }
    node.value = places.get(text)!
  }
  const place = (node: Node, at: number, label: number): void => {
    const labels = [...node.children.keys(), ...(node.value === undefined ? [] : [0])]
    let base = 256
    while (bases.has(base) || labels.some(byte => taken.has(base ^ byte))) base++
    bases.add(base)
    for (const byte of labels) taken.add(base ^ byte)
    const offset = at ^ base
    if (offset >= 2 ** 21) throw new Error('too large for this small builder')
    // SentencePiece counts in steps of 256 where a distance is far; here all that can be are counted so.
    const distance = offset % 256 === 0 ? (offset << 2) | 0x200 : offset << 10
    units[at] = (distance | (node.value === undefined ? 0 : 0x100) | label) >>> 0
    if (node.value !== undefined) units[base] = (0x80000000 | node.value) >>> 0
    for (const [byte, child] of node.children) place(child, base ^ byte, byte)
  }
  place(root, 0, 0)
  const size = Math.ceil((Math.max(...taken) + 1) / 256) * 256
  const bytes = Buffer.alloc(4 + 4 * size)
  bytes.writeUInt32LE(4 * size, 0)
  for (let i = 0; i < size; i++) bytes.writeUInt32LE(units[i] ?? 0, 4 + 4 * i)
  return Buffer.concat([bytes, texts]).toString('base64')
}
