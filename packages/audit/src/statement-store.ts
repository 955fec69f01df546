import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isAttestryError, sha256, type Statement, type StatementStore, type StatementType } from '@attestry/core'
import { writeDurably } from './disk.js'
import { statementNotForRun } from './errors.js'
import { readLimited } from './log-files.js'
import { readPrincipals, type Principal } from './principals.js'
import { keyIdOf, type SigningKey, type VerifierKey } from './signed-note.js'
import { openEnvelope, signedEnvelope } from './statement.js'

/** Folder of a run's statements, below the run. */
export const evidenceFolder = 'evidence'
/** Folder of signed statements of people, below the workspace. */
export const registerFolder = 'register'
const suffix = '.dsse.json'
const maxStatementBytes = 16 * 2 ** 20

/** Role under which the run's own statements are returned. */
export const runRole = 'run'

/** Types that the run's key signs: what software observed. All others are decisions of people. */
const ofTheRun: readonly StatementType[] = ['evidence', 'deployment']

interface Signer extends VerifierKey {
  readonly owner: Pick<Principal, 'name' | 'roles'> | null
}

/** Whose signatures count: the run's key for what the run observed, principals for what people decide. */
export interface Signers {
  readonly run: string
  readonly keys: readonly Signer[]
}

export const signersOf = (run: string, runKey: VerifierKey, principals: readonly Principal[]): Signers => ({
  run,
  keys: [
    { ...runKey, owner: null },
    ...principals.flatMap(({ keys, ...owner }) => keys.map(key => ({ ...key, owner }))),
  ],
})

/**
 * A statement from a file's bytes.
 *
 * @throws AUDIT-E016 when nobody known signed it, AUDIT-E015 when its signer may not make statements of its type or it is
 *   about another run
 */
export function openStatement(bytes: Uint8Array, file: string, { run, keys }: Signers): Statement {
  const { draft, key } = openEnvelope(bytes, keys)
  const isOfTheRun = ofTheRun.includes(draft.type)
  if (key.owner === null) {
    if (!isOfTheRun) throw statementNotForRun(draft.type, 'only a person can decide it')
    if (draft.predicate.run !== run) throw statementNotForRun(draft.type, 'it is about another run')
  } else if (isOfTheRun) throw statementNotForRun(draft.type, 'a person signed what only the run can observe')
  const { name, roles } = key.owner ?? { name: key.name, roles: [runRole] }
  return { ...draft, digest: sha256(bytes), signer: name, keyId: keyIdOf(key), roles, file }
}

type Rejected = { readonly file: string; readonly reason: string }

/** Every statement file of a folder: those that verify, and the others with the reason. */
async function readFolder(
  folder: string,
  prefix: string,
  signers: Signers,
): Promise<{ statements: (Statement & { readonly bytes: Uint8Array })[]; rejected: Rejected[] }> {
  const names = await readdir(folder).catch((failure: NodeJS.ErrnoException) => {
    if (failure.code === 'ENOENT') return []
    throw failure
  })
  const statements = []
  const rejected: Rejected[] = []
  for (const name of names.filter(name => name.endsWith(suffix)).sort()) {
    const file = `${prefix}/${name}`
    try {
      const bytes = (await readLimited(join(folder, name), maxStatementBytes)) ?? new Uint8Array()
      statements.push({ ...openStatement(bytes, file, signers), bytes })
    } catch (failure) {
      if (!isAttestryError(failure)) throw failure
      rejected.push({ file, reason: failure.message })
    }
  }
  return { statements, rejected }
}

/**
 * The statements of a run's folder, for whoever holds the log's verifier key. Reads only.
 *
 * @param run the run's id
 */
export async function readStatements(
  directory: string,
  run: string,
  key: VerifierKey,
): Promise<{ readonly statements: readonly Statement[]; readonly rejected: readonly Rejected[] }> {
  const signers = signersOf(run, key, await readPrincipals(directory))
  const { statements, rejected } = await readFolder(join(directory, evidenceFolder), evidenceFolder, signers)
  return { statements: statements.map(({ bytes: _, ...statement }) => statement), rejected }
}

/** What people signed in a workspace, outside of every run. Reads only. */
export async function readRegister(
  workspace: string,
  key: VerifierKey,
): Promise<{ readonly statements: readonly Statement[]; readonly rejected: readonly Rejected[] }> {
  const signers = signersOf('', key, await readPrincipals(workspace))
  const { statements, rejected } = await readFolder(join(workspace, registerFolder), registerFolder, signers)
  return { statements: statements.map(({ bytes: _, ...statement }) => statement), rejected }
}

export interface StoreOptions {
  readonly run: string
  /** The run's folder. */
  readonly directory: string
  readonly workspace: string
  readonly key: SigningKey
}

/**
 * Opens the statements of a run. What the workspace's register holds at this moment is copied into the run's folder, so that
 * the folder tells everything by itself; what is signed later counts when the run is resumed.
 */
export async function openStatementStore({ run, directory, workspace, key }: StoreOptions): Promise<StatementStore> {
  const signers = signersOf(run, key, await readPrincipals(workspace))
  const folder = join(directory, evidenceFolder)
  await mkdir(folder, { recursive: true })
  const own = await readFolder(folder, evidenceFolder, signers)
  const register = await readFolder(join(workspace, registerFolder), registerFolder, signers)
  const statements = new Map<string, Statement>()
  for (const { bytes: _, ...statement } of own.statements)
    if (!statements.has(statement.digest)) statements.set(statement.digest, statement)
  for (const { bytes, ...statement } of register.statements) {
    if (statements.has(statement.digest)) continue
    const file = `${evidenceFolder}/${statement.type}-${statement.digest.slice(7, 23)}${suffix}`
    await writeDurably(join(directory, file), bytes)
    statements.set(statement.digest, { ...statement, file })
  }
  const rejected = [...own.rejected, ...register.rejected]

  let next = (await lastNumber(folder)) + 1
  return {
    async write(draft) {
      if (!ofTheRun.includes(draft.type)) throw statementNotForRun(draft.type, 'only a person can decide it')
      const { run: said = run } = draft.predicate
      if (said !== run) throw statementNotForRun(draft.type, 'it is about another run')
      const bytes = signedEnvelope({ ...draft, predicate: { ...draft.predicate, run } }, key)
      const number = String(next++).padStart(4, '0')
      const kind = draft.type === 'evidence' ? draft.predicate.type : undefined
      const name = [draft.type, kind].filter(part => typeof part === 'string').join('-')
      const file = `${evidenceFolder}/${number}-${name
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .slice(0, 80)}${suffix}`
      await writeDurably(join(directory, file), bytes)
      const statement = openStatement(await readFile(join(directory, file)), file, signers)
      statements.set(statement.digest, statement)
      return statement
    },
    read: async type => [...statements.values()].filter(statement => statement.type === type),
    rejected: async () => rejected,
  }
}

async function lastNumber(folder: string): Promise<number> {
  const numbers = (await readdir(folder)).map(name => Number(/^(\d+)-/.exec(name)?.[1] ?? 0))
  return Math.max(0, ...numbers)
}
