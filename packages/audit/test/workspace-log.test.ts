import { appendFile, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { sha256, type Digest } from '@attestry/core'
import {
  disposedFiles,
  hasWorkspaceLog,
  readLog,
  readLogVkey,
  verifyRun,
  withWorkspaceLog,
  workspaceLogDirectory,
  workspaceRun,
} from '../src/index.js'
import { temporaryFolder } from './temporary-folder.js'
import { collect, eventOf, writeSmallRun } from './workspace.js'

const note = eventOf(workspaceRun, { type: 'attestry.consent.recorded' })

describe('the log of a workspace', () => {
  it('keeps what happens outside of runs, and verifies as a run does', async () => {
    const workspace = join(await temporaryFolder(), '.attestry')
    expect(hasWorkspaceLog(workspace)).toBe(false)
    await withWorkspaceLog(workspace, log => log.append(note))
    await withWorkspaceLog(workspace, log => log.append(note))
    expect(hasWorkspaceLog(workspace)).toBe(true)
    const directory = workspaceLogDirectory(workspace)
    const types = (await collect((await readLog(directory)).read())).map(({ event }) => event.type)
    expect(types.filter(type => type === 'attestry.consent.recorded').length).toBe(2)
    const report = await verifyRun(directory, await readLogVkey(workspace))
    expect([report.ok, report.run, report.uncovered]).toEqual([true, 'workspace', []])
  })

  it('shows a changed byte', async () => {
    const workspace = join(await temporaryFolder(), '.attestry')
    await withWorkspaceLog(workspace, log => log.append({ ...note, payload: { state: 'withdrawn' } }))
    const file = join(workspaceLogDirectory(workspace), 'log/payloads.jsonl')
    const text = await readFile(file, 'utf8')
    await writeFile(file, text.replace('withdrawn', 'withdrawM'))
    expect((await verifyRun(workspaceLogDirectory(workspace), await readLogVkey(workspace))).ok).toBe(false)
  })

  it('lets writers take turns, and tells one that waits too long who writes', async () => {
    const workspace = join(await temporaryFolder(), '.attestry')
    const indices = await Promise.all([1, 2, 3].map(() => withWorkspaceLog(workspace, log => log.append(note))))
    expect(new Set(indices).size).toBe(3)
    await withWorkspaceLog(workspace, async () => {
      await expect(withWorkspaceLog(workspace, log => log.append(note), 0)).rejects.toMatchObject({
        code: 'AUDIT-E004',
      })
    })
  })

  it('signs statements of its own, once for each id, and stands by receipts of what was destroyed', async () => {
    const { workspace, directory, run, vkey } = await writeSmallRun()
    const file = 'model/weights.safetensors'
    const digest = sha256('weights')
    const shard = `data/${sha256('shard').slice(7)}.shard`
    await Promise.all([rm(join(directory, file)), rm(join(directory, shard))])
    const broken = await verifyRun(directory, vkey)
    expect(broken.problems).toEqual([{ file, problem: 'it is missing, and the log names it' }])

    const receipt = (object: string, of: Digest) => ({
      type: 'evidence' as const,
      subjects: [{ name: object, digest: of }],
      predicate: {
        type: 'disposal-receipt',
        controls: [],
        outcome: 'info',
        facts: { object: `runs/${run}/${object}`, digest: of, at: '2026-03-15T00:00:00Z' },
      },
    })
    await withWorkspaceLog(workspace, async log => {
      for (const _ of ['first', 'after a crash']) await log.record('receipt-1', receipt(file, digest), 'dana')
      await log.record('receipt-2', receipt(shard, sha256('shard')), 'dana')
    })
    const office = await verifyRun(workspaceLogDirectory(workspace), vkey)
    expect([office.ok, office.statements.length]).toEqual([true, 2])
    const told = await verifyRun(directory, vkey, disposedFiles(office.statements))
    expect(told.ok).toBe(true)
    const reason = 'it was destroyed on 2026-03-15, says a signed receipt'
    expect(told.uncovered).toEqual([
      { file, reason },
      { file: shard, reason },
    ])
    // A receipt for other content says nothing about this file.
    const other = disposedFiles(office.statements).map(one => ({ ...one, digest: sha256('other') }))
    expect((await verifyRun(directory, vkey, other)).ok).toBe(false)
  })

  it('gives the log back when the action fails', async () => {
    const workspace = join(await temporaryFolder(), '.attestry')
    await expect(withWorkspaceLog(workspace, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    await withWorkspaceLog(workspace, log => log.append(note), 0)
    await appendFile(join(workspaceLogDirectory(workspace), 'log/checkpoint'), 'x')
    await expect(withWorkspaceLog(workspace, log => log.append(note))).rejects.toMatchObject({ code: /^AUDIT-/ })
  })
})
