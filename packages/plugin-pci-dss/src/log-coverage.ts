import { AuditLog, type AuditEvent, type RecordedEvent } from '@attestry/core'
import type { DeployCheck } from './deploy-checks.js'
import { logNotCovering } from './errors.js'

/** 10.2.2, one line per field: whether an event carries it. */
const fields: Readonly<Record<string, (event: AuditEvent) => boolean>> = {
  user: ({ actor }) => actor.trim() !== '',
  'type of event': ({ type }) => type.trim() !== '',
  'date and time': ({ time }) => !Number.isNaN(Date.parse(time)),
  'success or failure': ({ phase, result }) => phase !== 'outcome' || result !== undefined,
  origin: ({ run, plugin, stage }) => [run, plugin, stage].some(value => value !== undefined && value !== ''),
  'what is affected': ({ run, objects, subjects }) => run !== '' || (objects ?? subjects ?? []).length > 0,
}

/** 10.2.1 as far as a run meets it: one event type at least for each line that a run must have left by now. */
const lines: Readonly<Record<string, readonly AuditEvent['type'][]>> = {
  'log start': ['attestry.log.opened'],
  'access to data': ['attestry.run.started', 'attestry.stage.started', 'attestry.preprocess.shard-written'],
  'creation of objects': ['attestry.stage.finished', 'attestry.preprocess.shard-written', 'attestry.evidence.recorded'],
}

/** What is wrong with a log, in words of our own; empty when it covers all that a run must have left. */
export function gapsOf(events: readonly RecordedEvent[]): readonly string[] {
  const first = events[0]?.index ?? 0
  const gap = events.some(({ index }, place) => index !== first + place) ? ['indexes are not gap-free'] : []
  const missingFields = Object.entries(fields).flatMap(([name, has]) => {
    const without = events.filter(({ event }) => !has(event)).length
    return without > 0 ? [`${without} events without ${name}`] : []
  })
  const missingLines = Object.entries(lines).flatMap(([name, types]) =>
    events.some(({ event }) => types.includes(event.type)) ? [] : [`no event for ${name}`],
  )
  return [...gap, ...missingFields, ...missingLines]
}

/** 10.2.1, 10.2.2: the run's own log has every field and every kind of event that the run must have left by now. */
export const logCoverage: DeployCheck = async (_, context) => {
  const events: RecordedEvent[] = []
  for await (const recorded of context.get(AuditLog).read()) events.push(recorded)
  const gaps = gapsOf(events)
  await context.evidence({
    type: 'log-coverage',
    controls: ['PCI-10.2.1', ...[1, 6, 7].map(line => `PCI-10.2.1.${line}`), 'PCI-10.2.2'],
    outcome: gaps.length === 0 ? 'pass' : 'fail',
    facts: { fields: Object.keys(fields), lines: Object.keys(lines), gaps },
  })
  return gaps.length === 0 ? [] : [logNotCovering(gaps)]
}
