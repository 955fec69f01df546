import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { writeDurably, type Vault } from '@attestry/core'
import { base32 } from './base32.js'
import { canonicalForm } from './canonical-form.js'
import { brokenTokenTable } from './errors.js'
import { isIdentifierType, type IdentifierType } from './identifier-types.js'
import { shortestSealingKey } from './operators/seal-value.js'
import { isPseudonymBody, tokenLength } from './placeholder.js'
import { subkeys } from './subkeys.js'

/** What the operator `token` needs: gives the token of a value, and makes one where there is none. */
export interface TokenSource {
  tokenOf(type: IdentifierType, value: string, subject?: string): string
}

/** What `reveal` needs: the value behind a token, as it was first written. */
export interface TokenLookup {
  valueOf(token: string): string | undefined
}

/** Tokens and the values behind them. */
export interface TokenVault extends TokenSource, TokenLookup {
  /** Removes the tokens of a person: they lead nowhere once `save` resolved. @returns how many there were */
  forget(subject: string): number
  /** Writes the table, durable once it resolves. Call it before a text with new tokens leaves your hands. */
  save(): Promise<void>
  readonly size: number
}

/** Encryption of the whole table; the `Vault` of a run is one. */
export type Sealing = Pick<Vault, 'seal' | 'open'>

export interface TokenVaultOptions {
  /** Path of the table; made at the first `save`. One process at a time. */
  readonly file: string
  readonly sealing: Sealing
}

interface Entry {
  readonly token: string
  readonly type: IdentifierType
  readonly value: string
  readonly subject?: string
}

const context = 'pii-tokens'
const fileMode = 0o600

/**
 * A table of random tokens in one encrypted file. A token is 128 random bits: nothing about the value can be told from it, so it is
 * the one pseudonym that Safe Harbor allows (45 CFR 164.514(c)). The same value of the same person gets the same token; without
 * a subject, the same value.
 *
 * The table is held in memory as long as the vault is open, and written whole.
 *
 * @throws PII-E016 when the file does not open
 */
export async function openTokenVault({ file, sealing }: TokenVaultOptions): Promise<TokenVault> {
  const byToken = new Map<string, Entry>()
  const byValue = new Map<string, string>()
  const add = (entry: Entry): void => {
    byToken.set(entry.token, entry)
    byValue.set(keyOf(entry.type, entry.value, entry.subject), entry.token)
  }
  for (const entry of await readTable(file, sealing)) add(entry)
  return {
    get size() {
      return byToken.size
    },
    tokenOf(type, value, subject) {
      const known = byValue.get(keyOf(type, value, subject))
      if (known !== undefined) return known
      const token = `${type}_${randomBody()}`
      add({ token, type, value, ...(subject !== undefined && { subject }) })
      return token
    },
    valueOf: token => byToken.get(token)?.value,
    forget(subject) {
      const gone = [...byToken.values()].filter(entry => entry.subject === subject)
      for (const { token, type, value } of gone) {
        byToken.delete(token)
        byValue.delete(keyOf(type, value, subject))
      }
      return gone.length
    },
    async save() {
      const table = JSON.stringify({ version: 1, entries: [...byToken.values()] })
      await writeDurably(file, await sealing.seal(Buffer.from(table, 'utf8'), context), fileMode)
    },
  }
}

/**
 * Sealing under a key of one's own: a random nonce, AES-256-GCM, the context as additional data.
 *
 * @param key secret, at least 32 bytes
 * @throws PII-E004 when the key is shorter; `open` rejects when key, context or bytes are others
 */
export function sealingKey(key: Uint8Array): Sealing {
  const sealKey = subkeys(key, '', shortestSealingKey)('seal')
  return {
    async seal(plaintext, about) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', sealKey, nonce).setAAD(Buffer.from(about))
      return new Uint8Array(Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]))
    },
    async open(sealed, about) {
      const decipher = createDecipheriv('aes-256-gcm', sealKey, sealed.subarray(0, 12), { authTagLength: 16 })
      decipher.setAAD(Buffer.from(about)).setAuthTag(sealed.subarray(-16))
      return new Uint8Array(Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]))
    },
  }
}

const keyOf = (type: IdentifierType, value: string, subject: string | undefined): string =>
  JSON.stringify([type, canonicalForm(type, value), subject ?? null])

function randomBody(): string {
  for (;;) {
    const body = base32(randomBytes(16))
    if (isPseudonymBody(body)) return body
  }
}

async function readTable(file: string, sealing: Sealing): Promise<readonly Entry[]> {
  let sealed: Uint8Array
  try {
    sealed = await readFile(file)
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw failure
  }
  let entries: unknown
  try {
    const table: unknown = JSON.parse(Buffer.from(await sealing.open(sealed, context)).toString('utf8'))
    entries = typeof table === 'object' && table !== null && 'entries' in table ? table.entries : undefined
  } catch {
    // The cause is not told: it may hold a part of the table.
    throw brokenTokenTable(file)
  }
  if (!Array.isArray(entries) || !entries.every(isEntry)) throw brokenTokenTable(file)
  return entries
}

function isEntry(entry: unknown): entry is Entry {
  if (typeof entry !== 'object' || entry === null) return false
  const { token, type, value, subject } = entry as Record<string, unknown>
  return (
    typeof type === 'string' &&
    isIdentifierType(type) &&
    typeof token === 'string' &&
    token.length === type.length + 1 + tokenLength &&
    typeof value === 'string' &&
    (subject === undefined || typeof subject === 'string')
  )
}
