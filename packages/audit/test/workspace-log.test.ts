import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  hasWorkspaceLog,
  readLog,
  readLogVkey,
  verifyRun,
  withWorkspaceLog,
  workspaceLogDirectory,
  workspaceRun,
} from '../src/index.js'
import { temporaryFolder } from './temporary-folder.js'
import { collect, eventOf } from './workspace.js'

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

  it('gives the log back when the action fails', async () => {
    const workspace = join(await temporaryFolder(), '.attestry')
    await expect(withWorkspaceLog(workspace, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    await withWorkspaceLog(workspace, log => log.append(note), 0)
    await appendFile(join(workspaceLogDirectory(workspace), 'log/checkpoint'), 'x')
    await expect(withWorkspaceLog(workspace, log => log.append(note))).rejects.toMatchObject({ code: /^AUDIT-/ })
  })
})
