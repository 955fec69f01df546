import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { AttestryError, foldRun, runDirectory, type FoldedRun, type Statement } from '@attestry/core'
import { parseVkey, readLog, readLogVkey, readStatements } from '@attestry/audit'
import { text, type Given } from './command.js'

export const defaultConfig = 'attestry.config.json'

/** A config with comments in it. */
export const moduleConfig = 'attestry.config.mjs'

/** The config of a folder when none is named: the module where there is one and no JSON. */
export const configOf = (word: string | undefined): string =>
  word ?? (!existsSync(defaultConfig) && existsSync(moduleConfig) ? moduleConfig : defaultConfig)

/** The workspace that a command works on: `--workspace`, or `.attestry` beside the config. */
export const workspaceOf = (given: Given, config: string = defaultConfig): string =>
  resolve(text(given, 'workspace') ?? join(dirname(resolve(config)), '.attestry'))

/** The identifiers of all runs, oldest first (ULIDs sort by time). */
export const listRuns = async (workspace: string): Promise<readonly string[]> =>
  (await readdir(join(workspace, 'runs')).catch(() => [])).filter(name => /^[0-9A-HJKMNP-TV-Z]{26}$/.test(name)).sort()

/** The run that a word names, by the beginning of its identifier; the newest without a word. @throws CORE-E022 */
export async function findRun(workspace: string, word?: string): Promise<string> {
  const runs = await listRuns(workspace)
  const found = word === undefined ? runs.at(-1) : runs.findLast(id => id.startsWith(word))
  if (found !== undefined) return found
  throw new AttestryError({
    code: 'CORE-E022',
    message: word === undefined ? `there is no run in ${workspace}` : `there is no run ${word} in ${workspace}`,
    help: 'start one with `attestry run`',
  })
}

/** What the log of a run tells, without a key: sealed payloads stay closed. */
export async function foldedRun(directory: string): Promise<FoldedRun> {
  const folded = await foldRun((await readLog(directory)).read())
  if (folded) return folded
  throw new AttestryError({
    code: 'CORE-E022',
    message: 'the log of this run does not say how it began',
    help: 'the run was cut off before its first record: start a new one with `attestry run`',
  })
}

/** The statements of a run that verify. */
export async function statementsOf(workspace: string, id: string): Promise<readonly Statement[]> {
  const key = parseVkey(await readLogVkey(workspace))
  return (await readStatements(runDirectory(workspace, id), id, key)).statements
}

export const readJson = async (path: string): Promise<unknown> => JSON.parse(await readFile(path, 'utf8'))
