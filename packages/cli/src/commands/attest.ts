import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isoTime, runDirectory, systemClock, ulid } from '@attestry/core'
import { dateOf, inOneYear } from '../dates.js'
import { exit, text, type Command } from '../command.js'
import { signAs } from '../sign.js'
import { missingArgument } from '../errors.js'
import { findRun, foldedRun, workspaceOf } from '../workspace.js'

export const attest: Command = {
  summary: 'sign what only a person can say: an impact assessment, a contract, a legal basis',
  usage: 'attest --kind <kind> --as <name> --title <text> [--expires <date>] [--run <run>]',
  options: {
    kind: { type: 'string' },
    as: { type: 'string' },
    title: { type: 'string' },
    role: { type: 'string' },
    expires: { type: 'string' },
    run: { type: 'string' },
    document: { type: 'string' },
  },
  about: {
    kind: 'such as dpia, legal-basis, baa',
    as: 'the principal who signs',
    title: 'what the document is called',
    role: 'in which role (default: attester)',
    expires: 'ISO date (default: in one year)',
    run: 'the run whose purpose and dataset it covers (default: the newest)',
    document: 'a file whose SHA-256 is put in; the file itself stays where it is',
  },
  examples: [
    'attest --kind dpia --as dana --title "DPIA 2026-14, spam filtering"',
    'attest --kind legal-basis --as dana --title "LIA 7" --expires 2027-06-30 --document lia.pdf',
  ],
  async run(given, terminal) {
    const need = (name: string): string => {
      const value = text(given, name)
      if (value === undefined) throw missingArgument(`--${name}`, `attestry ${attest.usage}`)
      return value
    }
    const [kind, signer, title] = [need('kind'), need('as'), need('title')]
    const workspace = workspaceOf(given)
    const id = await findRun(workspace, text(given, 'run'))
    const { record } = await foldedRun(runDirectory(workspace, id))
    const dataset = record.stages.preprocess?.dataset.digest
    const document = text(given, 'document')
    const expires = text(given, 'expires') ?? inOneYear()
    dateOf(expires)
    const file = join(workspace, 'register', `attestation-${kind}-${signer}-${ulid()}.dsse.json`)
    await signAs(
      workspace,
      signer,
      {
        type: 'attestation',
        subjects: [{ name: dataset === undefined ? 'config' : 'dataset', digest: dataset ?? record.configDigest }],
        predicate: {
          kind,
          id: ulid(),
          title,
          role: text(given, 'role') ?? 'attester',
          purpose: record.config.purpose,
          ...(dataset !== undefined && { dataset }),
          attestedAt: isoTime(systemClock),
          expires,
          ...(document !== undefined && { documentDigest: await digestOfFile(document) }),
        },
      },
      file,
    )
    terminal.json({ kind, signer, purpose: record.config.purpose, dataset: dataset ?? null, file })
    terminal.print(`${signer} attested ${kind}: ${title}\n  ${file}`)
    return exit.done
  },
}

const digestOfFile = async (path: string): Promise<string> =>
  `sha256:${createHash('sha256')
    .update(await readFile(path))
    .digest('hex')}`
