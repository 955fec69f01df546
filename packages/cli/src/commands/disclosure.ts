import { randomUUID } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { createDurably, type RecordBatch } from '@attestry/core'
import { openDataset } from '@attestry/data'
import {
  enforceDisclosure,
  gatherRows,
  hierarchyFromCsv,
  inWords,
  measureDisclosure,
  unmetDemands,
  type Demands,
  type DisclosureMeasurement,
  type EnforceOptions,
  type Generalisation,
} from '@attestry/disclosure'
import { exit, text, texts, type Command, type Given } from '../command.js'
import { badNumber, fileTaken, fileUnusable, missingArgument } from '../errors.js'
import { count, number, table, type Terminal } from '../terminal.js'
import { named, runVerb } from '../verbs.js'

export const disclosure: Command = {
  summary: 'measure how far rows can be traced to people, and generalise them until every class keeps k',
  usage: 'disclosure measure|enforce <file> --quasi <columns> [--k <k>] [--sensitive <columns>] [--out <file>]',
  options: {
    quasi: { type: 'string', multiple: true },
    numeric: { type: 'string', multiple: true },
    sensitive: { type: 'string', multiple: true },
    k: { type: 'string' },
    l: { type: 'string' },
    population: { type: 'string' },
    threshold: { type: 'string' },
    algorithm: { type: 'string' },
    hierarchy: { type: 'string', multiple: true },
    suppress: { type: 'string' },
    out: { type: 'string' },
  },
  about: {
    quasi: 'columns that an outsider may know of a person, with commas between',
    numeric: 'those of them that are numbers',
    sensitive: 'columns that must stay unknown',
    k: 'rows that every class must have, from 2',
    l: 'different values of each sensitive column that every class must hold',
    population: 'people that the rows were drawn from',
    threshold: 'risk above which a row is counted (default: 0.2)',
    algorithm: 'mondrian (default) or lattice',
    hierarchy: '<column>=<file>, a line per value with what it becomes on each level; may be given several times',
    suppress: 'share of rows that the lattice may suppress (default: 0)',
    out: 'where enforce writes the release, as CSV',
  },
  examples: [
    'disclosure measure people.csv --quasi age,zip --sensitive illness',
    'disclosure enforce people.csv --quasi age,zip --numeric age --k 10 --out release.csv',
  ],
  run: (given, terminal) => runVerb(given, terminal, refuseBare, { measure, enforce }),
}

const refuseBare = (): never => {
  throw missing('measure or enforce')
}

/** Exit code 3 when a demand is unmet: the table was measured, and the answer is no. */
async function measure(given: Given, terminal: Terminal): Promise<number> {
  const input = await opened(given)
  const measured = measuredAs(input.batch, input, given)
  const isAsked = given.flags['k'] !== undefined || given.flags['l'] !== undefined
  const unmet = isAsked ? unmetDemands(input.batch, input.quasi, demandsOf(given, input.sensitive)).map(inWords) : []
  terminal.json({ ...measured, leftOut: input.leftOut, unmet })
  terminal.print(inLines(measured, input.leftOut))
  for (const one of unmet) terminal.print(terminal.color.red(`  ${one}`))
  return unmet.length === 0 ? exit.done : exit.vetoed
}

async function enforce(given: Given, terminal: Terminal): Promise<number> {
  const out = text(given, 'out') ?? fail('--out')
  const input = await opened(given)
  const { batch, suppressed, loss, lattice } = enforceDisclosure(input.batch, await enforceOptions(given, input))
  const measured = measuredAs(batch, input, given)
  await writeNew(out, csv(batch))
  terminal.json({
    ...measured,
    leftOut: input.leftOut,
    suppressed: suppressed.length,
    loss,
    lattice: lattice ?? null,
    out,
  })
  terminal.print(inLines(measured, input.leftOut))
  terminal.print(
    table([
      ['suppressed', `${count(suppressed.length)} rows`],
      ['lost', `certainty ${number(loss.certainty)}, entropy ${number(loss.entropy)}, of 1`],
      ['written', `${out}; columns that were not declared are as they were`],
    ]),
  )
  return exit.done
}

interface Input {
  readonly batch: RecordBatch
  readonly quasi: readonly string[]
  readonly sensitive: readonly string[]
  /** Rows that could not be read. */
  readonly leftOut: number
}

async function opened(given: Given): Promise<Input> {
  const path = given.words[1] ?? fail('a file')
  const [quasi, sensitive, numeric] = ['quasi', 'sensitive', 'numeric'].map(name => columns(given, name))
  if (quasi!.length === 0) fail('--quasi')
  const source = { path, required: [...quasi!, ...sensitive!], numeric: numeric! }
  const dataset = await openDataset(source, { baseDirectory: process.cwd(), batchRows: 100_000 })
  const batch = await gatherRows(dataset.batches())
  return { batch, quasi: quasi!, sensitive: sensitive!, leftOut: dataset.quarantined().count }
}

const columns = (given: Given, name: string): readonly string[] =>
  texts(given, name).flatMap(value => value.split(',').filter(column => column !== ''))

function measuredAs(batch: RecordBatch, { quasi, sensitive }: Input, given: Given): DisclosureMeasurement {
  const [size, threshold] = [figure(given, 'population'), figure(given, 'threshold')]
  return measureDisclosure(batch, {
    quasiIdentifiers: quasi,
    sensitive: Object.fromEntries(sensitive.map(name => [name, 'equal'])),
    ...(size !== undefined && { population: { size } }),
    ...(threshold !== undefined && { threshold }),
  })
}

function demandsOf(given: Given, sensitive: readonly string[]): Demands {
  const l = figure(given, 'l')
  if (l !== undefined && sensitive.length === 0) fail('--sensitive')
  return {
    k: figure(given, 'k') ?? fail('--k'),
    diversity: l === undefined ? [] : sensitive.map(column => ({ column, kind: 'distinct', l })),
  }
}

async function enforceOptions(given: Given, { quasi, sensitive }: Input): Promise<EnforceOptions> {
  const hierarchies = new Map<string, Generalisation>()
  for (const entry of texts(given, 'hierarchy')) {
    const [column, file] = [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]
    if (!entry.includes('=') || !quasi.includes(column)) fail('the quasi-identifier of --hierarchy')
    hierarchies.set(column, hierarchyFromCsv(await readWhole(file)))
  }
  const common = {
    ...demandsOf(given, sensitive),
    quasiIdentifiers: Object.fromEntries(quasi.map(name => [name, hierarchies.get(name) ?? ('ordered' as const)])),
  }
  const algorithm = named('algorithm', text(given, 'algorithm') ?? 'mondrian', {
    mondrian: 'mondrian',
    lattice: 'lattice',
  } as const)
  if (algorithm === 'mondrian') return { algorithm, ...common }
  return { algorithm, ...common, suppressionLimit: figure(given, 'suppress') ?? 0 }
}

function inLines(measured: DisclosureMeasurement, leftOut: number): string {
  const { rows, classes, k, uniqueRows, prosecutor, journalist, marketer, threshold, sensitive } = measured
  const risk = ({ max, mean, shareAbove }: typeof prosecutor): string =>
    `max ${number(max)}, mean ${number(mean)}, above ${threshold} for ${number(100 * shareAbove)} % of rows`
  return table([
    ['rows', `${count(rows)}${leftOut > 0 ? `; ${count(leftOut)} could not be read` : ''}`],
    ['classes', `${count(classes)}, the smallest of ${count(k)} rows; ${count(uniqueRows)} rows alone in theirs`],
    ['prosecutor risk', risk(prosecutor)],
    ['journalist risk', journalist ? `${risk(journalist)}; ${journalist.assumption}` : 'not assessed: no --population'],
    ['marketer risk', number(marketer)],
    ...sensitive.map(({ column, distinct, entropy, closeness }) => [
      column,
      `${distinct} values in the worst class, as good as ${number(entropy)} even ones; closeness ${number(closeness)}`,
    ]),
  ])
}

/** @throws CLI-E016 when it is not there, or above 200 million bytes */
async function readWhole(file: string): Promise<string> {
  const found = await stat(file).catch(() => undefined)
  if (!found?.isFile()) throw fileUnusable(file, 'there is no such file')
  if (found.size > 200_000_000)
    throw fileUnusable(file, `the file has ${count(found.size)} bytes, at most 200,000,000 are read`)
  return readFile(file, 'utf8')
}

/** Rows of people: nobody but the owner reads them. @throws CLI-E015, CLI-E016 */
async function writeNew(file: string, content: string): Promise<void> {
  const isNew = await createDurably(file, content, 0o600, randomUUID()).catch(cause => {
    throw fileUnusable(file, `the file cannot be written (${(cause as NodeJS.ErrnoException).code ?? 'unknown'})`)
  })
  if (!isNew) throw fileTaken(file)
}

/** RFC 4180, with every column in its order. */
function csv({ rowIds, columns: held }: RecordBatch): string {
  const all = Object.values(held)
  const line = (cells: readonly string[]): string => cells.map(quoted).join(',')
  const rows = rowIds.map((_, row) =>
    line(
      all.map(({ values }) => {
        const value = values[row]!
        return value === null || Number.isNaN(value) ? '' : String(value)
      }),
    ),
  )
  return `${[line(Object.keys(held)), ...rows].join('\n')}\n`
}

const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)

/** @throws CLI-E010 when the option is no number */
function figure(given: Given, name: string): number | undefined {
  const word = text(given, name)
  if (word === undefined) return undefined
  const value = word.trim() === '' ? Number.NaN : Number(word)
  if (Number.isNaN(value)) throw badNumber(name, word, 'a number')
  return value
}

const missing = (what: string): ReturnType<typeof missingArgument> =>
  missingArgument(what, `attestry ${disclosure.usage}`)

function fail(what: string): never {
  throw missing(what)
}
