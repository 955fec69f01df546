import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { previewPage, type Finding, type PolicyName, type PreviewPart } from '@attestry/pii'
import { text, type Given } from './command.js'
import { outputTaken } from './errors.js'

/** Characters that a page holds at most; a browser is slow beyond. */
const longestPage = 500_000

/** A page that texts are put on while a scan goes on. */
export interface PreviewWriter {
  add(name: string, text: string, findings: readonly Finding[]): void
  /** Writes the page. @returns how many texts found no room, and its file */
  write(): Promise<{ readonly file: string; readonly leftOut: number }>
}

/** The page that `--html` names; undefined without it. @throws CLI-E018 when there is such a file */
export async function previewOf(given: Given, policy: PolicyName | undefined): Promise<PreviewWriter | undefined> {
  const file = text(given, 'html')
  if (file === undefined) return undefined
  if (existsSync(file)) throw outputTaken(file)
  const keyFile = text(given, 'key')
  const pseudonymKey = keyFile === undefined ? undefined : new Uint8Array(await readFile(keyFile))
  const parts: PreviewPart[] = []
  let size = 0
  let leftOut = 0
  return {
    add(name, part, findings) {
      if (size + part.length > longestPage) {
        leftOut++
        return
      }
      size += part.length
      parts.push({ name, text: part, findings })
    },
    async write() {
      const page = previewPage(parts, {
        title: leftOut === 0 ? 'What was found' : `What was found (${leftOut} more texts are not shown)`,
        showValues: given.flags['show-values'] === true,
        ...(policy !== undefined && { policy }),
        ...(pseudonymKey && { pseudonymKey }),
      })
      await writeFile(file, page, { mode: 0o600, flag: 'wx' })
      return { file, leftOut }
    },
  }
}
