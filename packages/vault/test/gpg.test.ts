import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { loadRunKey, vaultKeyFiles, wrappedKeyFile } from '../src/index.js'
import { temporaryFolder } from './temporary-folder.js'

const hasGpg = spawnSync('gpg', ['--version']).status === 0
if (!hasGpg) console.warn('skipped: gpg is not installed, so the wrapped key was not opened by another program')

describe('gpg', () => {
  it.skipIf(!hasGpg)(
    "opens a run's wrapped key with the workspace's private key, and checks its signature",
    async () => {
      const workspace = join(await temporaryFolder(), '.attestry')
      const directory = join(workspace, 'runs', 'run-1')
      const key = await loadRunKey({ run: 'run-1', directory, workspace })
      // A short path: gpg-agent's socket may have at most 108 characters.
      const home = await mkdtemp('/tmp/gpg-')
      onTestFinished(async () => {
        spawnSync('gpgconf', ['--homedir', home, '--kill', 'all'])
        await rm(home, { recursive: true, force: true })
      })
      const gpg = (...args: string[]): Buffer =>
        execFileSync('gpg', ['--homedir', home, '--batch', '--quiet', '--trust-model', 'always', ...args], {
          stdio: 'pipe',
        })
      gpg('--import', vaultKeyFiles(workspace).privateKey)
      const status = gpg(
        '--status-fd',
        '1',
        '--output',
        join(home, 'key'),
        '--decrypt',
        join(directory, wrappedKeyFile),
      )
      expect(status.toString()).toContain('GOODSIG')
      expect(execFileSync('cat', [join(home, 'key')]).equals(key.bytes)).toBe(true)
    },
  )
})
