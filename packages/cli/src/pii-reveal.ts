import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import {
  identifierTypes,
  recordIn,
  reveal as revealText,
  revealEnciphered,
  revealFile,
  type IdentifierType,
  type RevealOptions,
} from '@attestry/pii'
import { actAs, needed } from './acting.js'
import { exit, text, texts, type Given } from './command.js'
import { missingArgument, notReadable, outputTaken, unreadableOption } from './errors.js'
import { formatOf, hintsOf } from './pii-files.js'
import { keyIn, tokensOf } from './pii-operators.js'
import { recordNamesOf } from './pii-records.js'
import { progressLine } from './progress.js'
import { count, table, type Terminal } from './terminal.js'
import { workspaceOf } from './workspace.js'

const usage =
  'pii reveal <file> | --value <value> --encryption-key <file> --record-id <place or id> --as <name> --reason <why>'

/** Reads values back that were encrypted, enciphered or replaced by tokens, once the log of the workspace tells who and why. */
export async function reveal(given: Given, terminal: Terminal): Promise<number> {
  const value = text(given, 'value')
  const file = given.words[1]
  if (value === undefined && file === undefined) throw missingArgument('the file or --value', `attestry ${usage}`)
  if (value !== undefined && file !== undefined)
    throw unreadableOption('--value', value, 'without a file: one of them is read back')
  const key = await keyIn(needed(given, 'encryption-key', usage))
  const tokens = await tokensOf(given, key)
  const workspace = workspaceOf(given)
  const asking = {
    principal: needed(given, 'as', usage),
    purpose: needed(given, 'reason', usage),
    // The log is held while it is written, and not for as long as a file takes.
    record: reversal => actAs(given, workspace, usage, ({ log, run }) => recordIn(log, run)(reversal)),
    encryptionKey: key,
    ...(tokens && { tokens }),
  } satisfies RevealOptions
  return value === undefined ? revealInFile(file!, asking, given, terminal) : revealOne(value, asking, given, terminal)
}

async function revealOne(value: string, asking: RevealOptions, given: Given, terminal: Terminal): Promise<number> {
  const out = text(given, 'out')
  if (out !== undefined) throw unreadableOption('--out', out, 'beside a file: one value is printed')
  const recordId = text(given, 'record-id')
  const type = text(given, 'type')
  const [read] =
    type === undefined
      ? [await revealText(value, { ...asking, ...(recordId !== undefined && { recordId }) })]
      : await revealEnciphered([{ type: typeNamed(type), value }], asking)
  terminal.json({ value: read })
  terminal.print(read)
  return exit.done
}

async function revealInFile(from: string, asking: RevealOptions, given: Given, terminal: Terminal): Promise<number> {
  const format = formatOf(from)
  const to = text(given, 'out')
  if (to === undefined && terminal.isJson)
    throw missingArgument('--out, where the file goes beside --json,', `attestry ${usage}`)
  if (to !== undefined && existsSync(to)) throw outputTaken(to)
  const source = await stat(from).catch(() => undefined)
  if (!source) throw notReadable(from, 'it is not there')
  const progress = progressLine(terminal, () => performance.now())
  const { subject: _, subjectAt: __, ...names } = recordNamesOf(given, format)
  const { found, records, digest } = await revealFile(from, to ?? (bytes => terminal.write(bytes)), {
    ...asking,
    ...names,
    format,
    paths: hintsOf(texts(given, 'path'), '--path'),
    columns: hintsOf(texts(given, 'column'), '--column'),
    // Without a file the values themselves are drawn.
    ...(to !== undefined && {
      onProgress: (done: number) =>
        progress.show({ stage: 'reveal', done, total: Math.max(2 * source.size, done), unit: 'bytes' }),
    }),
  })
  progress.end()
  terminal.json({ from, to, digest, records, found })
  const entries = Object.entries(found)
  const total = entries.reduce((all, [, times]) => all + times, 0)
  const said = `${count(total)} values read back for ${asking.principal}, as the log of the workspace tells`
  if (to === undefined) terminal.say(said)
  else {
    terminal.print(`${to}: ${said}`)
    if (total > 0) terminal.print(table(entries.map(([type, times]) => [type, count(times)])))
  }
  return exit.done
}

/** @throws CLI-E019 */
function typeNamed(name: string): IdentifierType {
  const type = identifierTypes.find(one => one === name)
  if (!type) throw unreadableOption('--type', name, 'a type such as PHONE')
  return type
}
