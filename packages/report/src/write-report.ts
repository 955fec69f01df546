import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { writeDurably, type ReportInput } from '@attestry/core'
import { notWritable } from './errors.js'
import { orderedJson } from './format.js'
import { htmlReport } from './html-report.js'
import { modelCard } from './model-card.js'
import { modelCardMarkdown } from './model-card-markdown.js'

/** What is written, in this order. */
export const reportFiles = ['model-card.md', 'model-card.json', 'report.html'] as const

/** The content of every report file. Pure. @throws REPORT-E002 */
export function renderReport(input: ReportInput): Readonly<Record<(typeof reportFiles)[number], string>> {
  const card = modelCard(input)
  return {
    'model-card.md': modelCardMarkdown(card),
    'model-card.json': `${orderedJson(card, 2)}\n`,
    'report.html': htmlReport(input),
  }
}

/**
 * Writes the model card and the report, each through a temporary file and a rename, so that a crash leaves the old file
 * or the new one. Everything is rendered before the first file is touched.
 *
 * @returns the names of the files
 * @throws REPORT-E001 when a file cannot be written, REPORT-E002 when the record cannot be rendered
 */
export async function writeReport(input: ReportInput, directory: string): Promise<readonly string[]> {
  const contents = renderReport(input)
  let file: string = directory
  try {
    await mkdir(directory, { recursive: true })
    for (file of reportFiles) await writeDurably(join(directory, file), contents[file as keyof typeof contents])
  } catch (cause) {
    throw notWritable(file === directory ? 'report' : file, directory, cause)
  }
  return reportFiles
}
