/** A part of a text's tokens that the model reads at once. */
export interface TokenWindow {
  readonly from: number
  readonly to: number
}

/**
 * Windows of at most `size` tokens over `count`, neighbours sharing at least `overlap`. The last one is moved back so that it is full.
 */
export function tokenWindows(count: number, size: number, overlap: number): readonly TokenWindow[] {
  if (count <= size) return count === 0 ? [] : [{ from: 0, to: count }]
  const windows: TokenWindow[] = []
  for (let from = 0; ; from += size - overlap) {
    if (from + size >= count) return [...windows, { from: count - size, to: count }]
    windows.push({ from, to: from + size })
  }
}

/**
 * For each token the window that speaks for it: the one in which it stands farthest from an end, so that most of its surroundings were
 * read.
 */
export function speakingWindows(count: number, windows: readonly TokenWindow[]): Int32Array {
  const speaking = new Int32Array(count)
  const farthest = new Float64Array(count).fill(-1)
  for (const [i, { from, to }] of windows.entries())
    for (let token = from; token < to; token++) {
      const distance = Math.min(token - from, to - 1 - token)
      if (distance <= farthest[token]!) continue
      farthest[token] = distance
      speaking[token] = i
    }
  return speaking
}
