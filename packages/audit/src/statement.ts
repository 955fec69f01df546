import {
  canonicalJson,
  sha256,
  type Digest,
  type JsonValue,
  type StatementDraft,
  type StatementType,
} from '@attestry/core'
import { writeDurably } from './disk.js'
import { statementRefused } from './errors.js'
import {
  base64,
  fromBase64,
  keyIdOf,
  signBytes,
  verifyBytes,
  type SigningKey,
  type VerifierKey,
} from './signed-note.js'

const payloadType = 'application/vnd.in-toto+json'
const statementType = 'https://in-toto.io/Statement/v1'
const types: readonly StatementType[] = ['evidence', 'approval', 'attestation', 'resolution', 'deployment']

/** `https://attestry.dev/approval/v1` and the like: what the predicate of a statement means. */
export const predicateTypeOf = (type: StatementType): string => `https://attestry.dev/${type}/v1`

/** DSSE pre-authentication encoding: the bytes that are signed. Lengths are bytes, in decimal. */
export function preAuthEncoding(type: string, body: Uint8Array): Uint8Array {
  const head = Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${body.length} `)
  return Buffer.concat([head, body])
}

/** The bytes of a statement file: an in-toto Statement v1 in a DSSE envelope, signed with one key. */
export function signedEnvelope(draft: StatementDraft, key: SigningKey): Uint8Array {
  const statement = canonicalJson({
    _type: statementType,
    subject: draft.subjects.map(({ name, digest }) => ({ name, digest: { sha256: digest.slice('sha256:'.length) } })),
    predicateType: predicateTypeOf(draft.type),
    predicate: draft.predicate,
  })
  const body = Buffer.from(statement)
  const sig = signBytes(key, preAuthEncoding(payloadType, body))
  return Buffer.from(
    canonicalJson({ payload: base64(body), payloadType, signatures: [{ keyid: keyIdOf(key), sig: base64(sig) }] }),
  )
}

/**
 * Signs a draft as a person and writes it durably.
 *
 * @param file usually below `<workspace>/register/`, ending in `.dsse.json`
 */
export async function signStatement(
  draft: StatementDraft,
  key: SigningKey,
  file: string,
): Promise<{ readonly file: string; readonly digest: Digest; readonly keyId: string }> {
  const bytes = signedEnvelope(draft, key)
  await writeDurably(file, bytes)
  return { file, digest: sha256(bytes), keyId: keyIdOf(key) }
}

/** A draft as it was signed, and the key that signed it. */
export interface OpenedEnvelope<Key extends VerifierKey> {
  readonly draft: StatementDraft
  readonly key: Key
}

/**
 * Opens a statement file: verifies before it parses.
 *
 * The key id of the envelope is only a hint, so every known key is tried. The payload must be RFC 8785 JSON, which leaves
 * no room for duplicate members.
 *
 * @throws AUDIT-E016 when no known key signed exactly these bytes, or what was signed is not a statement of ours
 */
export function openEnvelope<Key extends VerifierKey>(file: Uint8Array, keys: readonly Key[]): OpenedEnvelope<Key> {
  const envelope = parse(Buffer.from(file).toString(), 'it is not JSON')
  if (!isRecord(envelope)) throw statementRefused('it is not a DSSE envelope')
  const { payload, signatures } = envelope
  if (envelope.payloadType !== payloadType) throw statementRefused('it is not an in-toto payload')
  const body = typeof payload === 'string' ? looseBase64(payload) : undefined
  if (!body || !Array.isArray(signatures) || signatures.length > 16) throw statementRefused('it is not a DSSE envelope')
  const signed = preAuthEncoding(payloadType, body)
  const sigs = signatures.flatMap(one =>
    isRecord(one) && typeof one.sig === 'string' ? (looseBase64(one.sig) ?? []) : [],
  )
  const key = keys.find(known => sigs.some(sig => verifyBytes(known, signed, sig)))
  if (!key) throw statementRefused('no known principal has the key that signed it')
  return { draft: parseDraft(Buffer.from(body).toString()), key }
}

function parseDraft(text: string): StatementDraft {
  const statement = parse(text, 'its payload is not JSON')
  if (!isRecord(statement) || statement._type !== statementType || canonicalOf(statement) !== text)
    throw statementRefused('its payload is not an in-toto Statement v1 in canonical JSON')
  const { subject, predicateType, predicate } = statement
  const type = types.find(known => predicateTypeOf(known) === predicateType)
  if (!type) throw statementRefused('its predicate type is unknown')
  if (!Array.isArray(subject) || !isRecord(predicate)) throw statementRefused('it lacks subjects or a predicate')
  const subjects = subject.map(one => {
    const digest = isRecord(one) && isRecord(one.digest) ? one.digest.sha256 : undefined
    if (!isRecord(one) || typeof one.name !== 'string' || typeof digest !== 'string' || !/^[0-9a-f]{64}$/.test(digest))
      throw statementRefused('a subject lacks a name or a sha256 digest')
    return { name: one.name, digest: `sha256:${digest}` as Digest }
  })
  return { type, subjects, predicate: predicate as { readonly [key: string]: JsonValue } }
}

function parse(text: string, otherwise: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw statementRefused(otherwise)
  }
}

function canonicalOf(value: unknown): string | undefined {
  try {
    return canonicalJson(value)
  } catch {
    return undefined
  }
}

/** Standard or URL-safe, as DSSE asks of verifiers. */
const looseBase64 = (text: string): Uint8Array | undefined => fromBase64(text.replaceAll('-', '+').replaceAll('_', '/'))

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
