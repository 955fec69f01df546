import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { sha256, StatementStore, type HookContext, type Statement } from '@attestry/core'
import type { DeployCheck } from './deploy-checks.js'
import { encryptionNotShown, keysNotProtected } from './errors.js'

const enough = 256
const armor = '-----BEGIN PGP MESSAGE-----'
const secretKey = /-----BEGIN [A-Z ]*PRIVATE KEY/

/**
 * 3.6.1, 3.7.x as far as files show it: the key of the data is long, lies beside it only encrypted by another key, is the one
 * that was used when the data was written, and no secret key lies in the folder of the run, which is what others are given.
 * Secret keys of the workspace are readable by their owner alone.
 */
export const keysAreProtected: DeployCheck = async (_, context) => {
  const evidence = (await context.get(StatementStore).read('evidence'))
    .filter(({ predicate }) => predicate.type === 'encryption-at-rest' && predicate.outcome === 'pass')
    .sort((a, b) => (String(a.predicate.collectedAt) < String(b.predicate.collectedAt) ? -1 : 1))
    .at(-1)
  if (!evidence) return [encryptionNotShown()]
  const problems = [
    ...(keyBitsOf(evidence) >= enough ? [] : [`the key has fewer than ${enough} bits`]),
    ...(await wrappedKeyProblems(evidence, context)),
    ...(await secretKeysIn(context.run.directory)).map(name => `a secret key lies in the folder of the run: ${name}`),
    ...(await readableByOthers(join(context.run.workspace, 'keys'))).map(name => `others can read ${name}`),
  ]
  await context.evidence({
    type: 'key-protection',
    controls: ['PCI-3.6.1', 'PCI-3.6.1.2', 'PCI-3.6.1.4', 'PCI-3.7.1', 'PCI-3.7.3', 'PCI-3.7.7'],
    outcome: problems.length === 0 ? 'pass' : 'fail',
    facts: { statement: evidence.digest, keyBits: keyBitsOf(evidence), problems },
  })
  return problems.length === 0 ? [] : [keysNotProtected(problems)]
}

const keyBitsOf = ({ predicate }: Statement): number => {
  const { keyBits } = (predicate.facts ?? {}) as { keyBits?: unknown }
  return typeof keyBits === 'number' ? keyBits : 0
}

/** The wrapped key is there, is the one that the evidence names, and is a message under another key. */
async function wrappedKeyProblems({ subjects }: Statement, { run }: HookContext): Promise<readonly string[]> {
  const [wrapped] = subjects
  if (!wrapped) return ['no encrypted key lies beside the data']
  const content = await readFile(join(run.directory, wrapped.name)).catch(() => null)
  if (content === null) return [`${wrapped.name} is missing`]
  return [
    ...(sha256(content) === wrapped.digest ? [] : [`${wrapped.name} is not the key that the data was written under`]),
    ...(content.subarray(0, armor.length).toString('latin1') === armor ? [] : [`${wrapped.name} is not encrypted`]),
  ]
}

/** Files of the run, but for its data and model, that hold a secret key. */
async function secretKeysIn(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => [])
  const found = await Promise.all(
    entries
      .filter(entry => entry.isFile())
      .map(async ({ name }) => {
        const text = (await readFile(join(directory, name))).toString('latin1')
        return secretKey.test(text) ? [name] : []
      }),
  )
  return found.flat().sort()
}

/** Names of secret keys that not only their owner can read. Windows has no such bits: nothing is claimed there. */
async function readableByOthers(folder: string): Promise<readonly string[]> {
  if (process.platform === 'win32') return []
  const names = (await readdir(folder).catch(() => [])).filter(name => name.endsWith('.key'))
  const open = await Promise.all(
    names.map(async name => (((await stat(join(folder, name))).mode & 0o077) === 0 ? [] : [name])),
  )
  return open.flat().sort()
}
