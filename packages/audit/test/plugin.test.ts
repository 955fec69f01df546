import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isPluginFactory, sha256, tokenName, type Vault } from '@attestry/core'
import { audit, createPrincipalKey, readLog, verifyRun } from '../src/index.js'
import { temporaryFolder } from './temporary-folder.js'
import { collect, eventOf, services, writeSmallRun } from './workspace.js'

/** A vault that hides bytes well enough for a test, and refuses what it did not seal. */
const maskVault: Vault = {
  seal: async (plaintext, context) => Buffer.concat([Buffer.from(sha256(context)), plaintext.map(byte => byte ^ 0x5a)]),
  open: async (sealed, context) => {
    const head = Buffer.from(sha256(context))
    if (!Buffer.from(sealed.subarray(0, head.length)).equals(head)) throw new Error('wrong context')
    return sealed.subarray(head.length).map(byte => byte ^ 0x5a)
  },
  derive: async () => new Uint8Array(32),
  describe: () => ({ algorithm: 'mask', keyBits: 0, keyId: 'test' }),
}

describe('the audit plugin', () => {
  it('provides the log and the statements, and takes the vault when there is one', () => {
    expect(isPluginFactory(audit)).toBe(true)
    const provided = audit().provides!.map(({ token, requires = [] }) => [tokenName(token), requires.map(tokenName)])
    expect(provided).toEqual([
      ['AuditLog', ['Vault']],
      ['StatementStore', []],
    ])
  })

  it('notes when the log is opened, under whose principals, and when it is closed', async () => {
    const workspace = join(await temporaryFolder(), '.attestry')
    await createPrincipalKey(workspace, 'ana', ['approver'])
    const directory = join(workspace, 'runs', 'run-1')
    const { log, close } = services({ runId: 'run-1', directory, workspace })
    expect(await log.append(eventOf('run-1'))).toBe(1)
    await close()
    const events = (await collect((await readLog(directory)).read())).map(({ event }) => event)
    expect(events.map(({ type }) => type)).toEqual([
      'attestry.log.opened',
      'attestry.stage.started',
      'attestry.log.closed',
    ])
    const copy = await readFile(join(directory, 'principals.json'))
    expect(events[0]!.objects).toEqual([sha256(copy)])
    expect(copy).toEqual(await readFile(join(workspace, 'principals.json')))
  })

  it('writes nothing when it is only read', async () => {
    const { directory, workspace, run } = await writeSmallRun()
    const before = await readFile(join(directory, 'log/checkpoint'), 'utf8')
    const { log, close } = services({ runId: run, directory, workspace })
    expect((await collect(log.read())).length).toBe(10)
    await close()
    expect(await readFile(join(directory, 'log/checkpoint'), 'utf8')).toBe(before)
  })

  it('encrypts the payload of sealed events when there is a vault, and opens it only with one', async () => {
    const { directory, vkey } = await writeSmallRun(3, maskVault)
    const steps = async (vault?: Vault): Promise<unknown[]> => {
      const log = await readLog(directory, vault ? { vault } : {})
      const events = await collect(log.read())
      return events.filter(({ event }) => event.sealed).map(({ event }) => event.payload)
    }
    expect(await steps()).toEqual([undefined, undefined, undefined])
    expect(await steps(maskVault)).toEqual([0, 1, 2].map(step => ({ step, loss: 0.5 })))
    expect(await readFile(join(directory, 'log/payloads.jsonl'), 'utf8')).not.toContain('loss')
    expect((await verifyRun(directory, vkey)).ok).toBe(true)
  })

  it('keeps nothing of a payload in the tree that a dictionary could find', async () => {
    const workspace = join(await temporaryFolder(), '.attestry')
    const directory = join(workspace, 'runs', 'run-1')
    const { log, close } = services({ runId: 'run-1', directory, workspace })
    for (let i = 0; i < 2; i++) await log.append(eventOf('run-1', { payload: '1970-01-01' }))
    await close()
    const bundle = await readFile(join(directory, 'log/tile/entries/000.p/4'), 'latin1')
    const commitments = [...bundle.matchAll(/"h":"([0-9a-f]{64})"/g)].map(match => match[1]!)
    // The same payload twice, and two commitments: without the salt nothing can be compared.
    expect(new Set(commitments).size).toBe(commitments.length)
    expect(commitments).not.toContain(sha256('"1970-01-01"').slice(7))
  })

  it('refuses a payload line that was changed', async () => {
    const { directory } = await writeSmallRun()
    const { writeFile } = await import('node:fs/promises')
    const file = join(directory, 'log/payloads.jsonl')
    await writeFile(file, (await readFile(file, 'utf8')).replace('"loss":0.5', '"loss":0.6'))
    await expect(readLog(directory).then(log => collect(log.read()))).rejects.toMatchObject({ code: 'AUDIT-E005' })
  })

  it('says so when a folder holds no log', async () => {
    await expect(readLog(await temporaryFolder())).rejects.toMatchObject({ code: 'AUDIT-E007' })
  })
})
