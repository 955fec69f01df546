/** Tokens by their first letters: a tree of UTF-16 units, packed into flat arrays. */
export interface TokenTrie {
  /** The node that a unit leads to; -1 when no token goes on with it. The root is node 0. */
  child(node: number, unit: number): number
  /** Id of the token that ends at a node; -1 when none does. */
  token(node: number): number
}

/**
 * Builds the tree. The children of a node lie side by side in the order of their units, so that one is found by halving.
 *
 * @param mostNodes of which `tooLarge` is thrown: forged tokens without common beginnings would take memory without end
 */
export function tokenTrie(ids: ReadonlyMap<string, number>, mostNodes: number, tooLarge: () => Error): TokenTrie {
  const words = [...ids.keys()].sort()
  // Node n stands for the words from low[n] up to high[n], which share their first depth[n] units.
  const [low, high, depth] = [[0], [words.length], [0]]
  const [units, first, tokens]: [number[], number[], number[]] = [[0], [], []]
  for (let node = 0; node < low.length; node++) {
    let at = low[node]!
    const end = high[node]!
    const shared = depth[node]!
    tokens.push(at < end && words[at]!.length === shared ? ids.get(words[at++]!)! : -1)
    first.push(low.length)
    while (at < end) {
      const unit = words[at]!.charCodeAt(shared)
      const begin = at
      while (at < end && words[at]!.charCodeAt(shared) === unit) at++
      low.push(begin)
      high.push(at)
      depth.push(shared + 1)
      units.push(unit)
    }
    if (low.length > mostNodes) throw tooLarge()
  }
  first.push(low.length)
  const [unitOf, firstChild, tokenOf] = [Uint16Array.from(units), Int32Array.from(first), Int32Array.from(tokens)]
  return {
    token: node => tokenOf[node]!,
    child(node, unit) {
      let from = firstChild[node]!
      let to = firstChild[node + 1]!
      while (from < to) {
        const middle = (from + to) >> 1
        if (unitOf[middle]! < unit) from = middle + 1
        else to = middle
      }
      return from < firstChild[node + 1]! && unitOf[from] === unit ? from : -1
    },
  }
}
