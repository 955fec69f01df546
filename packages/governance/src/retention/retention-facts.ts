import { join } from 'node:path'
import { isoTime, type Clock, type Digest } from '@attestry/core'
import { z } from 'zod'
import { instantOf } from '../dates.js'
import { readFacts, withFacts, type FactFile } from '../facts/fact-file.js'
import { triggerRefused } from './errors.js'

/** Something that began a period. */
export interface TriggerFact {
  readonly kind: 'trigger'
  readonly dataClass: string
  /** A file or folder of the workspace, relative to it: everything below it is meant too. */
  readonly object: string
  /** What happened, in words, such as `end of training`. */
  readonly event: string
  /** ISO date or instant. */
  readonly at: string
}

export interface HoldPlacedFact {
  readonly kind: 'hold-placed'
  readonly id: string
  /** `*` for every class. */
  readonly dataClass: string
  readonly reason: string
  readonly by: string
  readonly at: string
}

export interface HoldReleasedFact {
  readonly kind: 'hold-released'
  readonly id: string
  /** Who signed, and what. */
  readonly statements: readonly { readonly signer: string; readonly statement: string }[]
  readonly at: string
}

/** A deletion is about to begin (`disposing`), is done and has its receipt (`disposed`), or was cut off (`not-disposed`). */
export interface DisposalFact {
  readonly kind: 'disposing' | 'disposed' | 'not-disposed'
  readonly object: string
  readonly dataClass: string
  readonly digest: Digest
  readonly sizeBytes: number
  /** The event in the log that announced it. */
  readonly intent: string
  readonly at: string
}

export type RetentionFact = TriggerFact | HoldPlacedFact | HoldReleasedFact | DisposalFact

const text = z.string().min(1)
const digest = z.custom<Digest>(value => typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value))
const disposal = { object: text, dataClass: text, digest, sizeBytes: z.number(), intent: text, at: text }
const schema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('trigger'), dataClass: text, object: text, event: text, at: text }),
  z.strictObject({
    kind: z.literal('hold-placed'),
    id: text,
    dataClass: text,
    reason: z.string(),
    by: text,
    at: text,
  }),
  z.strictObject({
    kind: z.literal('hold-released'),
    id: text,
    statements: z.array(z.strictObject({ signer: text, statement: text })),
    at: text,
  }),
  z.strictObject({ kind: z.literal('disposing'), ...disposal }),
  z.strictObject({ kind: z.literal('disposed'), ...disposal }),
  z.strictObject({ kind: z.literal('not-disposed'), ...disposal }),
])

const read = (value: unknown): RetentionFact | undefined => schema.safeParse(value).data

/** Where a workspace keeps the facts of retention. */
export const retentionFactsFile = (workspace: string): string => join(workspace, 'retention', 'facts.jsonl')

/** @throws GOV-E201 when the file is damaged */
export const readRetentionFacts = (workspace: string): Promise<readonly RetentionFact[]> =>
  readFacts(retentionFactsFile(workspace), read)

/** @throws GOV-E201 when the file is damaged, GOV-E202 when another process holds it */
export const withRetentionFacts = <T>(
  workspace: string,
  action: (file: FactFile<RetentionFact>) => Promise<T>,
): Promise<T> => withFacts(retentionFactsFile(workspace), read, action)

/**
 * Records that a period began, durably. The newest record for a class and object counts, so a date that was wrong is revised
 * by recording it again.
 *
 * @throws GOV-E203 for a date that has not come or cannot be read, or an object outside of the workspace
 */
export async function recordTrigger(
  workspace: string,
  { dataClass, object, event, at }: Omit<TriggerFact, 'kind'>,
  clock: Clock,
): Promise<void> {
  const time = instantOf(at)
  if (time === undefined) throw triggerRefused('its date cannot be read')
  if (time > clock.now()) throw triggerRefused('its date has not come')
  if ([dataClass, event].some(value => value.trim() === '')) throw triggerRefused('it lacks a data class or an event')
  if (!isInside(object)) throw triggerRefused('its object is not a path below the workspace')
  await withRetentionFacts(workspace, file => file.append({ kind: 'trigger', dataClass, object, event, at }))
}

/**
 * Records that a period began now, unless its beginning is recorded already.
 *
 * @throws GOV-E203 for an object outside of the workspace
 */
export async function beginPeriod(
  workspace: string,
  { dataClass, object, event }: Pick<TriggerFact, 'dataClass' | 'object' | 'event'>,
  clock: Clock,
): Promise<void> {
  if (!isInside(object)) throw triggerRefused('its object is not a path below the workspace')
  await withRetentionFacts(workspace, async file => {
    const isKnown = file
      .facts()
      .some(one => one.kind === 'trigger' && one.dataClass === dataClass && one.object === object)
    if (!isKnown) await file.append({ kind: 'trigger', dataClass, object, event, at: isoTime(clock) })
  })
}

const isInside = (path: string): boolean =>
  path !== '' && !path.includes('\\') && path.split('/').every(part => part !== '' && part !== '.' && part !== '..')

/** When the period of an object began: the newest trigger of its class for it or for a folder that it lies in. */
export function triggerOf(facts: readonly RetentionFact[], dataClass: string, object: string): Date | null {
  const found = facts.findLast(
    (fact): fact is TriggerFact =>
      fact.kind === 'trigger' &&
      fact.dataClass === dataClass &&
      (fact.object === object || object.startsWith(`${fact.object}/`)),
  )
  return found ? new Date(found.at) : null
}
