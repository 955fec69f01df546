import { join } from 'node:path'
import type { Digest } from '@attestry/core'
import { z } from 'zod'
import { readFacts, withFacts } from '../facts/fact-file.js'

/** A person's data were put together in a folder. */
export interface ExportFact {
  readonly subject: string
  /** Relative to the workspace; null outside of it: such a path may tell who it is. */
  readonly folder: string | null
  /** Of the manifest. */
  readonly manifest: Digest
  readonly at: string
}

const schema = z.strictObject({
  subject: z.string().regex(/^[0-9a-f]{32}$/),
  folder: z.string().nullable(),
  manifest: z.custom<Digest>(value => typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value)),
  at: z.string(),
})
const read = (value: unknown): ExportFact | undefined => schema.safeParse(value).data
const exportsFile = (workspace: string): string => join(workspace, 'governance', 'exports.jsonl')

/** @throws GOV-E201 when the file is damaged */
export const readExportFacts = (workspace: string): Promise<readonly ExportFact[]> =>
  readFacts(exportsFile(workspace), read)

/** Durable before it resolves. @throws GOV-E201, GOV-E202 */
export const recordExport = (workspace: string, fact: ExportFact): Promise<void> =>
  withFacts(exportsFile(workspace), read, file => file.append(fact))
