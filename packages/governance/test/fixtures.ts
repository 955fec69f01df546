import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { sha256, type Clock, type Digest, type Statement, type StatementStore } from '@attestry/core'

const root = mkdtempSync(join(tmpdir(), 'attestry-governance-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** A new folder, gone when the file's tests have run. */
export const folder = (): string => mkdtempSync(join(root, 'case-'))

export const clockAt = (time: string): Clock => ({ now: () => new Date(time).getTime() })

export const digests = (...names: string[]): Record<string, Digest> =>
  Object.fromEntries(names.map(name => [name, sha256(name)]))

let made = 0

/** A statement as a store returns it once its signature verified. */
export function statement(
  type: Statement['type'],
  signer: string,
  predicate: { readonly [key: string]: unknown },
  keyId = `key-${signer}`,
): Statement {
  return {
    type,
    subjects: [],
    predicate,
    digest: sha256(`statement ${made++}`),
    signer,
    keyId,
    roles: ['approver'],
    file: 'evidence/x.dsse.json',
  }
}

/** Statements in memory. */
export const storeOf = (statements: readonly Statement[]): StatementStore => ({
  write: () => Promise.reject(new Error('nothing is written here')),
  read: async type => statements.filter(one => one.type === type),
  rejected: async () => [],
})

/** The coded error that a call throws. */
export function errorOf(call: () => unknown): { code: string; message: string; where: object; json: string } {
  try {
    call()
  } catch (error) {
    const { code, message, where } = error as { code: string; message: string; where: object }
    return { code, message, where, json: JSON.stringify(error) }
  }
  throw new Error('nothing was thrown')
}
