import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isAttestryError, type Digest, type JsonValue, type Statement } from '@attestry/core'
import { createFindings, type Findings, type Problem } from './findings.js'
import { principalsFile } from './principals.js'
import { base64, parseVkey, type VerifierKey } from './signed-note.js'
import { evidenceFolder, readStatements } from './statement-store.js'
import { verifyLog, type SignedEvent } from './verify-log.js'

/** What a stranger can say of a run's folder with the log's public key and nothing else. */
export interface VerifyReport {
  /** Whether there is no problem. Says nothing about files that are not covered. */
  readonly ok: boolean
  readonly run: string | null
  /** Events under the signed checkpoint. */
  readonly events: number
  /** Events that only the journal holds: under no signature, and not believed here. */
  readonly unsignedEvents: number
  /** Root of the signed tree, base64. */
  readonly root: string | null
  /** Whether someone outside holds a checkpoint. Without it a log rewritten by its own key goes unnoticed. */
  readonly witness: 'not witnessed'
  readonly problems: readonly Problem[]
  readonly covered: readonly { readonly file: string; readonly by: string }[]
  readonly uncovered: readonly { readonly file: string; readonly reason: string }[]
  /** Statements that verify and that the log names. */
  readonly statements: readonly Statement[]
}

/** A destroyed file, as a signed receipt of the workspace's log tells it. */
export interface DisposedFile {
  /** Relative to the workspace, such as `runs/<run>/model/weights.safetensors`. */
  readonly object: string
  readonly digest: string
  /** RFC 3339. */
  readonly at: string
}

/** The receipts among statements that verified. */
export const disposedFiles = (statements: readonly Statement[]): readonly DisposedFile[] =>
  statements.flatMap(({ predicate }) => {
    const { object, digest, at } = isRecord(predicate.facts) ? predicate.facts : {}
    const isReceipt = predicate.type === 'disposal-receipt'
    return isReceipt && [object, digest, at].every(value => typeof value === 'string')
      ? [{ object: object as string, digest: digest as string, at: at as string }]
      : []
  })

/** Digests that the signed log gives to files. */
interface Expected {
  /** config.json, policy.json and principals.json. */
  named: ReadonlyMap<string, Digest>
  readonly statements: Map<string, string | undefined>
  readonly shards: Set<string>
  /** By path below the run, with the event that says so. The newest counts. */
  model: ReadonlyMap<string, Digest>
  report: ReadonlyMap<string, Digest>
}

/**
 * Verifies a run's folder offline.
 *
 * Only events under the signed checkpoint are believed. Every file of the folder ends up in exactly one of three lists:
 * with a problem, covered (any changed bit would be a problem), or not covered, with the reason.
 *
 * @param directory the run's folder
 * A file that a receipt says was destroyed is listed as not covered, with the day, instead of as a problem.
 *
 * @param vkey the log's verifier key, from someone trusted: not from the folder
 * @param disposed receipts of a workspace's log that verified
 * @throws AUDIT-E010 when the verifier key itself is malformed
 */
export async function verifyRun(
  directory: string,
  vkey: string,
  disposed: readonly DisposedFile[] = [],
): Promise<VerifyReport> {
  const key = parseVkey(vkey)
  const findings = createFindings()
  const files = await listFiles(directory, findings)
  const expected: Expected = {
    named: new Map(),
    statements: new Map(),
    shards: new Set(),
    model: new Map(),
    report: new Map(),
  }
  const log = await verifyLog(directory, key, files, findings, event => note(expected, event))

  const gone: Gone = (file, digest) =>
    disposed.find(one => one.object === `runs/${log?.run}/${file}` && one.digest === digest)?.at
  let statements: readonly Statement[] = []
  if (log?.isSound) {
    const named = new Map([...expected.named, ...expected.model, ...expected.report])
    for (const [file, digest] of named) {
      const at = files.includes(file) ? undefined : gone(file, digest)
      if (at !== undefined) findings.leave(file, disposedOn(at))
      else await compare(directory, files, file, digest, 'the digest in the log', findings)
    }
    statements = await verifyStatements(directory, log.run, key, files, expected, findings)
    await verifySubjects(directory, files, statements, findings)
  }
  await verifyShards(directory, files, expected, findings, gone)
  const why = log?.isSound
    ? 'no signed event or statement gives its digest'
    : 'the log that would name it does not verify'
  for (const file of files) if (!findings.has(file)) findings.leave(file, why)

  return {
    ok: findings.problems.length === 0,
    run: log?.run ?? null,
    events: log?.checkpoint.size ?? 0,
    unsignedEvents: log?.unsigned ?? 0,
    root: log ? base64(log.checkpoint.root) : null,
    witness: 'not witnessed',
    problems: findings.problems,
    covered: findings.covered(),
    uncovered: findings.uncovered(),
    statements,
  }
}

/** Remembers what an event says about files. */
function note(expected: Expected, { entry, payload }: SignedEvent): void {
  const { type, objects = [], stage, phase, result } = entry
  const facts = isRecord(payload) ? payload : {}
  if (phase === 'intent') return
  const name = (files: readonly string[]): void => {
    const pairs = files.flatMap((file, i): [string, Digest][] => (objects[i] ? [[file, objects[i]]] : []))
    expected.named = new Map([...expected.named, ...pairs])
  }
  if (type === 'attestry.run.started' || type === 'attestry.run.resumed') name(['config.json', 'policy.json'])
  if (type === 'attestry.log.opened') name([principalsFile])
  if (type === 'attestry.evidence.recorded')
    for (const digest of objects)
      expected.statements.set(digest, typeof facts.file === 'string' ? facts.file : undefined)
  if (type === 'attestry.preprocess.shard-written' || (type === 'attestry.stage.finished' && stage === 'preprocess'))
    for (const { digest } of digestList(facts.shards)) expected.shards.add(digest)
  if (type === 'attestry.stage.finished' && stage === 'train' && result === 'ok')
    expected.model = new Map(digestList(facts.files).map(({ name, digest }) => [`model/${name}`, digest]))
  if (type === 'attestry.run.finished') {
    expected.named = new Map([
      ...expected.named,
      ...digestList(facts.files).map(({ name, digest }): [string, Digest] => [name, digest]),
    ])
    expected.report = new Map(digestList(facts.report).map(({ name, digest }) => [`report/${name}`, digest]))
  }
}

/** When a file was destroyed, as a receipt says; undefined without one. */
type Gone = (file: string, digest: string) => string | undefined

const disposedOn = (at: string): string => `it was destroyed on ${at.slice(0, 10)}, says a signed receipt`

/** Statements must verify, and be named by the log under the file name and digest that they have. */
async function verifyStatements(
  directory: string,
  run: string,
  key: VerifierKey,
  files: readonly string[],
  { statements: named }: Expected,
  findings: Findings,
): Promise<readonly Statement[]> {
  const read = await readStatements(directory, run, key).catch((failure: unknown) => {
    if (!isAttestryError(failure)) throw failure
    findings.problem(principalsFile, failure.message)
    return { statements: [], rejected: [] }
  })
  for (const { file, reason } of read.rejected) findings.problem(file, reason)
  const good = read.statements.filter(({ file, digest }) => {
    const isNamed = named.has(digest) && [undefined, file].includes(named.get(digest))
    if (isNamed) findings.cover(file, 'its signature and a digest in the log')
    else findings.problem(file, 'its signature is good, but the signed log does not name it')
    return isNamed
  })
  const present = new Set(read.statements.map(({ digest }) => digest as string))
  for (const [digest, file = `${evidenceFolder}/`] of named)
    if (!present.has(digest) && !files.includes(file)) findings.problem(file, `the statement ${digest} is missing`)
  return good
}

/** A statement whose subject bears the name of a file gives that file's digest. */
async function verifySubjects(
  directory: string,
  files: readonly string[],
  statements: readonly Statement[],
  findings: Findings,
): Promise<void> {
  for (const { subjects, file: statement } of statements)
    for (const { name, digest } of subjects)
      if (files.includes(name) && !findings.has(name))
        await compare(directory, files, name, digest, `the digest in ${statement}`, findings)
}

/** Shards are named by their content. One that is gone is reported, not a problem: retention takes data away. */
async function verifyShards(
  directory: string,
  files: readonly string[],
  { shards }: Expected,
  findings: Findings,
  gone: Gone,
): Promise<void> {
  const present = new Set<string>()
  for (const file of files) {
    const hex = /^data\/([0-9a-f]{64})\.shard$/.exec(file)?.[1]
    if (hex === undefined) continue
    const digest = `sha256:${hex}`
    present.add(digest)
    if ((await digestFile(join(directory, file))) !== digest)
      findings.problem(file, 'its content is not what its name says')
    else if (shards.has(digest)) findings.cover(file, 'its name, which the log names')
    else findings.leave(file, 'its content fits its name, but no signed event names it')
  }
  for (const digest of shards) {
    const file = `data/${digest.slice(7)}.shard`
    const at = gone(file, digest)
    const why = at === undefined ? 'it is not here, and the log names it' : disposedOn(at)
    if (!present.has(digest)) findings.leave(file, why)
  }
}

async function compare(
  directory: string,
  files: readonly string[],
  file: string,
  digest: Digest,
  by: string,
  findings: Findings,
): Promise<void> {
  if (!files.includes(file)) findings.problem(file, 'it is missing, and the log names it')
  else if ((await digestFile(join(directory, file))) === digest) findings.cover(file, by)
  else findings.problem(file, `its content does not fit ${by}`)
}

/** All plain files below a folder, sorted, with `/`. Links and devices are not followed. */
async function listFiles(directory: string, findings: Findings, below = ''): Promise<string[]> {
  const entries = await readdir(join(directory, below), { withFileTypes: true })
  const files: string[] = []
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`
    if (entry.isDirectory()) files.push(...(await listFiles(directory, findings, path)))
    else if (entry.isFile()) files.push(path)
    else findings.leave(path, 'it is not a plain file, and is not followed')
  }
  return files
}

async function digestFile(path: string): Promise<Digest> {
  const hash = createHash('sha256')
  for await (const part of createReadStream(path)) hash.update(part as Uint8Array)
  return `sha256:${hash.digest('hex')}`
}

const isRecord = (value: unknown): value is Record<string, JsonValue> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const digestList = (value: unknown): { readonly name: string; readonly digest: Digest }[] =>
  Array.isArray(value)
    ? value
        .filter(isRecord)
        .flatMap(one =>
          typeof one.digest === 'string' ? [{ name: String(one.name), digest: one.digest as Digest }] : [],
        )
    : []
