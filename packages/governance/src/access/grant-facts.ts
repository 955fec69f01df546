import { join } from 'node:path'
import { z } from 'zod'
import { readFacts, withFacts, type FactFile } from '../facts/fact-file.js'

/** A role was given. */
export interface GrantedFact {
  readonly kind: 'granted'
  /** Also the id of the event in the log that announced it. */
  readonly id: string
  readonly principal: string
  readonly role: string
  readonly by: string
  /** UTC instant. */
  readonly at: string
  /** ISO date or instant; from its first instant on the grant no longer counts. */
  readonly expires: string
  /** Why, in words; empty where the role asks for none. */
  readonly reason: string
  /** It was given while nobody held the role of giving roles. */
  readonly founding: boolean
}

/** A grant was taken away, or was looked at and kept. */
export interface GrantEndedFact {
  readonly kind: 'revoked' | 'reviewed'
  /** Also the id of the event in the log that announced it. */
  readonly id: string
  /** The id of the grant. */
  readonly grant: string
  readonly by: string
  /** UTC instant. */
  readonly at: string
}

export type GrantFact = GrantedFact | GrantEndedFact

const text = z.string().min(1)
const ended = { id: text, grant: text, by: text, at: text }
const schema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('granted'),
    id: text,
    principal: text,
    role: text,
    by: text,
    at: text,
    expires: text,
    reason: z.string(),
    founding: z.boolean(),
  }),
  z.strictObject({ kind: z.literal('revoked'), ...ended }),
  z.strictObject({ kind: z.literal('reviewed'), ...ended }),
])

const read = (value: unknown): GrantFact | undefined => schema.safeParse(value).data

/** Where a workspace keeps who was given which role. */
export const grantsFile = (workspace: string): string => join(workspace, 'governance', 'grants.jsonl')

/** @throws GOV-E201 when the file is damaged */
export const readGrantFacts = (workspace: string): Promise<readonly GrantFact[]> =>
  readFacts(grantsFile(workspace), read)

/** @throws GOV-E201 when the file is damaged, GOV-E202 when another process holds it */
export const withGrantFacts = <T>(workspace: string, action: (file: FactFile<GrantFact>) => Promise<T>): Promise<T> =>
  withFacts(grantsFile(workspace), read, action)
