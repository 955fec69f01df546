import { chmodSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CheckSchedules, sha256, StatementStore, type Evidence, type HookContext } from '@attestry/core'
import { MemorySchedules, MemoryStatements, type FakeCheck } from '@attestry/plugin-kit'
import type { DeployCheck } from '../src/deploy-checks.js'
import { exceptionsAreFollowedUp } from '../src/exceptions-are-followed-up.js'
import { keysAreProtected } from '../src/keys-are-protected.js'
import { sealedRun, wrapped, type SealedRun } from './sealed-run.js'

let sealed: SealedRun
beforeEach(() => {
  sealed = sealedRun()
})
afterEach(() => sealed.remove())

/** Asks one check, and gives what is open and what was recorded. */
async function ask(check: DeployCheck, checks?: readonly FakeCheck[], statements = sealed.statements) {
  const recorded: Evidence[] = []
  const context = {
    run: { directory: sealed.directory, workspace: sealed.workspace },
    get: (token: unknown) => (token === StatementStore ? statements : undefined),
    find: (token: unknown) => (token === CheckSchedules && checks ? new MemorySchedules(checks) : undefined),
    evidence: async (one: Evidence) => void recorded.push(one),
  } as unknown as HookContext
  const reasons = await check({} as Parameters<DeployCheck>[0], context)
  return {
    open: reasons?.map(({ code, note }) => `${code} ${note}`) ?? null,
    outcomes: recorded.map(({ outcome }) => outcome),
    facts: recorded[0]?.facts,
  }
}
const key = () => join(sealed.directory, 'vault-key.pgp')

describe('keys', () => {
  it('are protected in a run whose data was encrypted as it should', async () => {
    expect(await ask(keysAreProtected)).toMatchObject({ open: [], outcomes: ['pass'], facts: { keyBits: 256 } })
  })

  it.each<[string, () => unknown, string]>([
    ['a short key', () => sealed.prove({ keyBits: 128 }), 'the key has fewer than 256 bits'],
    ['no wrapped key', () => sealed.prove({ digest: null }), 'no encrypted key lies beside the data'],
    ['a wrapped key that is gone', () => rmSync(key()), 'vault-key.pgp is missing'],
    [
      'a wrapped key that was exchanged',
      () => writeFileSync(key(), Buffer.concat([wrapped, Buffer.from('x')])),
      'vault-key.pgp is not the key that the data was written under',
    ],
    [
      'a key in clear',
      () => {
        writeFileSync(key(), Buffer.alloc(32, 7))
        sealed.prove({ digest: sha256(Buffer.alloc(32, 7)) })
      },
      'vault-key.pgp is not encrypted',
    ],
    [
      'a secret key beside it',
      () => writeFileSync(join(sealed.directory, 'backup.asc'), '-----BEGIN PGP PRIVATE KEY BLOCK-----'),
      'a secret key lies in the folder of the run: backup.asc',
    ],
    [
      'a PEM key beside it',
      () => writeFileSync(join(sealed.directory, 'notes.txt'), 'see\n-----BEGIN EC PRIVATE KEY-----'),
      'a secret key lies in the folder of the run: notes.txt',
    ],
  ])('are not protected with %s', async (_, plant, problem) => {
    plant()
    expect(await ask(keysAreProtected)).toMatchObject({ open: [`PCI-E017 keys: ${problem}`], outcomes: ['fail'] })
  })

  it.skipIf(process.platform === 'win32')('are not protected when others can read a secret one', async () => {
    chmodSync(join(sealed.workspace, 'keys', 'vault.key'), 0o640)
    expect((await ask(keysAreProtected)).open).toEqual(['PCI-E017 keys: others can read vault.key'])
  })

  it.each([
    ['without evidence', () => new MemoryStatements()],
    [
      'with evidence that failed',
      () => {
        const one = sealedRun()
        one.statements.all.splice(0)
        one.prove({ outcome: 'fail' })
        one.remove()
        return one.statements
      },
    ],
  ])('cannot be judged %s, which stops the deployment', async (_, statements) => {
    const done = await ask(keysAreProtected, undefined, statements())
    expect(done).toMatchObject({
      open: ['PCI-E016 no evidence shows that the data at rest is encrypted'],
      outcomes: [],
    })
  })
})

describe('exceptions', () => {
  it('are followed up when no check stands failed', async () => {
    const checks = [{ name: 'daily' }, { name: 'weekly', lastOutcome: 'alerts' as const }]
    expect(await ask(exceptionsAreFollowedUp, checks)).toMatchObject({ open: [], outcomes: ['pass'] })
  })

  it('are not while one does', async () => {
    const checks = [{ name: 'daily', lastOutcome: 'failed' as const }]
    expect(await ask(exceptionsAreFollowedUp, checks)).toMatchObject({
      open: ["PCI-E018 the scheduled check 'daily' failed at its latest run"],
      outcomes: ['fail'],
    })
  })

  it('are not judged where nothing is scheduled', async () => {
    expect(await ask(exceptionsAreFollowedUp, [])).toMatchObject({ open: null, outcomes: [] })
    expect(await ask(exceptionsAreFollowedUp)).toMatchObject({ open: null, outcomes: [] })
  })
})
