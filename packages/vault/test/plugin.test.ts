import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  combinePolicy,
  encryptAtRest,
  sha256,
  Vault,
  type Evidence,
  type HookContext,
  type Plugin,
  type Provider,
  type RecordBatch,
} from '@attestry/core'
import { readFile } from 'node:fs/promises'
import { vault as vaultPlugin, wrappedKeyFile } from '../src/index.js'
import { temporaryFolder } from './temporary-folder.js'

const batch: RecordBatch = { rowIds: [], subjects: [], columns: {} }

/** The parts of a hook's context that this plugin touches, with a real vault. */
async function contextOf(keyBits: number | null) {
  const workspace = join(await temporaryFolder(), '.attestry')
  const environment = { runId: 'run-1', directory: join(workspace, 'runs', 'run-1'), workspace }
  const [provider] = vaultPlugin().provides as readonly Provider[]
  const service = provider!.factory({ get: () => undefined as never, find: () => undefined }, environment) as Vault
  const asks: Plugin = {
    name: 'asks',
    version: '1.0.0',
    core: '^0.1.0',
    obligations: keyBits === null ? [] : [encryptAtRest(keyBits, 'HIPAA-164.312(a)'), encryptAtRest(128, 'GDPR-32')],
  }
  const recorded: Evidence[] = []
  const context = {
    run: environment,
    policy: combinePolicy([asks]),
    get: () => service,
    evidence: async (one: Evidence) => void recorded.push(one),
  } as unknown as HookContext
  const { preprocess, evaluate } = vaultPlugin().hooks!
  const check = (): unknown =>
    (preprocess as { handler: (b: RecordBatch, c: HookContext) => unknown }).handler(batch, context)
  const prove = (): unknown => (evaluate as (input: never, c: HookContext) => unknown)(undefined as never, context)
  const data = join(environment.directory, 'data')
  await mkdir(data, { recursive: true })
  return { service, data, recorded, check, prove, directory: environment.directory }
}

describe('the vault plugin', () => {
  it('answers the obligation to encrypt, and refuses keys longer than it has', async () => {
    expect(vaultPlugin().answers).toEqual(['encrypt-at-rest'])
    const { check } = await contextOf(512)
    expect(check).toThrow(expect.objectContaining({ code: 'VAULT-E002' }))
    expect((await contextOf(256)).check()).toBe(batch)
    expect((await contextOf(null)).check()).toBe(batch)
  })

  it('passes when every file of the data folder is sealed under the key of the run', async () => {
    const { service, data, recorded, prove, directory } = await contextOf(256)
    for (const name of ['a.shard', 'b.shard'])
      await writeFile(join(data, name), await service.seal(Buffer.from(name), 'shard'))
    await prove()
    expect(recorded).toEqual([
      {
        type: 'encryption-at-rest',
        controls: ['GDPR-32', 'HIPAA-164.312(a)'],
        outcome: 'pass',
        subjects: [{ name: 'vault-key.pgp', digest: sha256(await readFile(join(directory, wrappedKeyFile))) }],
        facts: {
          ...service.describe(),
          keyBitsAsked: 256,
          files: 2,
          encrypted: 2,
          underOtherKeys: 0,
          plaintext: 0,
        },
      },
    ])
  })

  it.each([
    ['a plaintext shard', async (): Promise<Uint8Array> => Buffer.from('name,income')],
    ['a file that only begins like an envelope', async () => Buffer.from('attestry-vault/v1\nname,income')],
    [
      'a shard under the key of another run',
      async () => (await contextOf(256)).service.seal(Buffer.from('a'), 'shard'),
    ],
  ])('fails when %s lies there', async (_, content) => {
    const { service, data, recorded, prove } = await contextOf(256)
    await writeFile(join(data, 'a.shard'), await service.seal(Buffer.from('a'), 'shard'))
    await writeFile(join(data, 'b.shard'), await content())
    await prove()
    expect(recorded.map(({ outcome, facts }) => [outcome, facts.encrypted, facts.files])).toEqual([['fail', 1, 2]])
  })

  it('fails when there is nothing to look at, and is silent when nobody asks', async () => {
    const empty = await contextOf(256)
    await empty.prove()
    expect(empty.recorded.map(({ outcome }) => outcome)).toEqual(['fail'])
    const unasked = await contextOf(null)
    await unasked.prove()
    expect(unasked.recorded).toEqual([])
  })
})
