import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { AuditLog } from './contracts/audit-log.js'
import { Lineage } from './contracts/data.js'
import type { ClosedEgress } from './contracts/network.js'
import { ReportWriter } from './contracts/report.js'
import { StatementStore } from './contracts/statements.js'
import { isoTime } from './clock.js'
import { sha256 } from './digest.js'
import { foldRun } from './fold.js'
import type { ModelFile } from './contracts/training.js'
import { statementTypes, type OpenRun } from './open-run.js'
import type { RunRecord, RunStatus, StageFacts } from './run-record.js'

/** Closes the books: evidence about the log itself, the report, and the status as the last event. */
export async function endRun(
  run: OpenRun,
  facts: Partial<StageFacts>,
  status: RunStatus,
  reason: RunRecord['reason'],
): Promise<RunRecord> {
  const statements = run.services.get(StatementStore)
  const folded = await foldRun(run.log.read())
  await run.evidence({
    type: 'audit-log',
    controls: [],
    outcome: folded && folded.open.length === 0 ? 'pass' : 'fail',
    facts: { ...(await countEvents(run.log)), intentsWithoutOutcome: folded?.open.length ?? 0 },
  })
  if (run.egress.closed) await recordEgress(run, run.egress.closed)
  const record: RunRecord = {
    ...folded!.record,
    stages: facts,
    status,
    reason,
    endedAt: isoTime(run.clock),
  }
  const report = await writeReport(run, record, statements)
  const names = (await readdir(run.info.directory)).filter(name => /^(?:lineage|quarantine.*)\.jsonl$/.test(name))
  const files = await digestsIn(run.info.directory, names)
  await run.bus.note('attestry.run.finished', {
    payload: { status, reason, endedAt: record.endedAt, report, files },
  })
  return record
}

/** What was refused says nothing against the run: it stayed where it was told to stay. */
async function recordEgress(run: OpenRun, closed: ClosedEgress): Promise<void> {
  const refused = closed.refused()
  for (const { host, way } of refused)
    await run.bus.note('attestry.network.refused', { result: 'denied', payload: { host, way } })
  await run.evidence({
    type: 'local-processing',
    controls: [],
    outcome: 'pass',
    facts: { allowed: closed.allowed, refusals: closed.refusals(), refused },
  })
}

async function countEvents(log: AuditLog): Promise<{ events: number; isGapFree: boolean }> {
  let events = 0
  let isGapFree = true
  for await (const { index } of log.read()) isGapFree = isGapFree && index === events++
  return { events, isGapFree }
}

async function writeReport(run: OpenRun, record: RunRecord, statements: StatementStore): Promise<readonly ModelFile[]> {
  const writer = run.services.find(ReportWriter)
  if (!writer) return []
  const directory = join(run.info.directory, 'report')
  const all = (await Promise.all(statementTypes.map(type => statements.read(type)))).flat()
  const lineage = (await run.services.find(Lineage)?.nodes()) ?? []
  return digestsIn(directory, await writer.write({ record, statements: all, lineage }, directory))
}

const digestsIn = (directory: string, names: readonly string[]): Promise<readonly ModelFile[]> =>
  Promise.all(names.map(async name => ({ name, digest: sha256(await readFile(join(directory, name))) })))
