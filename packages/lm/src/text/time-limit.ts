import { createContext, Script } from 'node:vm'

/** Runs something that is not trusted to end; throws `tooLong()` once it took more than so many milliseconds. */
export type Bounded = <T>(limitMs: number, run: () => T) => T

const script = new Script('run()')

/** A way to run untrusted patterns: the regular expressions of a file can take time without end on a crafted text. */
export function timeLimit(tooLong: () => Error): Bounded {
  const inside: { run?: () => unknown } = {}
  const context = createContext(inside)
  return <T>(limitMs: number, run: () => T): T => {
    inside.run = run
    try {
      return script.runInContext(context, { timeout: Math.ceil(limitMs) }) as T
    } catch (error) {
      if ((error as { code?: unknown } | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw tooLong()
      throw error
    } finally {
      delete inside.run
    }
  }
}
