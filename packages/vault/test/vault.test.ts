import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openVault, vaultKeyFiles, wrappedKeyFile, type RunPlace } from '../src/index.js'
import { temporaryFolder } from './temporary-folder.js'

async function place(): Promise<RunPlace> {
  const workspace = join(await temporaryFolder(), '.attestry')
  return { run: 'run-1', directory: join(workspace, 'runs', 'run-1'), workspace }
}
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString()

describe('a vault', () => {
  it('opens in a later process what it sealed, and derives the same secrets', async () => {
    const where = await place()
    const first = openVault(where)
    const sealed = await first.seal(Buffer.from('hello'), 'greeting')
    const secret = await first.derive('noise')
    const later = openVault(where)
    expect(text(await later.open(sealed, 'greeting'))).toBe('hello')
    expect(await later.derive('noise')).toEqual(secret)
    expect([secret.length, text(secret) === text(await later.derive('split'))]).toEqual([32, false])
    expect(later.describe()).toEqual({ algorithm: 'AES-256-GCM', keyBits: 256, keyId: first.describe().keyId })
  })

  it('keeps the private key out of the run, readable by its owner only', async () => {
    const where = await place()
    await openVault(where).seal(Buffer.from('hello'), 'a')
    expect(await readdir(where.directory)).toEqual([wrappedKeyFile])
    expect(await readFile(join(where.directory, wrappedKeyFile), 'utf8')).toContain('BEGIN PGP MESSAGE')
    const { privateKey } = vaultKeyFiles(where.workspace)
    expect((await stat(privateKey)).mode & 0o777).toBe(0o600)
    expect((await stat(join(where.workspace, 'keys'))).mode & 0o777).toBe(0o700)
  })

  it('gives each run a key of its own', async () => {
    const where = await place()
    const sealed = await openVault(where).seal(Buffer.from('hello'), 'a')
    const second = openVault({ ...where, run: 'run-2', directory: join(where.workspace, 'runs', 'run-2') })
    await expect(second.open(sealed, 'a')).rejects.toMatchObject({ code: 'VAULT-E001' })
  })

  it('makes one key when several uses start at once', async () => {
    const where = await place()
    const vaults = [openVault(where), openVault(where), openVault(where)]
    const sealed = await Promise.all(vaults.map(vault => vault.seal(Buffer.from('hello'), 'a')))
    const opened = await Promise.all(sealed.map(one => openVault(where).open(one, 'a')))
    expect(opened.map(text)).toEqual(['hello', 'hello', 'hello'])
  })

  it('names the private key that is missing, and says what is lost with it', async () => {
    const where = await place()
    const sealed = await openVault(where).seal(Buffer.from('hello'), 'a')
    const { privateKey } = vaultKeyFiles(where.workspace)
    await rm(privateKey)
    await expect(openVault(where).open(sealed, 'a')).rejects.toMatchObject({
      code: 'VAULT-E003',
      where: { file: privateKey, run: 'run-1' },
      notes: [expect.stringContaining('data shards and sealed log payloads'), expect.anything()],
    })
    const fresh = openVault({ ...where, run: 'run-2', directory: join(where.workspace, 'runs', 'run-2') })
    await expect(fresh.seal(Buffer.from('hello'), 'a')).rejects.toMatchObject({ code: 'VAULT-E003' })
  })

  it('refuses a wrapped key that somebody else made for the public key', async () => {
    const where = await place()
    await openVault(where).derive('a')
    const { createMessage, encrypt, readKey } = await import('openpgp')
    const encryptionKeys = await readKey({
      armoredKey: await readFile(vaultKeyFiles(where.workspace).publicKey, 'utf8'),
    })
    const message = await createMessage({ binary: new Uint8Array(32) })
    await writeFile(join(where.directory, wrappedKeyFile), await encrypt({ message, encryptionKeys }))
    await expect(openVault(where).derive('a')).rejects.toMatchObject({ code: 'VAULT-E004' })
  })

  it('refuses a wrapped key of another workspace, and one that is cut', async () => {
    const [where, other] = [await place(), await place()]
    await openVault(where).derive('a')
    await openVault(other).derive('a')
    const file = join(where.directory, wrappedKeyFile)
    const own = await readFile(file, 'utf8')
    await writeFile(file, await readFile(join(other.directory, wrappedKeyFile)))
    await expect(openVault(where).derive('a')).rejects.toMatchObject({ code: 'VAULT-E004' })
    await writeFile(file, own.slice(0, 300))
    await expect(openVault(where).derive('a')).rejects.toMatchObject({ code: 'VAULT-E004' })
  })
})
