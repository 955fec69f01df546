import { join } from 'node:path'
import type { Digest } from '@attestry/core'
import { z } from 'zod'
import { readFacts, withFacts, type FactFile } from '../facts/fact-file.js'
import type { SubjectLaw, SubjectRequestKind } from './case-clocks.js'

export interface CaseOpenedFact {
  readonly kind: 'opened'
  readonly id: string
  /** The person's handle. */
  readonly subject: string
  readonly request: SubjectRequestKind
  readonly cause: 'request' | 'withdrawal'
  /** Laws whose clocks run. */
  readonly laws: readonly SubjectLaw[]
  /** UTC instant at which the request was received, ISO. */
  readonly at: string
}

export interface CaseExtendedFact {
  readonly kind: 'extended'
  readonly id: string
  readonly reason: string
  readonly at: string
}

export interface CaseAnsweredFact {
  readonly kind: 'answered'
  readonly id: string
  readonly outcome: 'done' | 'partly' | 'refused' | 'held'
  readonly retrainingDue: readonly Digest[]
  readonly at: string
}

/** What happened to a case. */
export type CaseFact = CaseOpenedFact | CaseExtendedFact | CaseAnsweredFact

const text = z.string().min(1)
export const handlePattern: RegExp = /^[0-9a-f]{32}$/
const digest = z.custom<Digest>(value => typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value))
const kinds = ['access', 'portability', 'erasure', 'rectification', 'restriction', 'objection'] as const

const schema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('opened'),
    id: text,
    subject: z.string().regex(handlePattern),
    request: z.enum(kinds),
    cause: z.enum(['request', 'withdrawal']),
    laws: z.array(z.enum(['gdpr', 'ccpa', 'hipaa'])),
    at: text,
  }),
  z.strictObject({ kind: z.literal('extended'), id: text, reason: text, at: text }),
  z.strictObject({
    kind: z.literal('answered'),
    id: text,
    outcome: z.enum(['done', 'partly', 'refused', 'held']),
    retrainingDue: z.array(digest),
    at: text,
  }),
])

export const isRequestKind = (value: string): value is SubjectRequestKind =>
  (kinds as readonly string[]).includes(value)

const read = (value: unknown): CaseFact | undefined => schema.safeParse(value).data

/** Where a workspace keeps the requests of people. */
export const casesFile = (workspace: string): string => join(workspace, 'governance', 'cases.jsonl')

/** @throws GOV-E201 when the file is damaged */
export const readCaseFacts = (workspace: string): Promise<readonly CaseFact[]> => readFacts(casesFile(workspace), read)

/** @throws GOV-E201 when the file is damaged, GOV-E202 when another process holds it */
export const withCaseFacts = <T>(workspace: string, action: (file: FactFile<CaseFact>) => Promise<T>): Promise<T> =>
  withFacts(casesFile(workspace), read, action)
