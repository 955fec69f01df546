import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import { canonicalJson } from '@attestry/core'
import { doesNotOpen } from './errors.js'

/** First bytes of every envelope. */
export const magic = 'attestry-vault/v1\n'

/** Plaintext bytes per chunk; only the last one may be shorter. */
export const chunkBytes = 65_536

const algorithm = 'A256GCM-CHUNK'
const tagBytes = 16
const maxHeaderBytes = 65_536
const aadPrefix = 'attestry-vault/v1'

/** A key that wraps file keys: 32 bytes, and a handle that says nothing about them. */
export interface WrappingKey {
  readonly id: string
  readonly bytes: Uint8Array
}

/** A wrapped file key. */
export interface Recipient {
  /** Handle of the wrapping key. */
  readonly kid: string
  readonly wrap: 'A256GCM'
  /** base64: 12-byte nonce, 32-byte wrapped key, 16-byte tag. AAD is `<kid>|<id>`. */
  readonly ek: string
}

/** What an envelope says in the clear. */
export interface EnvelopeHeader {
  readonly alg: typeof algorithm
  readonly chunk: typeof chunkBytes
  /** base64, 32 bytes. */
  readonly salt: string
  /** base64, 32 bytes: ties the ciphertext to one file key, which GCM alone does not. */
  readonly commit: string
  /** 32 hex digits, random. */
  readonly id: string
  readonly recipients: readonly Recipient[]
}

/** Random parts of one envelope, as arguments so that known answers exist. Never use one set twice. */
export interface EnvelopeSecrets {
  readonly fileKey: Uint8Array
  readonly salt: Uint8Array
  readonly id: Uint8Array
  readonly wrapNonce: Uint8Array
}

const freshSecrets = (): EnvelopeSecrets => ({
  fileKey: randomBytes(32),
  salt: randomBytes(32),
  id: randomBytes(16),
  wrapNonce: randomBytes(12),
})

/**
 * Encrypts bytes into an envelope.
 *
 * Layout: magic, header length (u32 big-endian), header (RFC 8785 JSON), 32-byte HMAC over all before it, then chunks, each
 * followed by its 16-byte tag. Chunk i has the nonce u88be(i) || (1 for the last one, else 0) and the AAD
 * `attestry-vault/v1` || salt || id || context.
 *
 * @param context names what is sealed, and is needed again to open it
 */
export function sealEnvelope(
  plaintext: Uint8Array,
  context: string,
  key: WrappingKey,
  { fileKey, salt, id, wrapNonce }: EnvelopeSecrets = freshSecrets(),
): Uint8Array {
  const keys = deriveKeys(fileKey, salt)
  const idText = Buffer.from(id).toString('hex')
  const ek = gcmSeal(key.bytes, wrapNonce, Buffer.from(`${key.id}|${idText}`), fileKey)
  const header: EnvelopeHeader = {
    alg: algorithm,
    chunk: chunkBytes,
    salt: base64(salt),
    commit: base64(keys.commit),
    id: idText,
    recipients: [{ kid: key.id, wrap: 'A256GCM', ek: base64(Buffer.concat([wrapNonce, ek])) }],
  }
  const headerBytes = Buffer.from(canonicalJson(header))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(headerBytes.length)
  const head = Buffer.concat([Buffer.from(magic), length, headerBytes])
  const parts: Uint8Array[] = [head, headerMac(keys.mac, head)]
  const aad = aadOf(header, context)
  const count = Math.max(1, Math.ceil(plaintext.length / chunkBytes))
  for (let i = 0; i < count; i++) {
    const chunk = plaintext.subarray(i * chunkBytes, (i + 1) * chunkBytes)
    parts.push(gcmSeal(keys.enc, nonceOf(i, i === count - 1), aad, chunk))
  }
  return Buffer.concat(parts)
}

/**
 * Decrypts an envelope.
 *
 * @throws VAULT-E001, and nothing else, when key, context or any byte is wrong. Nothing is released before every tag fits.
 */
export function openEnvelope(sealed: Uint8Array, context: string, key: WrappingKey): Uint8Array {
  const parsed = parseEnvelope(sealed)
  const recipient = parsed?.header.recipients.find(({ kid }) => kid === key.id)
  if (!parsed || !recipient) throw doesNotOpen()
  const { header, head, mac, body } = parsed
  try {
    const wrapped = Buffer.from(recipient.ek, 'base64')
    const fileKey = gcmOpen(
      key.bytes,
      wrapped.subarray(0, 12),
      Buffer.from(`${recipient.kid}|${header.id}`),
      wrapped.subarray(12),
    )
    const keys = deriveKeys(fileKey, Buffer.from(header.salt, 'base64'))
    // The commitment first: with any other file key nothing further is tried.
    if (!timingSafeEqual(keys.commit, Buffer.from(header.commit, 'base64'))) throw doesNotOpen()
    if (!timingSafeEqual(headerMac(keys.mac, head), mac)) throw doesNotOpen()
    const aad = aadOf(header, context)
    const step = chunkBytes + tagBytes
    const count = Math.max(1, Math.ceil(body.length / step))
    const chunks: Uint8Array[] = []
    for (let i = 0; i < count; i++)
      chunks.push(gcmOpen(keys.enc, nonceOf(i, i === count - 1), aad, body.subarray(i * step, (i + 1) * step)))
    // An empty last chunk behind full ones would give a plaintext a second form.
    if (count > 1 && chunks.at(-1)!.length === 0) throw doesNotOpen()
    return Buffer.concat(chunks)
  } catch {
    throw doesNotOpen()
  }
}

/** The header of an envelope; undefined for anything else. Checks the form only, no key is needed. */
export const readEnvelopeHeader = (bytes: Uint8Array): EnvelopeHeader | undefined => parseEnvelope(bytes)?.header

interface ParsedEnvelope {
  readonly header: EnvelopeHeader
  /** All bytes that the header MAC covers. */
  readonly head: Uint8Array
  readonly mac: Uint8Array
  readonly body: Uint8Array
}

function parseEnvelope(bytes: Uint8Array): ParsedEnvelope | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const start = magic.length + 4
  if (buffer.length < start || buffer.toString('latin1', 0, magic.length) !== magic) return undefined
  const length = buffer.readUInt32BE(magic.length)
  const end = start + length
  if (length > maxHeaderBytes || end + 32 > buffer.length) return undefined
  const text = buffer.toString('utf8', start, end)
  const header = parseHeader(text)
  return (
    header && {
      header,
      head: buffer.subarray(0, end),
      mac: buffer.subarray(end, end + 32),
      body: buffer.subarray(end + 32),
    }
  )
}

function parseHeader(text: string): EnvelopeHeader | undefined {
  try {
    const header = JSON.parse(text) as Partial<EnvelopeHeader>
    const isWhole =
      header.alg === algorithm &&
      header.chunk === chunkBytes &&
      isBase64(header.salt, 32) &&
      isBase64(header.commit, 32) &&
      typeof header.id === 'string' &&
      /^[0-9a-f]{32}$/.test(header.id) &&
      Array.isArray(header.recipients) &&
      header.recipients.every(
        one => one.wrap === 'A256GCM' && typeof one.kid === 'string' && isBase64(one.ek, 12 + 32 + tagBytes),
      )
    // Only one spelling of a header exists.
    return isWhole && canonicalJson(header) === text ? (header as EnvelopeHeader) : undefined
  } catch {
    return undefined
  }
}

/** HKDF-SHA256 of the file key: for the chunks, for the header's MAC, and to commit to the key. */
function deriveKeys(fileKey: Uint8Array, salt: Uint8Array): { enc: Uint8Array; mac: Uint8Array; commit: Uint8Array } {
  const bytes = Buffer.from(hkdfSync('sha256', fileKey, salt, 'attestry/vault/v1', 96))
  return { enc: bytes.subarray(0, 32), mac: bytes.subarray(32, 64), commit: bytes.subarray(64) }
}

const headerMac = (mac: Uint8Array, head: Uint8Array): Uint8Array => createHmac('sha256', mac).update(head).digest()

/** u88be(index) || last: an index below 2^53 leaves the first four bytes zero. */
function nonceOf(index: number, isLast: boolean): Uint8Array {
  const nonce = Buffer.alloc(12)
  nonce.writeBigUInt64BE(BigInt(index), 3)
  nonce[11] = isLast ? 1 : 0
  return nonce
}

/** Salt and id have fixed lengths, so that the context begins at one place only. */
const aadOf = ({ salt, id }: EnvelopeHeader, context: string): Uint8Array =>
  Buffer.concat([Buffer.from(aadPrefix), Buffer.from(salt, 'base64'), Buffer.from(id), Buffer.from(context)])

/** Ciphertext || tag. */
function gcmSeal(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes }).setAAD(aad)
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
}

function gcmOpen(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Uint8Array {
  if (sealed.length < tagBytes) throw doesNotOpen()
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
  decipher.setAAD(aad).setAuthTag(sealed.subarray(-tagBytes))
  return Buffer.concat([decipher.update(sealed.subarray(0, -tagBytes)), decipher.final()])
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

function isBase64(value: unknown, length: number): boolean {
  if (typeof value !== 'string') return false
  const bytes = Buffer.from(value, 'base64')
  return bytes.length === length && bytes.toString('base64') === value
}
