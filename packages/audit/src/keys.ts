import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto'
import { chmod, mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAttestryError, createDurably } from '@attestry/core'
import { keyUnreadable, principalExists } from './errors.js'
import { formatVkey, parseVkey, verifierKey, type SigningKey } from './signed-note.js'

const keysFolder = (workspace: string): string => join(workspace, 'keys')

/** Where the workspace's log key lies: the private key (0600), and beside it the line to give to auditors. */
export const logKeyFiles = (workspace: string): { readonly key: string; readonly vkey: string } => ({
  key: join(keysFolder(workspace), 'log.key'),
  vkey: join(keysFolder(workspace), 'log.vkey'),
})

/**
 * The key that signs checkpoints and evidence of all runs of a workspace, created on first use.
 *
 * @throws AUDIT-E012 when only one of its two files is there, or they do not belong together: a new key in place of a lost
 *   one would make earlier logs look forged
 */
export async function loadLogKey(workspace: string): Promise<SigningKey> {
  const files = logKeyFiles(workspace)
  const vkey = await readFile(files.vkey, 'utf8').catch(() => null)
  if (vkey === null && (await readFile(files.key).catch(() => null)) === null) {
    // Of two processes that start at once one makes the key, and the other loads it.
    const name = `attestry.dev/log/${randomBytes(8).toString('hex')}`
    await createSigningKey(files.key, name).catch(async (failure: unknown) => {
      if (!isAttestryError(failure) || failure.code !== 'AUDIT-E013') throw failure
      for (let wait = 0; wait < 50 && (await readFile(files.vkey).catch(() => null)) === null; wait++) await sleep(20)
    })
  }
  return loadSigningKey(files.key)
}

/** The verifier key of a workspace's logs: what an auditor needs. @throws AUDIT-E012 when no run was started yet */
export async function readLogVkey(workspace: string): Promise<string> {
  const { vkey } = logKeyFiles(workspace)
  const text = await readFile(vkey, 'utf8').catch((cause: unknown) => {
    throw keyUnreadable(vkey, 'there is no verifier key', cause)
  })
  return formatVkey(parseVkey(text))
}

/**
 * Creates an Ed25519 key: `<path>` holds the private key (PKCS #8 PEM, mode 0600), the same path with `.vkey` in place of
 * `.key` the verifier key.
 *
 * @param path ends in `.key`
 * @throws AUDIT-E013 when there is a key file of that name
 */
export async function createSigningKey(path: string, name: string): Promise<SigningKey> {
  const { privateKey } = generateKeyPairSync('ed25519')
  const key = signingKeyOf(name, privateKey)
  await mkdir(dirname(path), { recursive: true })
  await chmod(dirname(path), 0o700)
  const unique = randomBytes(8).toString('hex')
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  // The private key first: a crash between the two leaves a key that refuses to load, never a second key.
  if (!(await createDurably(path, pem, 0o600, unique))) throw principalExists(name, path)
  if (!(await createDurably(vkeyPath(path), `${formatVkey(key)}\n`, 0o644, unique))) throw principalExists(name, path)
  return key
}

/** Loads a key that `createSigningKey` made. @throws AUDIT-E012 */
export async function loadSigningKey(path: string): Promise<SigningKey> {
  const read = (file: string): Promise<string> =>
    readFile(file, 'utf8').catch((cause: unknown) => {
      throw keyUnreadable(file, 'the file cannot be read', cause)
    })
  const pem = await read(path)
  const vkey = parseVkey(await read(vkeyPath(path)))
  let privateKey: KeyObject
  try {
    privateKey = createPrivateKey(pem)
  } catch (cause) {
    throw keyUnreadable(path, 'it is not a PEM private key', cause)
  }
  if (privateKey.asymmetricKeyType !== 'ed25519') throw keyUnreadable(path, 'it is not an Ed25519 key')
  const key = signingKeyOf(vkey.name, privateKey)
  if (formatVkey(key) !== formatVkey(vkey)) throw keyUnreadable(path, 'it does not belong to the .vkey file beside it')
  return key
}

const vkeyPath = (path: string): string => path.replace(/(\.key)?$/, '.vkey')

function signingKeyOf(name: string, privateKey: KeyObject): SigningKey {
  const der = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  return { ...verifierKey(name, der.subarray(-32)), privateKey }
}
