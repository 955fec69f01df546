import { ulid, type AuditLog } from '@attestry/core'
import { reversalRefused } from './errors.js'
import type { IdentifierType } from './identifier-types.js'
import { valueCipher, type ValueCipher } from './operators/seal-value.js'
import { reversible } from './placeholder.js'
import type { TokenLookup } from './token-vault.js'

/** Who reads values back, what for, and how many. Holds no value. */
export interface Reversal {
  /** Handle of the principal who asks. */
  readonly principal: string
  readonly purpose: string
  readonly recordId?: string
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
  const cipher = checked(options)
  const { tokens, recordId } = options
  const places = [...text.matchAll(reversible())]
    .map(({ 0: whole, 1: sealedType, 2: sealed, 3: tokenType, index }) => ({
      whole,
      index,
      type: (sealedType ?? tokenType) as IdentifierType,
      sealed,
    }))
    .filter(({ sealed }) => (sealed === undefined ? tokens !== undefined : cipher !== undefined))
  if (places.some(({ sealed }) => sealed !== undefined) && recordId === undefined)
    throw reversalRefused("there are encrypted values, and no 'recordId'")
  await recorded(options, places)
  let read = ''
  let at = 0
  for (const { whole, index, type, sealed } of places) {
    const value = sealed === undefined ? tokens!.valueOf(whole) : cipher!.decrypt(type, recordId!, sealed)
    if (value === undefined) throw reversalRefused('not every value opens')
    read += text.slice(at, index) + value
    at = index + whole.length
  }
  return read + text.slice(at)
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
  const cipher = checked(options)
  if (!cipher) throw reversalRefused("there is no 'encryptionKey'")
  await recorded(options, numbers)
  return numbers.map(({ type, value }) => {
    const number = cipher.decipher(type, value)
    if (number === undefined) throw reversalRefused('not every value opens')
    return number
  })
}

/** Records reversals in an audit log, as `attestry.identifiers.reveal-requested`. */
export const recordIn =
  (log: Pick<AuditLog, 'append'>, run: string): RevealOptions['record'] =>
  ({ principal, purpose, recordId, counts }) =>
    log.append({
      id: ulid(),
      type: 'attestry.identifiers.reveal-requested',
      time: new Date().toISOString(),
      phase: 'note',
      actor: principal,
      run,
      payload: { purpose, counts: { ...counts }, ...(recordId !== undefined && { recordId }) },
    })

function checked({ principal, purpose, record, tokens, encryptionKey }: RevealOptions): ValueCipher | undefined {
  if (typeof record !== 'function') throw reversalRefused('there is no place to record it')
  if (typeof principal !== 'string' || principal.trim() === '') throw reversalRefused('it is not said who asks')
  if (typeof purpose !== 'string' || purpose.trim() === '') throw reversalRefused('it is not said what for')
  if (!tokens && !encryptionKey) throw reversalRefused('there is neither a vault of tokens nor a key')
  return encryptionKey && valueCipher(encryptionKey)
}

async function recorded(
  { principal, purpose, record, recordId }: RevealOptions,
  values: readonly { readonly type: IdentifierType }[],
): Promise<void> {
  const counts: Record<string, number> = {}
  for (const { type } of values) counts[type] = (counts[type] ?? 0) + 1
  await record({ principal, purpose, ...(recordId !== undefined && { recordId }), counts })
}
