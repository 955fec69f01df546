import { mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { writeDurably, type AttestryError } from '@attestry/core'
import type { z } from 'zod'
import { withLock } from './lock.js'

/** What a change leaves, and what it tells its caller. The same state again: nothing is written. */
export interface Change<S, T> {
  readonly state: S
  readonly value: T
}

/** A small state that outlives processes, replaced as a whole by one process at a time. */
export interface StateFile<S> {
  /** As it is now. */
  read(): Promise<S>
  /** Resolves when the changed state is on disk. @throws MONITOR-E206 when another process does not give it back */
  change<T>(action: (state: S) => Change<S, T> | Promise<Change<S, T>>): Promise<T>
}

export interface StateFileOptions<S> {
  readonly path: string
  readonly schema: z.ZodType<S>
  /** When there is no file. */
  readonly empty: S
  /** The error for a file that is no such state. */
  readonly damaged: (problem: string) => AttestryError
}

/** Opens a state file; made by the first change, readable by its owner alone. */
export function openStateFile<S>({ path, schema, empty, damaged }: StateFileOptions<S>): StateFile<S> {
  const read = async (): Promise<S> => {
    const text = await readFile(path, 'utf8').catch((failure: NodeJS.ErrnoException) => {
      if (failure.code === 'ENOENT') return null
      throw damaged(failure.code ?? 'it cannot be read')
    })
    if (text === null) return empty
    const checked = schema.safeParse(parsed(text))
    if (checked.success) return checked.data
    const { path: place, message } = checked.error.issues[0]!
    throw damaged(`${place.join('.') || 'it'}: ${message}`)
  }
  return {
    read,
    async change(action) {
      await mkdir(dirname(path), { recursive: true })
      return withLock(`${path}.lock`, async held => {
        const before = await read()
        const { state, value } = await action(before)
        if (state !== before) {
          await held.confirm()
          await writeDurably(path, `${JSON.stringify(state, null, 1)}\n`, 0o600)
        }
        return value
      })
    },
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
