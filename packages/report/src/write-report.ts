import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { writeDurably, type ReportInput } from '@attestry/core'
import { checklistMarkdown } from './checklist/checklist-text.js'
import { deploymentChecklist } from './checklist/deployment-checklist.js'
import { recordOfProcessingMarkdown, riskAssessmentMarkdown } from './documents/documents-markdown.js'
import { recordOfProcessing } from './documents/record-of-processing.js'
import { riskAssessment } from './documents/risk-assessment.js'
import { notWritable } from './errors.js'
import { cyclonedxMlBom } from './exports/cyclonedx.js'
import { openLineageEvents, openLineageLines } from './exports/openlineage.js'
import { oscalAssessmentResults } from './exports/oscal.js'
import { orderedJson } from './format.js'
import { htmlReport } from './html-report.js'
import { modelCard } from './model-card.js'
import { modelCardMarkdown } from './model-card-markdown.js'

/** What is written, in this order. */
export const reportFiles = [
  'model-card.md',
  'model-card.json',
  'checklist.md',
  'risk-assessment.md',
  'risk-assessment.json',
  'record-of-processing.md',
  'record-of-processing.json',
  'assessment-results.json',
  'ml-bom.cdx.json',
  'openlineage.jsonl',
  'report.html',
] as const

export type ReportFile = (typeof reportFiles)[number]

/** The content of every report file. Pure. @throws REPORT-E002 */
export function renderReport(input: ReportInput): Readonly<Record<ReportFile, string>> {
  const card = modelCard(input)
  const { name, run, assessedAt } = card
  const checklist = deploymentChecklist(input, new Date(assessedAt))
  const risks = riskAssessment(input)
  const processing = recordOfProcessing(input)
  return {
    'model-card.md': modelCardMarkdown(card),
    'model-card.json': json(card),
    'checklist.md': checklistMarkdown(checklist, { name, run: run.id, assessedAt }),
    'risk-assessment.md': riskAssessmentMarkdown(risks),
    'risk-assessment.json': json(risks),
    'record-of-processing.md': recordOfProcessingMarkdown(processing),
    'record-of-processing.json': json(processing),
    'assessment-results.json': json(oscalAssessmentResults(input)),
    'ml-bom.cdx.json': json(cyclonedxMlBom(input)),
    'openlineage.jsonl': openLineageLines(openLineageEvents(input.record, input.lineage)),
    'report.html': htmlReport(input),
  }
}

const json = (document: unknown): string => `${orderedJson(document, 2)}\n`

/**
 * Writes every report file, each through a temporary file and a rename, so that a crash leaves the old file or the new one.
 * Everything is rendered before the first file is touched.
 *
 * @returns the names of the files
 * @throws REPORT-E001 when a file cannot be written, REPORT-E002 when the record cannot be rendered
 */
export async function writeReport(input: ReportInput, directory: string): Promise<readonly string[]> {
  const contents = renderReport(input)
  let file: string = directory
  try {
    await mkdir(directory, { recursive: true })
    for (file of reportFiles) await writeDurably(join(directory, file), contents[file as ReportFile])
  } catch (cause) {
    throw notWritable(file === directory ? 'report' : file, directory, cause)
  }
  return reportFiles
}
