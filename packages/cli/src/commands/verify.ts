import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { AttestryError, controlStates, runDirectory, systemClock, type PluginFacts } from '@attestry/core'
import {
  disposedFiles,
  verifyRun,
  workspaceLogDirectory,
  workspaceRun,
  type DisposedFile,
  type VerifyReport,
} from '@attestry/audit'
import { exit, text, type Command, type Given } from '../command.js'
import { table } from '../terminal.js'
import { findRun, readJson, workspaceOf } from '../workspace.js'

export const verify: Command = {
  summary: 'prove a run from its folder and the public key alone, without network',
  usage: 'verify [folder, run or workspace] [--key <vkey or file>]',
  options: { key: { type: 'string' }, controls: { type: 'boolean' } },
  about: {
    key: 'the public key of the log (default: the one in the workspace that the run lies in)',
    controls: 'list every control with its evidence',
  },
  examples: ['verify', 'verify ./01JD8T… --key log.vkey --controls'],
  async run(given, terminal) {
    const directory = await runFolder(given)
    const { vkey, isFromWorkspace } = await publicKey(given, directory)
    const result = await verifyRun(directory, vkey, await receiptsBeside(directory, vkey))
    const states = result.ok ? await statesOf(directory, result) : []
    const byState = (state: string): number => states.filter(one => one.state === state).length
    const { statements: _, ...proof } = result
    terminal.json({
      directory,
      ...proof,
      key: { vkey, isFromWorkspace },
      controls: states.map(({ control, plugin, state, by, detail }) => ({ id: control.id, plugin, state, by, detail })),
    })
    if (!result.ok) {
      terminal.print(terminal.color.red(`broken: ${result.problems.length} problems in ${directory}`))
      terminal.print(table(result.problems.map(({ file, problem }) => [file, problem])))
      return exit.broken
    }
    terminal.print(
      `${terminal.color.green('verified')}: ${result.events} events, ${result.covered.length} files, ${directory}`,
    )
    terminal.print(
      `  key        ${vkey.split('+').slice(0, 2).join('+')}${isFromWorkspace ? ' (from this workspace: an outsider brings their own copy)' : ''}`,
    )
    terminal.print(
      `  witness    ${result.witness}: whoever holds the signing key could have rewritten the whole folder`,
    )
    if (states.length > 0)
      terminal.print(
        `  controls   ${byState('present')} present, ${byState('missing')} missing, ${byState('stale')} stale, ${byState('failed')} failed`,
      )
    for (const { file, reason } of result.uncovered) terminal.print(`  not covered  ${file}: ${reason}`)
    if (given.flags.controls === true)
      terminal.print(table(states.map(({ control, state, detail }) => [control.id, state, control.title, detail])))
    return exit.done
  },
}

async function runFolder(given: Given): Promise<string> {
  const [word] = given.words
  if (word !== undefined && existsSync(join(word, 'log'))) return resolve(word)
  const workspace = workspaceOf(given)
  if (word === workspaceRun) return workspaceLogDirectory(workspace)
  return runDirectory(workspace, await findRun(workspace, word))
}

/** Receipts of what was destroyed, from the workspace that the run lies in, when its log verifies under the same key. */
async function receiptsBeside(directory: string, vkey: string): Promise<readonly DisposedFile[]> {
  const office = workspaceLogDirectory(join(directory, '../..'))
  if (!existsSync(join(office, 'log'))) return []
  const { ok, statements } = await verifyRun(office, vkey)
  return ok ? disposedFiles(statements) : []
}

async function publicKey(given: Given, directory: string): Promise<{ vkey: string; isFromWorkspace: boolean }> {
  const asked = text(given, 'key')
  if (asked !== undefined) {
    const isFile = existsSync(asked)
    return { vkey: (isFile ? await readFile(asked, 'utf8') : asked).trim(), isFromWorkspace: false }
  }
  const own = ['..', '../..'].map(up => join(directory, up, 'keys/log.vkey')).find(path => existsSync(path))
  if (own !== undefined) return { vkey: (await readFile(own, 'utf8')).trim(), isFromWorkspace: true }
  throw new AttestryError({
    code: 'CLI-E007',
    message: 'there is no public key to verify with',
    help: 'attestry verify <folder> --key <vkey or file>',
  })
}

async function statesOf(directory: string, { statements }: VerifyReport): Promise<ReturnType<typeof controlStates>> {
  // The log of the workspace belongs to no policy.
  if (!existsSync(join(directory, 'policy.json'))) return []
  const { plugins } = (await readJson(join(directory, 'policy.json'))) as { plugins: PluginFacts[] }
  return controlStates(plugins, statements, new Date(systemClock.now()))
}
