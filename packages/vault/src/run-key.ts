import { hkdfSync, randomBytes } from 'node:crypto'
import { createDurably } from '@attestry/core'
import { chmod, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PrivateKey } from 'openpgp'
import type { WrappingKey } from './envelope.js'
import { privateKeyMissing, runKeyUnreadable } from './errors.js'

/** The workspace's OpenPGP key pair: armored files, the private one 0600 and without a passphrase. */
export const vaultKeyFiles = (workspace: string): { readonly privateKey: string; readonly publicKey: string } => ({
  privateKey: join(workspace, 'keys', 'vault.key'),
  publicKey: join(workspace, 'keys', 'vault.pub'),
})

/** Where a run keeps its key: encrypted for, and signed by, the workspace's OpenPGP key. */
export const wrappedKeyFile = 'vault-key.pgp'

/** Where a run lives, and what it is called. */
export interface RunPlace {
  readonly run: string
  readonly directory: string
  readonly workspace: string
}

// Loaded on first use: parsing it takes longer than starting a run without encryption.
const openpgp = (): Promise<typeof import('openpgp')> => import('openpgp')

/**
 * The key of a run: read from its wrapped form, or made and wrapped when the run has none yet.
 *
 * The wrapped key is an OpenPGP message (SEIPDv1, which gpg 2.2 and Sequoia open) of the 32 bytes. It is signed, since
 * anybody can encrypt for a public key, and a key of somebody else's making must not be used.
 *
 * @throws VAULT-E003 when the private key is missing, VAULT-E004 when the wrapped key does not open or is not signed by it
 */
export async function loadRunKey({ run, directory, workspace }: RunPlace): Promise<WrappingKey> {
  const file = join(directory, wrappedKeyFile)
  const wrapped = await readFile(file, 'utf8').catch(() => null)
  if (wrapped !== null) return wrappingKey(await unwrap(wrapped, await loadKeyPair(workspace, run), file))
  const pair = await loadKeyPair(workspace, null)
  const key = randomBytes(32)
  await mkdir(directory, { recursive: true })
  const isOurs = await createDurably(file, await wrap(key, pair), 0o644, uniqueName())
  // Another process of the same run was faster: its key counts.
  return isOurs ? wrappingKey(key) : loadRunKey({ run, directory, workspace })
}

/** Names the key by a hash that only its holder can make, so that the handle tells nothing about it. */
export const wrappingKey = (bytes: Uint8Array): WrappingKey => ({
  id: Buffer.from(derive(bytes, 'attestry/vault/key-id')).subarray(0, 8).toString('hex'),
  bytes,
})

/** 32 bytes for a purpose: HKDF-SHA256 of the run's key. */
export const derive = (key: Uint8Array, info: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', key, new Uint8Array(), info, 32))

const uniqueName = (): string => randomBytes(8).toString('hex')

async function wrap(key: Uint8Array, pair: PrivateKey): Promise<string> {
  const { createMessage, encrypt } = await openpgp()
  const message = await createMessage({ binary: key })
  return encrypt({ message, encryptionKeys: pair.toPublic(), signingKeys: pair, config: { aeadProtect: false } })
}

async function unwrap(armoredMessage: string, pair: PrivateKey, file: string): Promise<Uint8Array> {
  const { decrypt, readMessage } = await openpgp()
  try {
    const message = await readMessage({ armoredMessage })
    const { data } = await decrypt({
      message,
      decryptionKeys: pair,
      verificationKeys: pair.toPublic(),
      expectSigned: true,
      format: 'binary',
    })
    if (data.length === 32) return new Uint8Array(data)
  } catch (cause) {
    throw runKeyUnreadable(file, 'it does not open with the key of this workspace, or is not signed by it', cause)
  }
  throw runKeyUnreadable(file, 'it does not hold 32 bytes')
}

/** @param run set when there is something to lose: a run whose key is wrapped for the private key */
async function loadKeyPair(workspace: string, run: string | null): Promise<PrivateKey> {
  const files = vaultKeyFiles(workspace)
  let armoredKey = await readFile(files.privateKey, 'utf8').catch(() => null)
  if (armoredKey === null) {
    const hasPublic = await readFile(files.publicKey).then(
      () => true,
      () => false,
    )
    if (run !== null || hasPublic) throw privateKeyMissing(files.privateKey, run)
    armoredKey = await createKeyPair(workspace)
  }
  const { readPrivateKey } = await openpgp()
  try {
    return await readPrivateKey({ armoredKey })
  } catch (cause) {
    throw runKeyUnreadable(files.privateKey, 'the private key is not an OpenPGP key', cause)
  }
}

async function createKeyPair(workspace: string): Promise<string> {
  const files = vaultKeyFiles(workspace)
  const folder = join(workspace, 'keys')
  await mkdir(folder, { recursive: true })
  await chmod(folder, 0o700)
  const { generateKey } = await openpgp()
  // The older encoding of the curve: gpg 2.2 reads it, and not the one of RFC 9580.
  const { privateKey, publicKey } = await generateKey({
    type: 'ecc',
    curve: 'curve25519Legacy',
    userIDs: [{ name: 'Attestry vault' }],
    format: 'armored',
    config: { v6Keys: false },
  })
  const unique = uniqueName()
  // The private key first: a public key alone would look like a loss.
  if (!(await createDurably(files.privateKey, privateKey, 0o600, unique))) return readFile(files.privateKey, 'utf8')
  await createDurably(files.publicKey, publicKey, 0o644, unique)
  return privateKey
}
