import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { canonicalJson } from '@attestry/core'
import { writeDurably } from './disk.js'
import { principalExists, principalsRefused } from './errors.js'
import { createSigningKey } from './keys.js'
import { readLimited } from './log-files.js'
import { formatVkey, keyIdOf, parseVkey, type SigningKey, type VerifierKey } from './signed-note.js'

/** A person whose signature counts, and for what. */
export interface Principal {
  readonly name: string
  readonly roles: readonly string[]
  readonly keys: readonly VerifierKey[]
}

export const principalsFile = 'principals.json'

const maxBytes = 1_000_000

/**
 * Reads `principals.json` of a workspace or of a run; an absent file names nobody.
 *
 * @throws AUDIT-E014 when it is malformed, or names a person or a key twice
 */
export async function readPrincipals(directory: string): Promise<readonly Principal[]> {
  const file = join(directory, principalsFile)
  const bytes = await readLimited(file, maxBytes)
  return bytes ? parsePrincipals(Buffer.from(bytes).toString(), file) : []
}

export function parsePrincipals(text: string, file: string): readonly Principal[] {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw principalsRefused(file, 'it is not JSON')
  }
  const list = isRecord(json) && Object.keys(json).length === 1 ? json.principals : undefined
  if (!Array.isArray(list)) throw principalsRefused(file, "it has no list 'principals', or something beside it")
  const principals = list.map((one, i) => principalOf(one, `principal ${i + 1}`, file))
  refuseTwice(
    principals.map(({ name }) => name),
    file,
    'a name stands there twice',
  )
  refuseTwice(
    principals.flatMap(({ keys }) => keys.map(keyIdOf)),
    file,
    'a public key stands there twice',
  )
  return principals
}

function principalOf(value: unknown, where: string, file: string): Principal {
  if (!isRecord(value)) throw principalsRefused(file, `${where} is not an object`)
  const { name, roles, keys, ...rest } = value
  const [unexpected] = Object.keys(rest)
  if (unexpected !== undefined) throw principalsRefused(file, `${where} has an unexpected field`)
  if (typeof name !== 'string' || !/^[^\p{C}]{1,200}$/u.test(name))
    throw principalsRefused(file, `${where} has no name`)
  if (!isTexts(roles)) throw principalsRefused(file, `the roles of ${where} are not a list of texts`)
  if (!isTexts(keys)) throw principalsRefused(file, `the keys of ${where} are not a list of verifier keys`)
  return { name, roles, keys: keys.map(parseVkey) }
}

function refuseTwice(values: readonly string[], file: string, why: string): void {
  if (new Set(values).size < values.length) throw principalsRefused(file, why)
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every(one => typeof one === 'string' && one.length > 0)

export const formatPrincipals = (principals: readonly Principal[]): string =>
  canonicalJson({
    principals: principals.map(({ name, roles, keys }) => ({ name, roles, keys: keys.map(formatVkey) })),
  })

/**
 * Creates a signing key for a person and enters it into the workspace's `principals.json`.
 *
 * The private key lies in `<workspace>/keys/principal-<name>.key`, mode 0600. Keep it where only that person reads it:
 * signatures prove keys, not people.
 *
 * @throws AUDIT-E013 when the name is taken
 */
export async function createPrincipalKey(
  workspace: string,
  name: string,
  roles: readonly string[],
): Promise<{ readonly key: SigningKey; readonly file: string }> {
  const principals = await readPrincipals(workspace)
  if (principals.some(known => known.name === name)) throw principalExists(name, join(workspace, principalsFile))
  await mkdir(workspace, { recursive: true })
  const file = principalKeyFile(workspace, name)
  const key = await createSigningKey(file, slugOf(name))
  const added = formatPrincipals([...principals, { name, roles, keys: [key] }])
  parsePrincipals(added, join(workspace, principalsFile))
  await writeDurably(join(workspace, principalsFile), added)
  return { key, file }
}

/** Where `createPrincipalKey` puts a person's private key. */
export const principalKeyFile = (workspace: string, name: string): string =>
  join(workspace, 'keys', `principal-${slugOf(name)}.key`)

const slugOf = (name: string): string => name.toLowerCase().replace(/[^a-z0-9.@_-]+/g, '-') || 'principal'
