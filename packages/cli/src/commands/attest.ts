import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isoTime, runDirectory, systemClock, ulid } from '@attestry/core'
import { loadSigningKey, parseVkey, principalKeyFile, readLogVkey, readPrincipals, readRegister } from '@attestry/audit'
import { checkAttestation, defaultExpiry, kindOf, listRegister, registerKinds } from '@attestry/governance'
import { needed } from '../acting.js'
import { dateOf, inOneYear } from '../dates.js'
import { exit, text, texts, type Command, type Given } from '../command.js'
import { signAs } from '../sign.js'
import { unknownWord } from '../errors.js'
import { table, type Terminal } from '../terminal.js'
import { runVerb } from '../verbs.js'
import { findRun, foldedRun, workspaceOf } from '../workspace.js'

export const attest: Command = {
  summary: 'sign what only a person can say, such as an impact assessment, or list what was signed',
  usage:
    'attest [kinds] | attest --kind <kind> --as <name> --title <text> [--expires <date>] [--field <name=value>] [--run <run>]',
  options: {
    kind: { type: 'string' },
    as: { type: 'string' },
    title: { type: 'string' },
    role: { type: 'string' },
    expires: { type: 'string' },
    run: { type: 'string' },
    document: { type: 'string' },
    field: { type: 'string', multiple: true },
    unlisted: { type: 'boolean' },
  },
  about: {
    kind: 'such as dpia, legal-basis, baa: attestry attest kinds lists them',
    as: 'the principal who signs',
    title: 'what the document is called',
    role: 'in which role (default: the first of theirs that may sign this kind)',
    expires: 'ISO date (default: the longest that the kind allows)',
    run: 'the run whose purpose and dataset it covers (default: the newest)',
    document: 'a file whose SHA-256 is put in; the file itself stays where it is',
    field: 'what the kind asks for beside that, such as controller="Example Ltd"; several times for several',
    unlisted: 'sign a kind that is in no table, as third-party plugins may ask for',
  },
  examples: [
    'attest --kind dpia --as dana --title "DPIA 2026-14, spam filtering"',
    'attest --kind record-of-processing --as dana --title "RoPA 7" --field controller="Example Ltd, Graz"',
  ],
  run: (given, terminal) =>
    runVerb(given, terminal, text(given, 'kind') === undefined ? list : sign, { kinds: listKinds }),
}

function listKinds(_: Given, terminal: Terminal): number {
  terminal.json(registerKinds)
  terminal.print(
    table(registerKinds.map(({ kind, question, maySign, validFor }) => [kind, question, maySign.join(', '), validFor])),
  )
  return exit.done
}

async function list(given: Given, terminal: Terminal): Promise<number> {
  const workspace = workspaceOf(given)
  const { statements, rejected } = existsSync(join(workspace, 'register'))
    ? await readRegister(workspace, parseVkey(await readLogVkey(workspace)))
    : { statements: [], rejected: [] }
  const attestations = statements.filter(({ type }) => type === 'attestation')
  const entries = listRegister({ statements: attestations, rejected, now: systemClock.now() })
  terminal.json(entries)
  terminal.print(
    entries.length === 0
      ? 'nothing has been attested yet: attestry attest kinds'
      : table(
          entries.map(({ kind, title, signer, expires, state, reason, file }) => [
            kind ?? '?',
            state,
            signer ?? '?',
            expires ?? '',
            title ?? file,
            reason ?? '',
          ]),
        ),
  )
  return exit.done
}

async function sign(given: Given, terminal: Terminal): Promise<number> {
  const need = (name: string): string => needed(given, name, attest.usage)
  const [kind, signer, title] = [need('kind'), need('as'), need('title')]
  const workspace = workspaceOf(given)
  await loadSigningKey(principalKeyFile(workspace, signer))
  const id = await findRun(workspace, text(given, 'run'))
  const { record } = await foldedRun(runDirectory(workspace, id))
  const dataset = record.stages.preprocess?.dataset.digest
  const document = text(given, 'document')
  const now = new Date(systemClock.now())
  const isUnlisted = given.flags.unlisted === true
  const expires = text(given, 'expires') ?? (isUnlisted ? inOneYear() : defaultExpiry(kind, now))
  dateOf(expires)
  const roles = (await readPrincipals(workspace)).find(({ name }) => name === signer)?.roles ?? []
  const predicate = {
    ...fieldsOf(given),
    kind,
    id: ulid(),
    title,
    role: text(given, 'role') ?? roles.find(role => kindOf(kind)?.maySign.includes(role)) ?? roles[0] ?? 'attester',
    purpose: record.config.purpose,
    ...(dataset !== undefined && { dataset }),
    attestedAt: isoTime(systemClock),
    expires,
    ...(document !== undefined && { documentDigest: await digestOfFile(document) }),
  }
  if (!isUnlisted) checkAttestation({ predicate, roles })
  const file = join(workspace, 'register', `attestation-${kind}-${signer}-${ulid()}.dsse.json`)
  const subject =
    dataset === undefined ? { name: 'config', digest: record.configDigest } : { name: 'dataset', digest: dataset }
  await signAs(workspace, signer, { type: 'attestation', subjects: [subject], predicate }, file)
  terminal.json({ kind, signer, purpose: record.config.purpose, dataset: dataset ?? null, expires, file })
  terminal.print(`${signer} attested ${kind} until ${expires}: ${title}\n  ${file}`)
  return exit.done
}

/** `name=value` of each field; a name that comes several times gives a list. */
function fieldsOf(given: Given): Readonly<Record<string, string | readonly string[]>> {
  const fields: Record<string, string[]> = {}
  for (const one of texts(given, 'field')) {
    const [, name, value] = /^([A-Za-z][A-Za-z0-9-]*)=(.+)$/s.exec(one) ?? []
    if (name === undefined || value === undefined) throw unknownWord('field', one.split('=')[0]!, 'name=value')
    ;(fields[name] ??= []).push(value)
  }
  return Object.fromEntries(Object.entries(fields).map(([name, all]) => [name, all.length === 1 ? all[0]! : all]))
}

const digestOfFile = async (path: string): Promise<string> =>
  `sha256:${createHash('sha256')
    .update(await readFile(path))
    .digest('hex')}`
