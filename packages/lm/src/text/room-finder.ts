/** Finds among many bins the one that is fullest and still has room. */
export interface RoomFinder {
  /** Takes out the bin with the least room of at least `size`; nothing when none has that much. */
  take(size: number): { readonly bin: number; readonly room: number } | undefined
  /** Puts in a bin with its room. */
  give(bin: number, room: number): void
}

/** @param most room that a bin can have. Taking and giving cost its logarithm, whatever the number of bins. */
export function roomFinder(most: number): RoomFinder {
  let leaves = 1
  while (leaves <= most) leaves *= 2
  /** A binary tree over rooms: in each node the number of bins below it. */
  const counts = new Int32Array(2 * leaves)
  const bins = new Map<number, number[]>()

  const count = (room: number, change: number): void => {
    for (let node = leaves + room; node > 0; node >>= 1) counts[node]! += change
  }

  /** The least room of at least `size` that a bin has. */
  function leastRoom(size: number): number | undefined {
    let node = leaves + size
    if (counts[node] === 0) {
      // Up until there is something to the right, then down to its left end.
      while (node > 1 && (node % 2 === 1 || counts[node + 1] === 0)) node >>= 1
      if (node <= 1) return undefined
      node++
      while (node < leaves) node = counts[2 * node]! > 0 ? 2 * node : 2 * node + 1
    }
    return node - leaves
  }

  return {
    take(size) {
      const room = leastRoom(size)
      if (room === undefined) return undefined
      count(room, -1)
      return { bin: bins.get(room)!.pop()!, room }
    },
    give(bin, room) {
      count(room, 1)
      const same = bins.get(room)
      if (same) same.push(bin)
      else bins.set(room, [bin])
    },
  }
}
