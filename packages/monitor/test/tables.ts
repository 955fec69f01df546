import type { PredictionTable } from '@attestry/core'

export interface Row {
  readonly score: number
  /** -1 when not known. */
  readonly label: number
  readonly group: string
}

/** A table over the classes no and yes, with one group column; yes is predicted from a score of one half on. */
export const tableOf = (rows: readonly Row[], attribute = 'region'): PredictionTable => ({
  rowIds: rows.map((_, row) => `r:${row}`),
  classes: ['no', 'yes'],
  labels: Int32Array.from(rows, ({ label }) => label),
  predicted: Int32Array.from(rows, ({ score }) => (score >= 0.5 ? 1 : 0)),
  probabilities: Float32Array.from(rows.flatMap(({ score }) => [1 - score, score])),
  groups: { [attribute]: rows.map(({ group }) => group) },
})

/** Numbers in [0, 1), the same for the same seed. */
export function random(seed: number): () => number {
  let state = (seed * 2_654_435_761) % 2_147_483_647 || 1
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
}

/** Rows whose scores are uniform after `shape`, right in nine of ten labels, in groups a and b alike. */
export function calmRows(count: number, seed: number, shape: (score: number) => number = score => score): Row[] {
  const next = random(seed)
  return Array.from({ length: count }, () => {
    const score = shape(next())
    const guess = score >= 0.5 ? 1 : 0
    return { score, label: next() < 0.9 ? guess : 1 - guess, group: next() < 0.5 ? 'a' : 'b' }
  })
}
