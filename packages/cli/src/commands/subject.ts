import { join, resolve } from 'node:path'
import { isoTime, systemClock } from '@attestry/core'
import {
  answerCase,
  eraseSubject,
  exportSubject,
  extendCase,
  findSubject,
  isOverdue,
  listCases,
  openCase,
  openSubjectHandles,
  type NewCase,
  type SubjectCaseRecord,
  type SubjectContext,
  type SubjectRecord,
} from '@attestry/governance'
import { subjectContext } from '@attestry/sdk'
import { actAs, needed, subjectOf, type Acting } from '../acting.js'
import { exit, text, type Command, type Given } from '../command.js'
import { projectOf } from '../governance-options.js'
import { missingArgument, unknownWord } from '../errors.js'
import { count, table, type Terminal } from '../terminal.js'
import { runVerb, type Action } from '../verbs.js'
import { workspaceOf } from '../workspace.js'

export const subject: Command = {
  summary:
    'answer what people ask about their own data: find it, give it to them, erase it, with the clocks of the law',
  usage:
    'subject [open|find|export|erase|answer <case>|extend <case>] [--subject <id or ->] [--kind <kind>] [--as <name>]',
  options: {
    subject: { type: 'string' },
    kind: { type: 'string' },
    at: { type: 'string' },
    to: { type: 'string' },
    outcome: { type: 'string' },
    because: { type: 'string' },
    case: { type: 'string' },
    'accept-most': { type: 'boolean' },
    as: { type: 'string' },
  },
  about: {
    subject: 'the person as the data names them; - reads it from the standard input',
    kind: 'access, portability, erasure, rectification, restriction or objection',
    at: 'when the request was received, ISO 8601 (default: now)',
    to: 'the folder that an export is written to (default: exports/<case or time> in the workspace)',
    outcome: 'what came of a case: done, partly, refused or held',
    because: 'why the period of a case is extended, without anything personal',
    case: 'the open case that an erasure answers (default: the one of the person, or a new one)',
    'accept-most': 'erase although it reaches more than half of the data',
    as: 'the principal who acts',
  },
  examples: ['subject', 'subject export --subject - --to for-the-person --as dana < person.txt'],
  run: (given, terminal) => runVerb(given, terminal, cases, actions),
}

const actions: Readonly<Record<string, Action>> = { open, find, export: give, erase, answer, extend }

async function cases(given: Given, terminal: Terminal): Promise<number> {
  const all = await listCases(workspaceOf(given))
  const now = systemClock.now()
  terminal.json(all.map(one => ({ ...one, isOverdue: isOverdue(one, now) })))
  terminal.print(
    all.length === 0
      ? 'nobody has asked for anything'
      : table([
          ['case', 'kind', 'person', 'state', 'due', 'retraining due'],
          ...all.map(one => [
            one.id,
            one.kind,
            `${one.subject.slice(0, 8)}…`,
            one.outcome ?? (isOverdue(one, now) ? terminal.color.red('overdue') : 'open'),
            one.due.map(({ by, control }) => `${by.slice(0, 10)} ${control}`).join(', '),
            count(one.retrainingDue.length),
          ]),
        ]),
  )
  return exit.done
}

async function open(given: Given, terminal: Terminal): Promise<number> {
  const kind = needed(given, 'kind', subject.usage) as NewCase['kind']
  const identifier = await subjectOf(given, subject.usage)
  const opened = await actAs(given, workspaceOf(given), subject.usage, async acting => {
    const handles = openSubjectHandles(join(acting.workspace, 'keys'))
    const handle = handles.handleOf(identifier)
    await handles.flush()
    const at = text(given, 'at')
    return openCase(acting, { subject: handle, kind, ...(at !== undefined && { at }) })
  })
  return told(opened, terminal)
}

async function find(given: Given, terminal: Terminal): Promise<number> {
  const identifier = await subjectOf(given, subject.usage)
  const record = await inContext(given, context => findSubject(context, identifier))
  terminal.json(summaryOf(record))
  terminal.print(linesOf(record))
  return exit.done
}

async function give(given: Given, terminal: Terminal): Promise<number> {
  const identifier = await subjectOf(given, subject.usage)
  const workspace = workspaceOf(given)
  const folder = resolve(text(given, 'to') ?? join(workspace, 'exports', isoTime(systemClock).replace(/[:.]/g, '-')))
  const { files, record } = await inContext(given, context => exportSubject(context, identifier, folder))
  terminal.json({ folder, files, ...summaryOf(record) })
  terminal.print(
    `${linesOf(record)}\n\nwritten to ${folder}: ${files.map(({ name }) => name).join(', ')}, manifest.json`,
  )
  terminal.say('the files are readable by you alone; give them to the person, then remove them')
  return exit.done
}

async function erase(given: Given, terminal: Terminal): Promise<number> {
  const identifier = await subjectOf(given, subject.usage)
  const id = text(given, 'case')
  const receipt = await inContext(given, context =>
    eraseSubject(context, identifier, {
      ...(id !== undefined && { case: id }),
      acceptsMost: given.flags['accept-most'] === true,
    }),
  )
  terminal.json(receipt)
  terminal.print(
    table(
      receipt.items.map(({ kind, object, action, rows, note }) => [
        kind,
        object.length > 60 ? `${object.slice(0, 59)}…` : object,
        action,
        rows === undefined ? '' : `${count(rows)} rows`,
        note ?? '',
      ]),
    ),
  )
  terminal.print(
    receipt.outcome === 'held'
      ? `held by ${receipt.holds.join(', ')}: the person is restricted instead, nothing was destroyed`
      : `${receipt.outcome}: case ${receipt.case}; ${count(receipt.retrainingDue.length)} models are due for retraining`,
  )
  for (const limit of receipt.limits) terminal.print(`  not reached  ${limit}`)
  return receipt.outcome === 'done' || receipt.outcome === 'partly' ? exit.done : exit.waiting
}

async function answer(given: Given, terminal: Terminal): Promise<number> {
  const id = caseOf(given)
  const outcome = needed(given, 'outcome', subject.usage)
  if (!isOutcome(outcome)) throw unknownWord('outcome', outcome, outcomes.join(', '))
  const workspace = workspaceOf(given)
  return told(await actAs(given, workspace, subject.usage, acting => answerCase(acting, id, { outcome })), terminal)
}

async function extend(given: Given, terminal: Terminal): Promise<number> {
  const id = caseOf(given)
  const reason = needed(given, 'because', subject.usage)
  const workspace = workspaceOf(given)
  return told(await actAs(given, workspace, subject.usage, acting => extendCase(acting, id, reason)), terminal)
}

const outcomes = ['done', 'partly', 'refused', 'held'] as const
const isOutcome = (word: string): word is (typeof outcomes)[number] => (outcomes as readonly string[]).includes(word)

function caseOf(given: Given): string {
  const id = given.words[1]
  if (id === undefined) throw missingArgument('the case', `attestry ${subject.usage}`)
  return id
}

/** Looking for a person is itself something that somebody does, so it needs a name. */
async function inContext<T>(given: Given, action: (context: SubjectContext) => Promise<T>): Promise<T> {
  const project = await projectOf()
  return actAs(given, workspaceOf(given), subject.usage, async ({ keys: _, run: __, ...acting }: Acting) =>
    action(
      await subjectContext({
        ...acting,
        baseDirectory: project.baseDirectory,
        ...(project.consent !== undefined && { consent: project.consent }),
      }),
    ),
  )
}

function told(one: SubjectCaseRecord, terminal: Terminal): number {
  terminal.json(one)
  const due = one.due.map(({ by, control }) => `${by.slice(0, 10)} (${control})`).join(', ')
  terminal.print(`case ${one.id}: ${one.kind}, ${one.outcome ?? `due ${due}`}`)
  return exit.done
}

/** Where and how much, without the rows themselves: they go into an export, not into a terminal's history. */
const summaryOf = ({
  handle,
  sources,
  datasets,
  shards,
  models,
  logs,
  consent,
  cases: own,
  exports,
  unsearched,
}: SubjectRecord) => ({
  handle,
  sources: sources.map(({ name, rows, total }) => ({ name, rows: rows.length, total })),
  datasets: datasets.map(({ name, rows, total }) => ({ name, rows: rows.length, total })),
  shards: shards.map(({ run, shard, rows }) => ({ run, digest: shard.digest, rows })),
  models,
  logs,
  consentEvents: consent.length,
  cases: own.map(({ id }) => id),
  exports: exports.length,
  unsearched,
})

function linesOf(record: SubjectRecord): string {
  const { sources, datasets, shards, models, logs, consentEvents, cases: own, unsearched } = summaryOf(record)
  const rows = [
    ...sources.map(({ name, rows: found, total }) => ['source', name, `${count(found)} of ${count(total)} rows`]),
    ...datasets.map(({ name, rows: found, total }) => ['dataset', name, `${count(found)} of ${count(total)} rows`]),
    ...shards.map(({ run, digest, rows: found }) => [
      'shard',
      `${run} ${digest.slice(0, 19)}…`,
      `${count(found)} rows`,
    ]),
    ...models.map(({ run, digest }) => ['model', `${run} ${digest.slice(0, 19)}…`, 'trained on them']),
    ...logs.map(({ run, events }) => ['log', run, `${count(events)} events name the handle`]),
    ...(consentEvents > 0 ? [['consent', '', `${count(consentEvents)} events`]] : []),
    ...own.map(id => ['case', id, '']),
    ...unsearched.map(({ object, reason }) => ['not searched', object, reason]),
  ]
  return rows.length === 0 ? 'nothing is held about this person' : table(rows)
}
