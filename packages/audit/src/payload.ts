import { createHash, randomBytes } from 'node:crypto'
import { canonicalJson, type JsonValue, type Vault } from '@attestry/core'
import type { Commitment, Entry } from './entry.js'
import { eventTooLarge, logDamaged } from './errors.js'
import { base64, fromBase64 } from './signed-note.js'

/** Where payloads lie, below the log folder. */
export const payloadFile = 'payloads.jsonl'

const maxPayloadBytes = 64 * 2 ** 20
const saltBytes = 32

/** A payload ready to be stored: its line, and the parts of the commitment that do not depend on where it lies. */
export interface StoredPayload {
  /** One line of payloads.jsonl, with its newline. */
  readonly line: Uint8Array
  readonly h: string
}

const hex = (...parts: readonly (Uint8Array | string)[]): string => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}

/** What the payload of an event is sealed for: it opens in no other place. */
const contextOf = (run: string, id: string): string => `audit-payload/${run}/${id}`

/**
 * Salts a payload and encodes it as a line: `{ id, payload, salt }`, or `{ id, sealed }` when a vault is given.
 *
 * The salt lies with the payload, so that destroying one destroys both and the commitment tells nothing.
 */
export async function storePayload(header: Entry, payload: JsonValue, vault?: Vault): Promise<StoredPayload> {
  const salt = randomBytes(saltBytes)
  const text = canonicalJson(payload)
  const h = hex(salt, text)
  const { id, run } = header
  const open = `"payload":${text},"salt":"${base64(salt)}"}`
  const line = vault
    ? canonicalJson({ id, sealed: base64(await vault.seal(Buffer.from(`{${open}`), contextOf(run, id))) })
    : `{"id":"${id}",${open}`
  const bytes = Buffer.from(`${line}\n`)
  if (bytes.length > maxPayloadBytes) throw eventTooLarge('payload', bytes.length, maxPayloadBytes)
  return { line: bytes, h }
}

export const commitTo = ({ line, h }: StoredPayload, at: number): Commitment => ({
  h,
  line: hex(line),
  at,
  size: line.length,
})

/** Whether a stored line is the one that the entry names. Needs no key. */
export const isLineOf = (line: Uint8Array, commit: Commitment): boolean =>
  line.length === commit.size && hex(line) === commit.line

/**
 * The payload of an entry; undefined when it is sealed and no vault is given.
 *
 * @throws AUDIT-E005 when the line is not the one that the entry commits to
 * @throws what the vault throws when its key is missing or wrong
 */
export async function openPayload(entry: Entry, line: Uint8Array, vault?: Vault): Promise<JsonValue | undefined> {
  const { commit, id, run } = entry
  const damaged = (): Error => logDamaged(`log/${payloadFile}`, `the payload of event ${id} is not what its entry says`)
  if (!commit || !isLineOf(line, commit)) throw damaged()
  const stored = JSON.parse(Buffer.from(line).toString()) as StoredLine
  if (stored.id !== id) throw damaged()
  if ('sealed' in stored && !vault) return undefined
  const { payload, salt } =
    'sealed' in stored
      ? (JSON.parse(
          Buffer.from(await vault!.open(fromBase64(stored.sealed) ?? new Uint8Array(), contextOf(run, id))).toString(),
        ) as Opened)
      : stored
  if (hex(fromBase64(salt) ?? '', canonicalJson(payload)) !== commit.h) throw damaged()
  return payload
}

interface Opened {
  readonly payload: JsonValue
  readonly salt: string
}

type StoredLine = ({ readonly id: string } & Opened) | { readonly id: string; readonly sealed: string }
