import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { openProject } from '@attestry/sdk'
import { text, type Given } from './command.js'
import { configOf } from './workspace.js'

/** The options of `@attestry/governance` in the config, and the folder that their paths are relative to. */
export async function governanceOptions(): Promise<{
  readonly baseDirectory: string
  readonly options: Readonly<Record<string, unknown>>
}> {
  const file = configOf(undefined)
  if (!existsSync(file)) return { baseDirectory: dirname(resolve(file)), options: {} }
  const { config, baseDirectory } = await openProject(file)
  return { baseDirectory, options: config.plugins.find(({ use }) => use === '@attestry/governance')?.options ?? {} }
}

/** What the config says about the folder that paths are relative to, and about the file of consent events. */
export async function projectOf(): Promise<{ readonly baseDirectory: string; readonly consent: string | undefined }> {
  const { baseDirectory, options } = await governanceOptions()
  return { baseDirectory, consent: typeof options.consent === 'string' ? options.consent : undefined }
}

/** The file of consent events: that of `--file`, of the config, or `consent.jsonl`. */
export async function consentFile(given: Given): Promise<string> {
  const named = text(given, 'file')
  if (named !== undefined) return resolve(named)
  const { baseDirectory, consent = 'consent.jsonl' } = await projectOf()
  return resolve(baseDirectory, consent)
}
