import { mkdtemp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkPlugins, isPluginFactory, openServices, ReportWriter, type JsonValue } from '@attestry/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { report, renderReport, writeReport } from '../src/index.js'
import { input, withRecord } from './fixtures/run.js'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'attestry-report-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

/** The same value with the keys of every object in reverse order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner)]),
  )
}

describe('renderReport', () => {
  it('gives the same bytes for the same input', () => {
    expect(renderReport(input)).toEqual(renderReport(structuredClone(input)))
  })

  it('gives the same bytes whatever order keys and statements come in', () => {
    const other = reversed(input) as typeof input
    expect(renderReport({ ...other, statements: [...other.statements].reverse() })).toEqual(renderReport(input))
  })

  it('changes when a single number of the record does', () => {
    const { stages } = input.record
    const changed = withRecord({ stages: { ...stages, preprocess: { ...stages.preprocess!, rowsUsed: 9_659 } } })
    expect(renderReport(changed)['report.html']).not.toBe(renderReport(input)['report.html'])
  })

  it('leaves its input as it was', () => {
    const before = JSON.stringify(input)
    renderReport(input)
    expect(JSON.stringify(input)).toBe(before)
  })

  it('stays small enough to mail with a thousand steps and a hundred groups', () => {
    expect(renderReport(input)['report.html'].length).toBeLessThan(300_000)
  })
})

describe('writeReport', () => {
  it('writes its files and nothing else, into a folder that it makes', async () => {
    const folder = join(directory, 'run', 'report')
    const names = [
      'assessment-results.json',
      'checklist.md',
      'ml-bom.cdx.json',
      'model-card.json',
      'model-card.md',
      'openlineage.jsonl',
      'record-of-processing.json',
      'record-of-processing.md',
      'report.html',
      'risk-assessment.json',
      'risk-assessment.md',
    ]
    expect([...(await writeReport(input, folder))].sort()).toEqual(names)
    expect((await readdir(folder)).sort()).toEqual(names)
    const card = JSON.parse(await readFile(join(folder, 'model-card.json'), 'utf8')) as { [key: string]: JsonValue }
    expect(card).toMatchObject({
      format: 'attestry-model-card/1',
      name: 'ticket-triage',
      verdict: { state: 'permitted' },
    })
  })

  it('names the file that cannot be written', async () => {
    await mkdir(join(directory, 'model-card.json'))
    await expect(writeReport(input, directory)).rejects.toMatchObject({
      code: 'REPORT-E001',
      where: { file: 'model-card.json' },
    })
  })

  it('refuses a folder whose place is taken by a file', async () => {
    await writeFile(join(directory, 'report'), '')
    await expect(writeReport(input, join(directory, 'report'))).rejects.toMatchObject({ code: 'REPORT-E001' })
  })

  it('touches no file when the record cannot be rendered', async () => {
    await expect(writeReport(withRecord({ startedAt: 'once' }), directory)).rejects.toMatchObject({
      code: 'REPORT-E002',
    })
    expect(await readdir(directory)).toEqual([])
  })
})

describe('the plugin', () => {
  it('provides the report writer and passes the checks of the kernel', async () => {
    expect(isPluginFactory(report)).toBe(true)
    const plugin = report()
    checkPlugins([plugin], [ReportWriter])
    const services = openServices(plugin.provides ?? [], { runId: 'run', directory, workspace: directory })
    const writer = services.view('test', [ReportWriter]).get(ReportWriter)
    expect(await writer.write(input, join(directory, 'report'))).toContain('report.html')
    await services.close()
  })
})
