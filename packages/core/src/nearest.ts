/** The word of a list that differs least from `word` (edits of one letter), regardless of case. */
export function nearest(word: string, words: readonly string[]): string {
  const target = word.toLowerCase()
  return [...words].sort((a, b) => edits(target, a.toLowerCase()) - edits(target, b.toLowerCase()))[0] ?? ''
}

function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
    row = next
  }
  return row[b.length]!
}
