import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { openProject } from '@attestry/sdk'
import { text, type Given } from './command.js'
import { configOf } from './workspace.js'

/** What the config says about the folder that paths are relative to, and about the file of consent events. */
export async function projectOf(): Promise<{ readonly baseDirectory: string; readonly consent: string | undefined }> {
  const file = configOf(undefined)
  if (!existsSync(file)) return { baseDirectory: dirname(resolve(file)), consent: undefined }
  const { config, baseDirectory } = await openProject(file)
  const options = config.plugins.find(({ use }) => use === '@attestry/governance')?.options
  return { baseDirectory, consent: typeof options?.consent === 'string' ? options.consent : undefined }
}

/** The file of consent events: that of `--file`, of the config, or `consent.jsonl`. */
export async function consentFile(given: Given): Promise<string> {
  const named = text(given, 'file')
  if (named !== undefined) return resolve(named)
  const { baseDirectory, consent = 'consent.jsonl' } = await projectOf()
  return resolve(baseDirectory, consent)
}
