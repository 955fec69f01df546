import { createHash, createPublicKey, sign, verify, type KeyObject } from 'node:crypto'
import { noteRefused, vkeyRefused } from './errors.js'

/** The type byte of an Ed25519 key in key ids and verifier keys. */
const ed25519 = 1

/** A key that verifies signatures: what its `name+id+base64` text says. */
export interface VerifierKey {
  readonly name: string
  /** First four bytes of SHA-256(name || 0x0A || type || public key), as 8 hex digits. A hint, not a hash to trust. */
  readonly id: string
  /** 32 bytes. */
  readonly publicKey: Uint8Array
}

/** A key that signs. The private key never leaves its `KeyObject`. */
export interface SigningKey extends VerifierKey {
  readonly privateKey: KeyObject
}

/** Makes the verifier key of a raw Ed25519 public key. @throws AUDIT-E010 when the name is empty or has a space or `+` */
export function verifierKey(name: string, publicKey: Uint8Array): VerifierKey {
  if (!/^[^\s+]{1,200}$/u.test(name)) throw vkeyRefused('its name is empty, too long, or has a space or a plus')
  if (publicKey.length !== 32) throw vkeyRefused(`an Ed25519 key has 32 bytes, this one ${publicKey.length}`)
  const id = createHash('sha256').update(`${name}\n`).update(Uint8Array.of(ed25519)).update(publicKey).digest()
  return { name, id: id.subarray(0, 4).toString('hex'), publicKey }
}

/** The text form of a verifier key (C2SP signed-note): `<name>+<id>+<base64(type || public key)>`. */
export const formatVkey = ({ name, id, publicKey }: VerifierKey): string =>
  `${name}+${id}+${base64(Buffer.concat([Uint8Array.of(ed25519), publicKey]))}`

/** Reads a verifier key. @throws AUDIT-E010 when it is malformed, of another type, or its id does not fit */
export function parseVkey(text: string): VerifierKey {
  const match = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/u.exec(text.trim())
  const bytes = match && fromBase64(match[3]!)
  if (!match || !bytes) throw vkeyRefused('it is not of the form name+id+base64')
  if (bytes[0] !== ed25519) throw vkeyRefused(`its type is ${bytes[0]}, only Ed25519 (1) is supported`)
  const key = verifierKey(match[1]!, bytes.subarray(1))
  if (key.id !== match[2]) throw vkeyRefused(`its id is ${match[2]}, the key's is ${key.id}`)
  return key
}

/** SHA-256 of the public key alone, in hex: the same key under two names is one key. */
export const keyIdOf = ({ publicKey }: Pick<VerifierKey, 'publicKey'>): string =>
  createHash('sha256').update(publicKey).digest('hex')

export const signBytes = (key: SigningKey, bytes: Uint8Array): Uint8Array => sign(null, bytes, key.privateKey)

// DER SubjectPublicKeyInfo of an Ed25519 key is this prefix and the 32 bytes (RFC 8410).
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex')

export function verifyBytes(
  { publicKey }: Pick<VerifierKey, 'publicKey'>,
  bytes: Uint8Array,
  sig: Uint8Array,
): boolean {
  if (sig.length !== 64) return false
  const key = createPublicKey({ key: Buffer.concat([spkiPrefix, publicKey]), format: 'der', type: 'spki' })
  return verify(null, bytes, key, sig)
}

/** Signs a note. `text` ends in a newline and has no other control character. */
export function signNote(text: string, key: SigningKey): string {
  const signature = Buffer.concat([Buffer.from(key.id, 'hex'), signBytes(key, Buffer.from(text))])
  return `${text}\n\u2014 ${key.name} ${base64(signature)}\n`
}

const maxNoteBytes = 1_000_000

/**
 * The text of a note that at least one of `keys` signed (C2SP signed-note).
 *
 * Signatures of unknown keys are passed over; one of a known key that does not verify condemns the note.
 *
 * @throws AUDIT-E011 when the note is malformed, too long, unsigned by `keys`, or has a wrong signature
 */
export function openNote(note: Uint8Array, keys: readonly VerifierKey[]): string {
  if (note.length > maxNoteBytes) throw noteRefused(`it has ${note.length} bytes, at most ${maxNoteBytes} are read`)
  const whole = utf8(note)
  const split = whole.lastIndexOf('\n\n')
  // biome-ignore lint: control characters are what is looked for
  if (split < 0 || !whole.endsWith('\n') || /[\0-\x09\x0b-\x1f]/.test(whole)) throw noteRefused('it is malformed')
  const text = whole.slice(0, split + 1)
  const lines = whole.slice(split + 2, -1).split('\n')
  if (lines.length > 64) throw noteRefused(`it has ${lines.length} signatures, at most 64 are read`)
  let isSigned = false
  for (const line of lines) {
    const match = /^\u2014 ([^\s+]+) (\S+)$/u.exec(line)
    const bytes = match && fromBase64(match[2]!)
    if (!match || !bytes || bytes.length < 5) throw noteRefused('a signature line is malformed')
    const id = Buffer.from(bytes.subarray(0, 4)).toString('hex')
    const key = keys.find(known => known.name === match[1] && known.id === id)
    if (!key) continue
    if (!verifyBytes(key, Buffer.from(text), bytes.subarray(4)))
      throw noteRefused(`the signature of ${key.name} is wrong`)
    isSigned = true
  }
  if (!isSigned) throw noteRefused('no signature is by the expected key')
  return text
}

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw noteRefused('it is not UTF-8')
  }
}

export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

/** Bytes of standard, padded base64; undefined for any other spelling, so that each value has one form. */
export function fromBase64(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}
