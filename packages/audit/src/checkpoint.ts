import { noteRefused } from './errors.js'
import { base64, fromBase64, openNote, signNote, type SigningKey, type VerifierKey } from './signed-note.js'
import type { Hash } from './merkle-tree.js'

/** The state of a log: how many entries, and the root over them (C2SP tlog-checkpoint). */
export interface Checkpoint {
  /** Names the log: here the verifier key's name, a slash, and the run's id. */
  readonly origin: string
  readonly size: number
  readonly root: Hash
}

/** The origin of a run's log: one key signs the logs of many runs, and none can stand in for another. */
export const logOrigin = (key: VerifierKey, run: string): string => `${key.name}/${run}`

export const signCheckpoint = ({ origin, size, root }: Checkpoint, key: SigningKey): string =>
  signNote(`${origin}\n${size}\n${base64(root)}\n`, key)

/**
 * Reads a checkpoint that one of `keys` signed.
 *
 * @throws AUDIT-E011 when it does not verify, or is not an origin, a size and a root. Extension lines are refused, since
 *   nobody would check them.
 */
export function openCheckpoint(note: Uint8Array, keys: readonly VerifierKey[]): Checkpoint {
  return parseCheckpoint(openNote(note, keys))
}

export function parseCheckpoint(text: string): Checkpoint {
  const match = /^([^\s+]+)\n(0|[1-9]\d{0,14})\n(\S+)\n$/u.exec(text)
  const root = match && fromBase64(match[3]!)
  if (!match || root?.length !== 32) throw noteRefused('its text is not an origin, a size and a root')
  return { origin: match[1]!, size: Number(match[2]), root }
}
