import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isAttestryError, type SubjectHandles } from '@attestry/core'
import { openSubjectHandles } from '@attestry/governance'
import type { PersonalRow, SftSettings } from '@attestry/lm'
import { nobodyKnownAgain } from '../errors.js'

/** A row of training data under the handle of its person. */
export interface HandledRow {
  /** File that it stands in, as the config names it. */
  readonly path: string
  readonly handle: string
}

/** Who is known again from run to run in a workspace. */
export interface KnownPeople {
  /** Handles of the workspace, and for people whom it does not know new ones, which are not kept yet. */
  handled(rows: readonly PersonalRow[]): readonly HandledRow[]
  /** Resolves when every handle that was given is on disk. */
  keep(): Promise<void>
}

/**
 * The handles that governed runs of the workspace use too, so that a person is the same in both.
 *
 * @param isTrial nothing is written: who is not known yet gets a handle for now
 * @throws CLI-E020 where handles cannot be kept
 */
export function peopleOf(workspace: string, isTrial: boolean): KnownPeople {
  const keys = join(workspace, 'keys')
  const handles = isTrial && !existsSync(join(keys, 'subjects.jsonl')) ? handlesForNow() : openSubjectHandles(keys)
  return {
    handled: rows => keeping(() => rows.map(({ path, subject }) => ({ path, handle: handles.handleOf(subject) }))),
    keep: () => handles.flush().catch(refused),
  }
}

function handlesForNow(): SubjectHandles {
  const known = new Map<string, string>()
  return {
    handleOf(identifier) {
      const handle = known.get(identifier) ?? randomBytes(16).toString('hex')
      known.set(identifier, handle)
      return handle
    },
    flush: () => Promise.resolve(),
  }
}

function keeping<T>(act: () => T): T {
  try {
    return act()
  } catch (failure) {
    return refused(failure)
  }
}

function refused(failure: unknown): never {
  throw isAttestryError(failure) ? failure : nobodyKnownAgain(failure)
}

/** Settings in which every data file has a field for its people: its own, or one that was named for all. */
export const withSubjectField = (settings: SftSettings, field: string | undefined): SftSettings =>
  field === undefined
    ? settings
    : { ...settings, datasets: settings.datasets.map(dataset => ({ subject: field, ...dataset })) }
