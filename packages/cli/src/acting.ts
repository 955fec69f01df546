import { join } from 'node:path'
import { loadSigningKey, principalKeyFile, withWorkspaceLog, workspaceRun, type WorkspaceLog } from '@attestry/audit'
import { systemClock, type Clock } from '@attestry/core'
import { text, type Given } from './command.js'
import { missingArgument } from './errors.js'

/** Who acts, where, and the log that is told of it. */
export interface Acting {
  readonly workspace: string
  readonly keys: string
  readonly actor: string
  readonly run: string
  readonly clock: Clock
  readonly log: WorkspaceLog
}

/**
 * Runs an action outside of runs in the name of the person of `--as`, who must have a key here: nobody acts unnamed.
 *
 * @throws CLI-E002 without `--as`, AUDIT-E012 when there is no such key, AUDIT-E004 when another process keeps the log
 */
export async function actAs<T>(
  given: Given,
  workspace: string,
  usage: string,
  action: (acting: Acting) => Promise<T>,
): Promise<T> {
  const actor = needed(given, 'as', usage)
  await loadSigningKey(principalKeyFile(workspace, actor))
  return withWorkspaceLog(workspace, log =>
    action({ workspace, keys: join(workspace, 'keys'), actor, run: workspaceRun, clock: systemClock, log }),
  )
}

/** An option that must be given. @throws CLI-E002 */
export function needed(given: Given, name: string, usage: string): string {
  const value = text(given, name)
  if (value === undefined || value === '') throw missingArgument(`--${name}`, `attestry ${usage}`)
  return value
}

/** A person's identifier from `--subject`, or from the standard input for `-`, which keeps it out of the shell's history. */
export async function subjectOf(given: Given, usage: string): Promise<string> {
  const word = needed(given, 'subject', usage)
  if (word !== '-') return word
  let line = ''
  for await (const chunk of process.stdin) {
    line += String(chunk)
    if (line.length > 10_000) break
  }
  const identifier = line.split(/\r?\n/)[0]!.trim()
  if (identifier === '') throw missingArgument('the identifier on the standard input', `attestry ${usage}`)
  return identifier
}
