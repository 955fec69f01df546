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
import { fileUnusable, missingArgument, unreadableOption } from './errors.js'
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

/** What operators work with that a record says, and by which option. */
const neededOfRecords: Readonly<Partial<Record<Action, 'record-id' | 'subject'>>> = {
  encrypt: 'record-id',
  'shift-date': 'subject',
}

/**
 * The policy of a copy, with `--operator PERSON=token` and the like.
 *
 * @throws CLI-E019 for words that are no type or no operator, and for `--tokens` without a key; CLI-E002 without what records must say for an
 *   operator; CLI-E016 for a key that is not there, PII-E004 for a short one; PII-E014 for an operator that the policy refuses, PII-E016 for a
 *   table that does not open
 */
export async function writingOf(given: Given, policy: PolicyName): Promise<Writing> {
  const asked = Object.entries(hintsOf(texts(given, 'operator'), '--operator'))
  const changes = asked.map(([type, action]) => {
    if (!isType(type)) throw unreadableOption('--operator', `${type}=${action}`, 'a type such as PERSON=token')
    if (!isAction(action))
      throw unreadableOption('--operator', `${type}=${action}`, `one of ${actions.join(', ')} after the type`)
    const option = neededOfRecords[action]
    if (option !== undefined && text(given, option) === undefined)
      throw missingArgument(
        `--${option}, by which ${type}=${action} writes,`,
        `name its place: --${option} ticket.id, or a column`,
      )
    return { types: [type], action }
  })
  const keyFile = text(given, 'encryption-key')
  const encryptionKey = keyFile === undefined ? undefined : await keyIn(keyFile)
  const tokens = await tokensOf(given, encryptionKey)
  return {
    policy: changes.length === 0 ? policy : withActions(policy, changes),
    ...(encryptionKey && { encryptionKey }),
    ...(tokens && { tokens }),
    lookalikes: changes.filter(({ action }) => lookingAlike.includes(action)).flatMap(({ types }) => types),
  }
}

/** The table that `--tokens` names. @throws CLI-E019 without a key; PII-E004, PII-E016 */
export async function tokensOf(given: Given, key: Uint8Array | undefined): Promise<TokenVault | undefined> {
  const file = text(given, 'tokens')
  if (file === undefined) return undefined
  if (!key) throw unreadableOption('--tokens', file, 'beside --encryption-key')
  return openTokenVault({ file, sealing: sealingKey(key) })
}

/** The bytes of a key file. @throws CLI-E016 */
export async function keyIn(file: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(file))
  } catch (failure) {
    const { code } = failure as NodeJS.ErrnoException
    throw fileUnusable(
      file,
      code === 'ENOENT' ? 'the file of a key is not there' : `the file of a key cannot be read: ${code}`,
    )
  }
}

const isType = (word: string): word is IdentifierType => (identifierTypes as readonly string[]).includes(word)
const isAction = (word: string): word is Action => (actions as readonly string[]).includes(word)
