import { ulid, type AuditLog, type Digest } from '@attestry/core'
import { reversalRefused } from './errors.js'
import type { IdentifierType } from './identifier-types.js'
import { valueCipher, type OpenedValue, type ValueCipher } from './operators/seal-value.js'
import { reversible } from './placeholder.js'
import type { TokenLookup } from './token-vault.js'

/** Who reads values back, what for, and how many. Holds no value. */
export interface Reversal {
  /** Handle of the principal who asks. */
  readonly principal: string
  readonly purpose: string
  readonly recordId?: string
  /** SHA-256 of the file that the values stand in, where it is one. */
  readonly digest?: Digest
  /** How many values are about to be read back, by type. */
  readonly counts: Readonly<Record<string, number>>
}

export interface RevealOptions {
  /** Handle of the principal who asks; not empty. */
  readonly principal: string
  /** What for; not empty. */
  readonly purpose: string
  /**
   * Records the reversal; nothing is read back before it resolves, and nothing at all when it rejects. `recordIn` makes one of an
   * audit log.
   */
  readonly record: (reversal: Reversal) => Promise<unknown>
  /** The vault of the tokens. Without it tokens stay as they are. */
  readonly tokens?: TokenLookup
  /** The key of `encrypt` and `encipher`. Without it encrypted values stay as they are. */
  readonly encryptionKey?: Uint8Array
  /** The id that the record had when it was written. */
  readonly recordId?: string
}

/**
 * Reads tokens and encrypted values of a text back: all of them, or none.
 *
 * @throws PII-E015 without a record, principal, purpose, key or vault, and when a value does not open; PII-E004 for a short key; what
 *   `record` rejects with
 */
export async function reveal(text: string, options: RevealOptions): Promise<string> {
  const cipher = checkReversal(options)
  const { tokens, recordId } = options
  const places = placesIn(text, options)
  if (places.some(({ sealed }) => sealed !== undefined) && recordId === undefined)
    throw reversalRefused("there are encrypted values, and no 'recordId'")
  await recordReversal(options, countsOf(places))
  let read = ''
  let at = 0
  for (const place of places) {
    const opened = openPlace(place, recordId, tokens, cipher)
    if (!opened) throw reversalRefused('not every value opens')
    read += text.slice(at, place.index) + opened.value
    at = place.index + place.whole.length
  }
  return read + text.slice(at)
}

/** What stands in a text for a value that can be read back. */
export interface Place {
  readonly whole: string
  readonly index: number
  readonly type: IdentifierType
  /** Of an encrypted value; undefined for a token. */
  readonly sealed: string | undefined
}

/** Places of a text that the vault or the key at hand is for. */
export const placesIn = (
  text: string,
  { tokens, encryptionKey }: Pick<RevealOptions, 'tokens' | 'encryptionKey'>,
): readonly Place[] =>
  [...text.matchAll(reversible())]
    .map(({ 0: whole, 1: sealedType, 2: sealed, 3: tokenType, index }) => ({
      whole,
      index,
      type: (sealedType ?? tokenType) as IdentifierType,
      sealed,
    }))
    .filter(({ sealed }) => (sealed === undefined ? tokens !== undefined : encryptionKey !== undefined))

/** The value of a place; undefined where it does not open. */
export function openPlace(
  { whole, type, sealed }: Place,
  recordId: string | undefined,
  tokens: TokenLookup | undefined,
  cipher: ValueCipher | undefined,
): OpenedValue | undefined {
  if (sealed !== undefined) return recordId === undefined ? undefined : cipher?.open(type, recordId, sealed)
  const value = tokens?.valueOf(whole)
  return value === undefined ? undefined : { value }
}

/** A number that `encipher` wrote; nothing in a text tells where they are. */
export interface Enciphered {
  readonly type: IdentifierType
  readonly value: string
}

/**
 * Reads enciphered numbers back. Under another key it gives other numbers: FF1 has no check.
 *
 * @throws as `reveal`
 */
export async function revealEnciphered(
  numbers: readonly Enciphered[],
  options: RevealOptions,
): Promise<readonly string[]> {
  const cipher = checkReversal(options)
  if (!cipher) throw reversalRefused("there is no 'encryptionKey'")
  await recordReversal(options, countsOf(numbers))
  return numbers.map(({ type, value }) => {
    const number = cipher.decipher(type, value)
    if (number === undefined) throw reversalRefused('not every value opens')
    return number
  })
}

/** Records reversals in an audit log, as `attestry.identifiers.reveal-requested`. */
export const recordIn =
  (log: Pick<AuditLog, 'append'>, run: string): RevealOptions['record'] =>
  ({ principal, purpose, recordId, digest, counts }) =>
    log.append({
      id: ulid(),
      type: 'attestry.identifiers.reveal-requested',
      time: new Date().toISOString(),
      phase: 'note',
      actor: principal,
      run,
      ...(digest !== undefined && { objects: [digest] }),
      payload: { purpose, counts: { ...counts }, ...(recordId !== undefined && { recordId }) },
    })

/** The cipher of the key, if there is one. @throws PII-E004, PII-E015 */
export function checkReversal({
  principal,
  purpose,
  record,
  tokens,
  encryptionKey,
}: RevealOptions): ValueCipher | undefined {
  if (typeof record !== 'function') throw reversalRefused('there is no place to record it')
  if (typeof principal !== 'string' || principal.trim() === '') throw reversalRefused('it is not said who asks')
  if (typeof purpose !== 'string' || purpose.trim() === '') throw reversalRefused('it is not said what for')
  if (!tokens && !encryptionKey) throw reversalRefused('there is neither a vault of tokens nor a key')
  return encryptionKey && valueCipher(encryptionKey)
}

/** Resolves when the reversal is recorded. */
export async function recordReversal(
  { principal, purpose, record, recordId }: RevealOptions,
  counts: Reversal['counts'],
  digest?: Digest,
): Promise<void> {
  await record({
    principal,
    purpose,
    ...(recordId !== undefined && { recordId }),
    ...(digest !== undefined && { digest }),
    counts: { ...counts },
  })
}

function countsOf(values: readonly { readonly type: IdentifierType }[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { type } of values) counts[type] = (counts[type] ?? 0) + 1
  return counts
}
