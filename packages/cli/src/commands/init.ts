import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { AttestryError } from '@attestry/core'
import { createPrincipalKey } from '@attestry/audit'
import { exit, text, type Command } from '../command.js'
import { defaultConfig } from '../workspace.js'

export const init: Command = {
  summary: 'make a config, a workspace and a key for its author',
  usage: 'init [folder] [--author <name>]',
  options: { author: { type: 'string' } },
  about: { author: 'principal who asks for runs (default: author)' },
  examples: ['init', 'init triage --author ada'],
  async run(given, terminal) {
    const folder = resolve(given.words[0] ?? '.')
    const file = join(folder, defaultConfig)
    if (existsSync(file))
      throw new AttestryError({
        code: 'CLI-E006',
        message: `${defaultConfig} exists already`,
        where: { file },
        help: 'edit it, or name another folder',
      })
    const author = text(given, 'author') ?? 'author'
    const workspace = join(folder, '.attestry')
    await mkdir(workspace, { recursive: true, mode: 0o700 })
    await writeFile(file, `${JSON.stringify(template(author), null, 2)}\n`)
    await writeFile(join(workspace, '.gitignore'), '*\n')
    await createPrincipalKey(workspace, author, ['author'])
    terminal.json({ config: file, workspace, author })
    terminal.print(`${file}\n  name your data and its columns in it, then`)
    terminal.print(
      '  attestry keys create <name> --role approver   for everyone who approves\n  attestry policy\n  attestry run',
    )
    return exit.done
  },
}

/** A config that shows every part; the data is the reader's own. */
const template = (author: string): unknown => ({
  name: 'my-model',
  purpose: 'my-purpose',
  author,
  plugins: [{ use: 'GDPR', options: { legalBasis: { kind: 'legitimate-interests' }, storageLimit: 'P2Y' } }],
  data: {
    source: 'data.jsonl',
    label: 'label',
    classes: ['no', 'yes'],
    text: 'text',
    groups: ['region'],
  },
  model: { architecture: 'embedding-bag', buckets: 16384, dimension: 16 },
  training: {
    epochs: 10,
    batchSize: 256,
    learningRate: 0.02,
    optimizer: 'adam',
    privacy: { epsilon: 3, delta: 1e-5, clippingNorm: 1 },
  },
  evaluation: { testFraction: 0.25 },
})
