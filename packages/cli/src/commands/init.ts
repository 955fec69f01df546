import { existsSync } from 'node:fs'
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { basename, join, relative, resolve } from 'node:path'
import { createPrincipalKey } from '@attestry/audit'
import { AttestryError } from '@attestry/core'
import { inferDataset, regulation, regulations } from '@attestry/sdk'
import { ask } from '../ask.js'
import { exit, text, type Command, type Given } from '../command.js'
import { builtIns, configText, type BuiltIn } from '../config-text.js'
import { unknownWord } from '../errors.js'
import { sampleTickets } from '../sample-data.js'
import { defaultConfig, moduleConfig } from '../workspace.js'

export const init: Command = {
  summary: 'ask what data, which regulations, what model and where it runs, and write a config that runs at once',
  usage: 'init [folder] [--data <file>] [--regulations <names>] [--model <name>] [--hosts <hosts>] [--author <name>]',
  options: {
    data: { type: 'string' },
    regulations: { type: 'string' },
    model: { type: 'string' },
    hosts: { type: 'string' },
    label: { type: 'string' },
    subject: { type: 'string' },
    groups: { type: 'string' },
    author: { type: 'string' },
  },
  about: {
    data: 'a CSV, JSONL or Parquet file (default: made-up tickets to try it with)',
    regulations: 'names with commas between, such as GDPR,SOX, or none',
    model: 'mlp for tables, embedding-bag or text-convolution for text (default: what fits the data)',
    hosts: 'hosts beyond this machine that a run may reach, with commas between (default: none)',
    label: 'the column with the class to learn (default: the one called label)',
    subject: 'the column that names the person a row is about',
    groups: 'columns by which error rates are reported, with commas between',
    author: 'principal who asks for runs (default: author)',
  },
  examples: ['init', 'init triage --data tickets.csv --regulations GDPR,SOX --author ada'],
  async run(given, terminal) {
    const folder = resolve(given.words[0] ?? '.')
    for (const name of [defaultConfig, moduleConfig])
      if (existsSync(join(folder, name)))
        throw new AttestryError({
          code: 'CLI-E006',
          message: `${name} exists already`,
          where: { file: join(folder, name) },
          help: 'edit it, or name another folder',
        })
    const asked = await answersOf(given, terminal.isInteractive && process.stdin.isTTY === true)
    const chosen = listOf(asked.regulations, 'none').map(name => regulation(name))
    const author = text(given, 'author') ?? 'author'
    await mkdir(join(folder, '.attestry'), { recursive: true, mode: 0o700 })
    const source = await placeData(folder, asked.data)
    const hints = {
      ...optional('label', text(given, 'label')),
      ...optional('subject', text(given, 'subject') ?? (asked.data === '' ? 'customer' : undefined)),
      ...optional('groups', listed(text(given, 'groups')) ?? (asked.data === '' ? ['region'] : undefined)),
    }
    const { data, inferred } = await inferDataset(join(folder, source), hints)
    const model = modelFor(asked.model, data.text !== undefined)
    const file = join(folder, moduleConfig)
    const hosts = listOf(asked.hosts, 'none')
    await writeFile(
      file,
      configText({
        author,
        data: { ...data, source },
        regulations: chosen.map(({ name, defaults }) => ({ name, options: defaults })),
        model,
        hosts,
        inferred,
      }),
    )
    const workspace = join(folder, '.attestry')
    await writeFile(join(workspace, '.gitignore'), '*\n')
    await createPrincipalKey(workspace, author, ['author'])
    terminal.json({
      config: file,
      workspace,
      author,
      data: source,
      regulations: chosen.map(({ name }) => name),
      inferred,
    })
    terminal.print(`${file}\n  read off ${source}, check it: ${inferred.join(', ') || 'nothing'}`)
    terminal.print('  attestry policy      what the regulations demand together')
    terminal.print('  attestry run         train, evaluate, and ask the deploy gate')
    terminal.print('  attestry keys create <name> --role approver   for everyone who approves')
    return exit.done
  },
}

interface Answers {
  /** A file; empty for the made-up tickets. */
  readonly data: string
  readonly regulations: string
  readonly model: string
  readonly hosts: string
}

/** The four answers: from the options, or asked for; without a terminal what is taken otherwise. */
async function answersOf(given: Given, isInteractive: boolean): Promise<Answers> {
  const questions = [
    {
      name: 'data',
      text: 'What data? A CSV, JSONL or Parquet file; empty for made-up tickets to try it with.',
      otherwise: '',
    },
    {
      name: 'regulations',
      text: `Which regulations? ${regulations.map(({ name }) => name).join(', ')}; commas between, or none.`,
      otherwise: 'GDPR',
    },
    {
      name: 'model',
      text: 'What model? mlp for tables, embedding-bag or text-convolution for text; auto takes what fits.',
      otherwise: 'auto',
    },
    {
      name: 'hosts',
      text: 'Where does it run? Hosts beyond this machine that it may reach, or none.',
      otherwise: 'none',
    },
  ] as const
  const open = questions.filter(({ name }) => text(given, name) === undefined)
  const answers = await ask(open, { input: process.stdin, output: process.stderr, isInteractive })
  const answered = new Map(open.map(({ name }, i) => [name, answers[i]!]))
  const answerTo = (name: keyof Answers): string => text(given, name) ?? answered.get(name as never) ?? ''
  return {
    data: answerTo('data'),
    regulations: answerTo('regulations'),
    model: answerTo('model'),
    hosts: answerTo('hosts'),
  }
}

const listed = (words: string | undefined): readonly string[] | undefined =>
  words
    ?.split(',')
    .map(word => word.trim())
    .filter(word => word !== '')

const listOf = (words: string, none: string): readonly string[] => listed(words)!.filter(word => word !== none)

const optional = <K extends string, V>(name: K, value: V | undefined): { readonly [key in K]?: V } =>
  (value === undefined ? {} : { [name]: value }) as { readonly [key in K]?: V }

/** The data as a path relative to the config: where it is, when that is in the folder; else a copy of it. */
async function placeData(folder: string, given: string): Promise<string> {
  if (given === '') {
    await writeFile(join(folder, 'tickets.jsonl'), sampleTickets())
    return 'tickets.jsonl'
  }
  const path = resolve(given)
  const inside = relative(folder, path)
  if (!inside.startsWith('..')) return inside
  await copyFile(path, join(folder, basename(path)))
  return basename(path)
}

function modelFor(word: string, isText: boolean): BuiltIn {
  const fits = isText ? 'embedding-bag' : 'mlp'
  if (word === 'auto') return fits
  if (!isBuiltIn(word)) throw unknownWord('model', word, fits)
  if ((word === 'mlp') !== isText) return word
  throw new AttestryError({
    code: 'CLI-E009',
    message: `model '${word}' does not fit the data, which has ${isText ? 'a text column' : 'no text column'}`,
    help: `--model ${fits}`,
  })
}

const isBuiltIn = (word: string): word is BuiltIn => Object.hasOwn(builtIns, word)
