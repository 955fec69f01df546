import { readFile } from 'node:fs/promises'
import {
  actions,
  identifierTypes,
  openTokenVault,
  sealingKey,
  withActions,
  type Action,
  type IdentifierType,
  type PiiPolicy,
  type PolicyName,
  type TokenVault,
} from '@attestry/pii'
import { text, texts, type Given } from './command.js'
import { unreadableOption } from './errors.js'
import { hintsOf } from './pii-files.js'

/** How values are written: a policy, with the operators that were asked for, and what those work with. */
export interface Writing {
  readonly policy: PolicyName | PiiPolicy
  readonly encryptionKey?: Uint8Array
  /** To be saved before the copy has its name. */
  readonly tokens?: TokenVault
  /** Types whose new values look like old ones, so that a second look finds them. */
  readonly lookalikes: readonly IdentifierType[]
}

const lookingAlike: readonly Action[] = ['encipher', 'surrogate', 'shift-date']

/**
 * The policy of a copy, with `--operator PERSON=token` and the like.
 *
 * @throws CLI-E019 for words that are no type or no operator, and for `--tokens` without a key; PII-E004 for a short key, PII-E014 for an
 *   operator that the policy refuses, PII-E016 for a table that does not open
 */
export async function writingOf(given: Given, policy: PolicyName): Promise<Writing> {
  const asked = Object.entries(hintsOf(texts(given, 'operator'), '--operator'))
  const changes = asked.map(([type, action]) => {
    if (!isType(type)) throw unreadableOption('--operator', `${type}=${action}`, 'a type such as PERSON=token')
    if (!isAction(action))
      throw unreadableOption('--operator', `${type}=${action}`, `one of ${actions.join(', ')} after the type`)
    return { types: [type], action }
  })
  const keyFile = text(given, 'encryption-key')
  const encryptionKey = keyFile === undefined ? undefined : new Uint8Array(await readFile(keyFile))
  const table = text(given, 'tokens')
  if (table !== undefined && !encryptionKey) throw unreadableOption('--tokens', table, 'beside --encryption-key')
  return {
    policy: changes.length === 0 ? policy : withActions(policy, changes),
    ...(encryptionKey && { encryptionKey }),
    ...(table !== undefined &&
      encryptionKey && { tokens: await openTokenVault({ file: table, sealing: sealingKey(encryptionKey) }) }),
    lookalikes: changes.filter(({ action }) => lookingAlike.includes(action)).flatMap(({ types }) => types),
  }
}

const isType = (word: string): word is IdentifierType => (identifierTypes as readonly string[]).includes(word)
const isAction = (word: string): word is Action => (actions as readonly string[]).includes(word)
