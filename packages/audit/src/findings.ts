/** A file, relative to the run, and what is wrong with it. */
export interface Problem {
  readonly file: string
  readonly problem: string
}

/** What a verification says of each file: exactly one of three things, so that no file is passed over in silence. */
export interface Findings {
  problem(file: string, problem: string): void
  /** Every bit of the file is checked; `by` says against what. */
  cover(file: string, by: string): void
  /** A bit of the file could change unnoticed, or the file is not here; `reason` says why. */
  leave(file: string, reason: string): void
  /** Whether anything was said of a file. */
  has(file: string): boolean
  readonly problems: readonly Problem[]
  covered(): { readonly file: string; readonly by: string }[]
  uncovered(): { readonly file: string; readonly reason: string }[]
}

export function createFindings(): Findings {
  const problems: Problem[] = []
  const broken = new Set<string>()
  const covered = new Map<string, string>()
  const left = new Map<string, string>()
  const isSound = ([file]: readonly [string, string]): boolean => !broken.has(file)
  return {
    problem(file, problem) {
      broken.add(file)
      problems.push({ file, problem })
    },
    cover: (file, by) => void covered.set(file, by),
    leave: (file, reason) => void left.set(file, reason),
    has: file => broken.has(file) || covered.has(file) || left.has(file),
    problems,
    covered: () => [...covered].filter(isSound).map(([file, by]) => ({ file, by })),
    uncovered: () => [...left].filter(isSound).map(([file, reason]) => ({ file, reason })),
  }
}
