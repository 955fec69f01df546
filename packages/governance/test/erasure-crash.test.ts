import { join } from 'node:path'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { AuditEvent } from '@attestry/core'
import { listCases } from '../src/subject/cases.js'
import { eraseSubject } from '../src/subject/erase-subject.js'
import { erasureReceipts } from '../src/subject/erasure-receipt.js'
import { exportSubject } from '../src/subject/export-subject.js'
import type { SubjectContext } from '../src/subject/subject-context.js'
import { findTraces } from '../src/subject/traces.js'
import { clockAt } from './fixtures.js'
import { consentOf, rowsOf, world } from './subject-fixtures.js'

const faults = vi.hoisted(() => ({ left: Infinity, isAfter: false, steps: 0 }))

/** Does a step; the one that is chosen ends in a crash, before it or after it. */
async function step<T>(action: () => Promise<T>): Promise<T> {
  faults.steps++
  const isChosen = faults.left-- === 0
  if (isChosen && !faults.isAfter) throw new Error('crash')
  const result = await action()
  if (isChosen) throw new Error('crash')
  return result
}

vi.mock('@attestry/core', async original => {
  const core = await original<typeof import('@attestry/core')>()
  return {
    ...core,
    writeDurably: (...rest: Parameters<typeof core.writeDurably>) => step(() => core.writeDurably(...rest)),
  }
})

const ada = 'ada@example.org'
const bob = 'bob@example.org'

async function everywhere(): Promise<SubjectContext & { signed: Map<string, unknown>; events: readonly AuditEvent[] }> {
  const context = world()
  context.put('tickets.jsonl', rowsOf(ada, bob, ada))
  await context.addRun('01RUN1', { source: 'tickets.jsonl', train: [ada, bob] })
  await context.addRun('01RUN2', { source: 'tickets.jsonl', train: [ada, bob], plain: true })
  context.dataset(rowsOf(ada, bob))
  consentOf(context, ada, bob)
  await exportSubject(context, ada, join(context.workspace, 'exports', 'one'))
  const { files, keys, log } = context
  const signed = new Map<string, unknown>()
  return {
    ...context,
    signed,
    events: log.events,
    files: { rows: files.rows, remove: (file, query) => step(() => files.remove(file, query)) },
    keys: { ...keys, destroy: subjects => step(() => keys.destroy(subjects)) },
    log: { ...log, read: log.read, checkpoint: log.checkpoint, append: event => step(() => log.append(event)) },
    record: (id, { predicate }) => step(async () => void signed.set(id, predicate)),
  }
}

beforeEach(() => {
  faults.left = Infinity
})

describe('an erasure that is cut off', () => {
  it.each(['before', 'after'])('is finished by doing it again, wherever the crash came: %s a step', async when => {
    const whole = await everywhere()
    faults.steps = 0
    const expected = await eraseSubject(whole, ada)
    const steps = faults.steps
    expect(steps).toBeGreaterThan(15)

    for (let at = 0; at < steps; at++) {
      const context = await everywhere()
      Object.assign(faults, { left: at, isAfter: when === 'after' })
      await expect(eraseSubject(context, ada)).rejects.toThrow('crash')
      faults.left = Infinity
      // Once the handle is forgotten nobody is known by that identifier, and the rest is done all the same.
      const later = { ...context, clock: clockAt('2026-06-02T00:00:00Z') }
      await eraseSubject(later, ada).catch((failure: { code?: string }) => expect(failure.code).toBe('GOV-E106'))

      expect((await findTraces(context.baseDirectory, ada)).files, `step ${at}`).toEqual([])
      const [receipt, ...others] = await erasureReceipts(context.workspace)
      expect(others).toEqual([])
      const actions = (items: typeof expected.items): string[] =>
        items.map(({ kind, action }) => `${kind} ${action}`).sort()
      expect(actions(receipt!.items), `step ${at}`).toEqual(actions(expected.items))
      expect(receipt).toMatchObject({ outcome: expected.outcome, retrainingDue: expected.retrainingDue })
      expect((await listCases(context.workspace)).map(({ outcome }) => outcome)).toEqual([expected.outcome])
      expect(context.events.filter(({ phase }) => phase === 'intent').map(({ id }) => id)).toContain(receipt!.intent)
      expect([...context.signed.keys()]).toEqual([receipt!.intent])
    }
  })
})
