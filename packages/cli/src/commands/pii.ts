import { createReadStream, existsSync } from 'node:fs'
import { rename, rm, stat } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import {
  createDetector,
  createOpinionDetector,
  policyOf,
  rewriteFile,
  rewriteStream,
  trace,
  traceText,
  type DetectOptions,
  type Finding,
  type OpinionDetector,
  type PolicyName,
  type RewriteCounts,
  type RewriteOptions,
  type SecondOpinion,
  type TokenVault,
  type TraceEntry,
} from '@attestry/pii'
import { exit, text, texts, type Command, type Given } from '../command.js'
import { badNumber, missingArgument, notReadable, outputTaken, unreadableOption } from '../errors.js'
import { blocksOf, formatOf, hintsOf, readableFiles, rewriteRecord, type Block } from '../pii-files.js'
import { findingFormats, formatFindings, type FindingFormat, type FoundPlace } from '../pii-formats.js'
import { keyIn, writingOf } from '../pii-operators.js'
import { previewOf } from '../pii-preview.js'
import { recordNamesOf } from '../pii-records.js'
import { reveal } from '../pii-reveal.js'
import { progressLine } from '../progress.js'
import { count, table, type Terminal } from '../terminal.js'
import { runVerb } from '../verbs.js'

export const pii: Command = {
  summary: 'find identifiers in files, write a copy under a policy, or read values back',
  usage:
    'pii scan <file or folder> | pii redact <in> <out> --policy hipaa|gdpr|pci|ccpa | pii reveal <file> --as <name> --reason <why>',
  options: {
    policy: { type: 'string' },
    key: { type: 'string' },
    operator: { type: 'string', multiple: true },
    'encryption-key': { type: 'string' },
    tokens: { type: 'string' },
    'record-id': { type: 'string' },
    subject: { type: 'string' },
    as: { type: 'string' },
    reason: { type: 'string' },
    out: { type: 'string' },
    value: { type: 'string' },
    type: { type: 'string' },
    format: { type: 'string' },
    'show-values': { type: 'boolean' },
    trace: { type: 'boolean' },
    html: { type: 'string' },
    'second-opinion': { type: 'string' },
    label: { type: 'string', multiple: true },
    'require-both': { type: 'string', multiple: true },
    rules: { type: 'string' },
    workers: { type: 'string' },
    path: { type: 'string', multiple: true },
    column: { type: 'string', multiple: true },
  },
  about: {
    policy: 'hipaa, gdpr, pci or ccpa: what it lets stay is not found (default for scan: everything)',
    key: 'file with at least 16 secret bytes, for policies that write pseudonyms',
    operator: 'redact: how a type is written: PERSON=token, PHONE=encipher, EMAIL=surrogate (repeatable)',
    'encryption-key': 'file with at least 32 secret bytes, for encrypt, encipher and token; reveal needs the same',
    tokens: 'encrypted file of the tokens and their values; redact makes it where there is none',
    'record-id':
      'where each record has the id that encrypt binds to: a path in JSON, a column; of a text or a --value, the id',
    subject:
      'redact: where each record names its person, for shift-date and token: a path, a column; of a text, the person',
    as: 'reveal: the principal who asks',
    reason: 'reveal: what for, without anything personal; the log keeps it',
    out: 'reveal: the file to write (default: the standard output)',
    value: 'reveal: one value instead of a file, such as [EMAIL:…]',
    type: 'reveal: of a --value that was enciphered, its type',
    format: 'scan: print places and types as jsonl, csv or sarif, without values',
    'show-values': 'print what was found, not only where: personal data on your screen',
    trace: 'say for each finding by which rule, check and context it was found, and what the policy does with it',
    'second-opinion': 'folder of an ONNX token classifier that is asked too: what either finds counts',
    label: 'what a label of that model stands for: CASE_NO=ID, WEAPON=ignore (repeatable)',
    'require-both': 'a type of which only that counts which rules and model both find (repeatable)',
    rules: 'all (default), or structured: by form and label alone, fast, and no names, places, dates or ages',
    workers: 'redact: threads for large files of JSON lines (default: one per core)',
    path: 'JSON: messages[*].content=text, user.mail=EMAIL, id=keep; with a path of text, those alone (repeatable)',
    column: 'tables: email=EMAIL, notes=text, id=keep; other columns are looked through (repeatable)',
    html: 'scan: write a page with what was found marked in the text, without the values unless --show-values',
  },
  examples: ['pii scan tickets.jsonl --html tickets.html', 'pii redact notes.txt notes.clean.txt --policy hipaa'],
  run: (given, terminal) => runVerb(given, terminal, scan, { scan, redact, reveal }),
}

interface Place extends FoundPlace {
  readonly value?: string
  readonly trace?: TraceEntry
}

async function scan(given: Given, terminal: Terminal): Promise<number> {
  const path = needed(given, 1, 'the file or folder')
  const policy = policyNamed(given)
  const asked = await opinionOf(given)
  const options = { rules: rulesNamed(given), ...(policy !== undefined && { policy }) }
  const detector = asked ? await createOpinionDetector(options, asked) : onlyRules(options)
  const isShown = given.flags['show-values'] === true
  const isTraced = given.flags['trace'] === true
  const format = formatNamed(given, terminal)
  const page = await previewOf(given, policy)
  const places: Place[] = []
  const files = await readableFiles(path)
  for await (const parts of partsOf(files)) {
    const found = await detector.detect(parts.map(({ text: part }) => part))
    for (const [at, { file, block, text: part }] of parts.entries()) {
      const findings = found[at]!
      page?.add(`${file}:${block.line}`, part, findings)
      const entries = isTraced ? trace(part, findings, policy === undefined ? {} : { policy }) : []
      for (const [i, finding] of findings.entries())
        places.push({
          ...placeOf(file, block, part, finding, isShown),
          ...(entries[i] && { trace: entries[i] }),
        })
    }
  }
  const written = await page?.write()
  const byType = countsOf(places)
  terminal.json({
    files,
    counts: byType,
    findings: places,
    ...('opinion' in detector && { secondOpinion: detector.opinion }),
    ...(written && { html: written }),
  })
  if (format) {
    const lines = formatFindings(format, places)
    if (lines !== '') terminal.print(lines)
    return exit.done
  }
  terminal.print(
    places.length === 0
      ? 'nothing was found; that is not to say that nothing is there'
      : table([
          ['type', 'count', ...(asked ? ['agreed', 'model only', 'rules only'] : []), 'first'],
          ...Object.entries(byType).map(([type, found]) => {
            const ofType = places.filter(place => place.type === type)
            const { file, line } = ofType[0]!
            const who = (opinion: Finding['opinion']): string =>
              count(ofType.filter(place => place.opinion === opinion).length)
            const whom = asked ? [who('agreed'), who('only-model'), who('only-rules')] : []
            return [type, count(found), ...whom, `${file}:${line}`]
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
  const pseudonymKey = keyFile === undefined ? undefined : await keyIn(keyFile)
  const { policy: asWritten, tokens, encryptionKey, lookalikes } = await writingOf(given, policy)
  const format = formatOf(from)
  const writing = {
    ...(encryptionKey && { encryptionKey }),
    ...(tokens && { tokens }),
    rules: rulesNamed(given),
    ...(pseudonymKey && { pseudonymKey }),
  }
  const layout = {
    format,
    ...recordNamesOf(given, format),
    paths: hintsOf(texts(given, 'path'), '--path'),
    columns: hintsOf(texts(given, 'column'), '--column'),
  }
  const source = await stat(from).catch(() => undefined)
  if (!source) throw notReadable(from, 'it is not there')
  const progress = progressLine(terminal, () => performance.now())
  const show = (stage: string) => (done: number) =>
    progress.show({ stage, done, total: Math.max(source.size, done), unit: 'bytes' })
  const secondOpinion = await opinionOf(given)
  // A token that is in the copy and not in the table leads nowhere: the copy gets its name when the table is on disk.
  const unsaved = tokens ? `${to}.unsaved` : to
  const { found } = await rewriteFile(
    from,
    unsaved,
    { ...layout, ...writing, policy: asWritten, ...(secondOpinion && { secondOpinion }) },
    {
      onProgress: show('redact'),
      workers: workersNamed(given, source.size),
    },
  )
  if (tokens) await saveWith(tokens, unsaved, to)
  const left = await lookAgain(to, { format, ...writing, policy }, show('look again'))
  progress.end()
  const { id, version } = policyOf(asWritten)
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
  const alike = lookalikes.filter(type => type in left)
  if (alike.length > 0) terminal.print(`what was written for ${alike.join(', ')} looks like it, and is found again`)
  return exit.done
}

/** Saves the table, and then gives the copy its name; no copy stays without its table. */
async function saveWith(tokens: TokenVault, unsaved: string, to: string): Promise<void> {
  try {
    await tokens.save()
    await rename(unsaved, to)
  } catch (failure) {
    await rm(unsaved, { force: true })
    throw failure
  }
}

/** What a second look at what was written still finds, by type. */
async function lookAgain(
  file: string,
  options: RewriteOptions,
  onProgress: (bytes: number) => void,
): Promise<RewriteCounts['found']> {
  let read = 0
  const pieces = (async function* () {
    for await (const piece of createReadStream(file, { highWaterMark: 2 ** 20 }) as AsyncIterable<Buffer>) {
      yield piece
      onProgress((read += piece.length))
    }
  })()
  const second = rewriteStream(pieces, options)
  for (;;) {
    const { done, value } = await second.next()
    if (done) return value.found
  }
}

/** Texts that are looked at together, so that a model reads several at once. */
const groupSize = 64

interface Part {
  readonly file: string
  readonly block: Block
  readonly text: string
}

async function* partsOf(files: readonly string[]): AsyncGenerator<readonly Part[]> {
  let group: Part[] = []
  for (const file of files)
    for await (const block of blocksOf(file))
      for (const part of textsOf(file, block)) {
        group.push({ file, block, text: part })
        if (group.length < groupSize) continue
        yield group
        group = []
      }
  if (group.length > 0) yield group
}

function onlyRules(options: DetectOptions): Pick<OpinionDetector, 'detect'> {
  const { detect } = createDetector(options)
  return { detect: async parts => parts.map(detect) }
}

/** The model that `--second-opinion` names; undefined without it. @throws CLI-E019 for its options without it */
async function opinionOf(given: Given): Promise<SecondOpinion | undefined> {
  const folder = text(given, 'second-opinion')
  const labels = texts(given, 'label')
  const requireBoth = texts(given, 'require-both')
  if (folder === undefined) {
    if (labels.length > 0) throw unreadableOption('--label', labels[0]!, 'beside --second-opinion')
    if (requireBoth.length > 0) throw unreadableOption('--require-both', requireBoth[0]!, 'beside --second-opinion')
    return undefined
  }
  const { openTokenClassifier } = await import('@attestry/lm')
  return { classifier: await openTokenClassifier(folder), labels: hintsOf(labels, '--label'), requireBoth }
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
  const { type, rule, score, start, end, opinion } = finding
  const line = block.kind === 'text' ? block.line + part.slice(0, start).split('\n').length - 1 : block.line
  return {
    file,
    line,
    type,
    rule,
    score,
    ...(opinion && { opinion }),
    ...(isShown && { value: part.slice(start, end) }),
  }
}

function countsOf(places: readonly Place[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { type } of places) counts[type] = (counts[type] ?? 0) + 1
  return counts
}

const sum = (counts: Readonly<Partial<Record<string, number>>>): number =>
  Object.values(counts).reduce<number>((all, one) => all + (one ?? 0), 0)

const mostWorkers = 64
/** Bytes below which threads take longer to start than they save. */
const worthThreads = 16 * 2 ** 20

/** @throws CLI-E010 */
function workersNamed(given: Given, sizeBytes: number): number {
  const asked = text(given, 'workers')
  if (asked === undefined) return sizeBytes < worthThreads ? 1 : Math.min(availableParallelism(), mostWorkers)
  const workers = Number(asked)
  if (!Number.isInteger(workers) || workers < 1 || workers > mostWorkers)
    throw badNumber('workers', asked, `a whole number from 1 to ${mostWorkers}`)
  return workers
}

/** @throws CLI-E019 */
function rulesNamed(given: Given): 'all' | 'structured' {
  const rules = text(given, 'rules') ?? 'all'
  if (rules !== 'all' && rules !== 'structured') throw unreadableOption('--rules', rules, 'all or structured')
  return rules
}

/** @throws CLI-E019 for another format, and beside what would print values or a document of its own */
function formatNamed(given: Given, terminal: Terminal): FindingFormat | undefined {
  const format = text(given, 'format')
  if (format === undefined) return undefined
  const known = findingFormats.find(one => one === format)
  if (!known) throw unreadableOption('--format', format, findingFormats.join(', '))
  if (terminal.isJson || given.flags['show-values'] === true || given.flags['trace'] === true)
    throw unreadableOption('--format', format, 'without --json, --trace and --show-values')
  return known
}

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
