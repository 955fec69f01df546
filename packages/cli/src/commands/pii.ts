import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import {
  anonymize,
  createDetector,
  policyOf,
  trace,
  traceText,
  type Finding,
  type PolicyName,
  type TraceEntry,
} from '@attestry/pii'
import { exit, text, type Command, type Given } from '../command.js'
import { missingArgument, outputTaken } from '../errors.js'
import { blocksOf, readableFiles, rewriteRecord, writeWhole, type Block } from '../pii-files.js'
import { previewOf } from '../pii-preview.js'
import { count, table, type Terminal } from '../terminal.js'
import { runVerb } from '../verbs.js'

export const pii: Command = {
  summary: 'find identifiers in text and JSON lines, or write a copy under a policy',
  usage: 'pii scan <file or folder> [--policy <name>] | pii redact <in> <out> --policy hipaa|gdpr|pci|ccpa',
  options: {
    policy: { type: 'string' },
    key: { type: 'string' },
    'show-values': { type: 'boolean' },
    trace: { type: 'boolean' },
    html: { type: 'string' },
  },
  about: {
    policy: 'hipaa, gdpr, pci or ccpa: what it lets stay is not found (default for scan: everything)',
    key: 'file with at least 16 secret bytes, for policies that write pseudonyms',
    'show-values': 'print what was found, not only where: personal data on your screen',
    trace: 'say for each finding by which rule, check and context it was found, and what the policy does with it',
    html: 'scan: write a page with what was found marked in the text, without the values unless --show-values',
  },
  examples: ['pii scan tickets.jsonl --html tickets.html', 'pii redact notes.txt notes.clean.txt --policy hipaa'],
  run: (given, terminal) => runVerb(given, terminal, scan, { scan, redact }),
}

interface Place {
  readonly file: string
  readonly line: number
  readonly type: Finding['type']
  readonly rule: string
  readonly score: number
  readonly value?: string
  readonly trace?: TraceEntry
}

async function scan(given: Given, terminal: Terminal): Promise<number> {
  const path = needed(given, 1, 'the file or folder')
  const policy = policyNamed(given)
  const { detect } = createDetector(policy === undefined ? {} : { policy })
  const isShown = given.flags['show-values'] === true
  const isTraced = given.flags['trace'] === true
  const page = await previewOf(given, policy)
  const places: Place[] = []
  const files = await readableFiles(path)
  for (const file of files)
    for await (const block of blocksOf(file))
      for (const part of textsOf(file, block)) {
        const findings = detect(part)
        page?.add(`${file}:${block.line}`, part, findings)
        const entries = isTraced ? trace(part, findings, policy === undefined ? {} : { policy }) : []
        for (const [i, finding] of findings.entries())
          places.push({
            ...placeOf(file, block, part, finding, isShown),
            ...(entries[i] && { trace: entries[i] }),
          })
      }
  const written = await page?.write()
  const byType = countsOf(places)
  terminal.json({ files, counts: byType, findings: places, ...(written && { html: written }) })
  terminal.print(
    places.length === 0
      ? 'nothing was found; that is not to say that nothing is there'
      : table([
          ['type', 'count', 'first'],
          ...Object.entries(byType).map(([type, found]) => {
            const { file, line } = places.find(place => place.type === type)!
            return [type, count(found), `${file}:${line}`]
          }),
        ]),
  )
  if (isShown && !terminal.isJson)
    for (const { file, line, type, value } of places) terminal.print(`${file}:${line}  ${type}  ${value}`)
  if (isTraced && !terminal.isJson)
    for (const { file, line, trace: entry } of places)
      if (entry) terminal.print(`${file}:${line}  ${traceText([entry]).trimEnd()}`)
  if (written)
    terminal.print(
      `${written.file}: ${written.leftOut === 0 ? 'all texts are on it' : `${count(written.leftOut)} texts found no room on it`}`,
    )
  return exit.done
}

async function redact(given: Given, terminal: Terminal): Promise<number> {
  const from = needed(given, 1, 'the file to read')
  const to = needed(given, 2, 'the file to write')
  const policy = policyNamed(given)
  if (policy === undefined) throw missingArgument('--policy', `attestry ${pii.usage}`)
  if (existsSync(to)) throw outputTaken(to)
  const keyFile = text(given, 'key')
  const pseudonymKey = keyFile === undefined ? undefined : new Uint8Array(await readFile(keyFile))
  const { detect } = createDetector({ policy })
  const found: Record<string, number> = {}
  const left: Record<string, number> = {}
  const rewrite = (value: string): string => {
    const findings = detect(value)
    for (const { type } of findings) found[type] = (found[type] ?? 0) + 1
    const written = anonymize(value, findings, policy, pseudonymKey ? { pseudonymKey } : {}).text
    for (const { type } of detect(written)) left[type] = (left[type] ?? 0) + 1
    return written
  }
  const lines = async function* (): AsyncGenerator<string> {
    for await (const block of blocksOf(from))
      yield block.kind === 'text' ? rewrite(block.text) : rewriteRecord(from, block, rewrite)
  }
  await writeWhole(to, lines())
  const { id, version } = policyOf(policy)
  terminal.json({ from, to, policy: { id, version }, found, left })
  terminal.print(`${to}: ${sum(found)} identifiers treated under ${id} ${version}`)
  if (sum(found) > 0) terminal.print(table(Object.entries(found).map(([type, times]) => [type, count(times)])))
  terminal.print(
    sum(left) === 0
      ? 'a second look finds nothing more; what no rule knows is still there'
      : `a second look still finds ${Object.entries(left)
          .map(([type, times]) => `${type} ${count(times)}`)
          .join(', ')}`,
  )
  return exit.done
}

function textsOf(file: string, block: Block): readonly string[] {
  if (block.kind === 'text') return [block.text]
  const texts: string[] = []
  rewriteRecord(file, block, value => {
    texts.push(value)
    return value
  })
  return texts
}

function placeOf(file: string, block: Block, part: string, finding: Finding, isShown: boolean): Place {
  const { type, rule, score, start, end } = finding
  const line = block.kind === 'text' ? block.line + part.slice(0, start).split('\n').length - 1 : block.line
  return { file, line, type, rule, score, ...(isShown && { value: part.slice(start, end) }) }
}

function countsOf(places: readonly Place[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { type } of places) counts[type] = (counts[type] ?? 0) + 1
  return counts
}

const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((a, b) => a + b, 0)

/** @throws PII-E007 for another name */
function policyNamed(given: Given): PolicyName | undefined {
  const name = text(given, 'policy')
  if (name !== undefined) policyOf(name as PolicyName)
  return name as PolicyName | undefined
}

function needed(given: Given, place: number, what: string): string {
  const word = given.words[place]
  if (word === undefined) throw missingArgument(what, `attestry ${pii.usage}`)
  return word
}
