import { mkdir, open, readFile, truncate } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { isoTime, syncDirectory, ulid, type SubjectHandles } from '@attestry/core'
import { instantOf } from '../dates.js'
import { withLock } from '../facts/lock.js'
import { openCase, type CaseContext, type SubjectCaseRecord } from '../subject/cases.js'
import type { SubjectLaw } from '../subject/case-clocks.js'
import { eventRefused } from '../subject/errors.js'
import { parseConsentEvents, whyNotAnEvent, type ConsentEvent } from './consent-events.js'

/** Whose log is told, and where the case of a withdrawal is opened. */
export interface ConsentCase extends CaseContext {
  readonly handles: SubjectHandles
  /** Laws whose clocks run; default: all of the table. */
  readonly laws?: readonly SubjectLaw[]
}

export interface RecordedConsent {
  /** False when the same event stands in the file already. */
  readonly isNew: boolean
  /** The erasure case of a withdrawal. */
  readonly case: SubjectCaseRecord | null
}

/**
 * Appends an event to a file of consent events; it is on disk before the promise resolves.
 *
 * Recording an event again changes nothing, so that whoever was cut off can simply do it again. An end of the file that a
 * crash cut off in the middle of an event was acknowledged to nobody and is replaced.
 *
 * @param file made when it is not there, readable by its owner alone
 * @param subjects with it a withdrawal opens an erasure case; its clocks count from the withdrawal
 * @throws GOV-E101 for what is no event, GOV-E002 when a line of the file is none, GOV-E202 when another process holds it
 */
export async function recordConsent(
  file: string,
  event: ConsentEvent,
  subjects?: ConsentCase,
): Promise<RecordedConsent> {
  const problem = whyNotAnEvent(event)
  if (problem !== undefined) throw eventRefused(problem)
  if (event.subject.trim() === '') throw eventRefused("'subject' is empty")
  const opensCase = subjects !== undefined && event.state === 'withdrawn'
  // A withdrawal of tomorrow counts at once and would open no case today.
  if (opensCase && instantOf(event.at)! > subjects.clock.now()) throw eventRefused("'at' lies in the future")
  await mkdir(dirname(file), { recursive: true })
  const handle = subjects?.handles.handleOf(event.subject) ?? ''
  await subjects?.handles.flush()
  const isNew = await withLock(`${file}.lock`, () =>
    appendEvent(file, JSON.stringify(event), async () => subjects && noteEvent(subjects, handle, event)),
  )
  if (!opensCase) return { isNew, case: null }
  const opened = await openCase(subjects, {
    subject: handle,
    kind: 'erasure',
    cause: 'withdrawal',
    at: event.at,
    ...(subjects.laws && { laws: subjects.laws }),
  })
  return { isNew, case: opened }
}

/** Says in the log what is about to be recorded, without the identifier. */
async function noteEvent(
  { clock, log, run = 'workspace', actor }: ConsentCase,
  handle: string,
  { purpose, state, at, notice }: ConsentEvent,
): Promise<void> {
  await log?.append({
    id: ulid(clock),
    time: isoTime(clock),
    type: 'attestry.consent.recorded',
    phase: 'note',
    actor,
    run,
    result: 'ok',
    subjects: [handle],
    payload: { purpose, state, at, notice },
  })
}

/** @param before awaited when the line is not there yet: when it rejects, nothing is appended */
async function appendEvent(path: string, line: string, before: () => Promise<unknown>): Promise<boolean> {
  const bytes = await readFile(path).catch((failure: NodeJS.ErrnoException) => {
    if (failure.code === 'ENOENT') return Buffer.alloc(0)
    throw failure
  })
  const whole = bytes.lastIndexOf(0x0a) + 1
  const tail = bytes.subarray(whole).toString()
  const isTorn = tail.trim() !== '' && !isJson(tail)
  const kept = isTorn ? bytes.subarray(0, whole) : bytes
  parseConsentEvents(kept.toString(), basename(path))
  if (kept.toString().split('\n').includes(line)) return false
  await before()
  if (isTorn) await truncate(path, whole)
  const start = kept.length > 0 && kept.at(-1) !== 0x0a ? '\n' : ''
  const file = await open(path, 'a', 0o600)
  try {
    try {
      await file.writeFile(`${start}${line}\n`)
      await file.sync()
    } catch (failure) {
      await file.truncate(kept.length).catch(() => undefined)
      throw failure
    }
  } finally {
    await file.close()
  }
  await syncDirectory(dirname(path))
  return true
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
