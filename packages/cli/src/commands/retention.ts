import { systemClock } from '@attestry/core'
import { parseVkey, readLogVkey, readRegister } from '@attestry/audit'
import {
  disposalReceipts,
  holdsOf,
  isDue,
  placeHold,
  readRetentionFacts,
  recordTrigger,
  releaseHold,
  retentionItems,
  scanOverdue,
  type ItemFacts,
} from '@attestry/governance'
import { disposeInWorkspace, retentionView } from '@attestry/sdk'
import { actAs, needed } from '../acting.js'
import { exit, text, type Command, type Given } from '../command.js'
import { missingArgument } from '../errors.js'
import { progressLine } from '../progress.js'
import { count, table, type Terminal } from '../terminal.js'
import { runVerb, type Action } from '../verbs.js'
import { workspaceOf } from '../workspace.js'

export const retention: Command = {
  summary: 'show what is kept and until when, destroy what is due, hold what must stay, find copies',
  usage:
    'retention [dispose|scan <folder…>|holds|hold <id>|release <id>|begin] [--as <name>] [--class <data class>] [--reason <text>]',
  options: {
    as: { type: 'string' },
    class: { type: 'string' },
    reason: { type: 'string' },
    object: { type: 'string' },
    event: { type: 'string' },
    at: { type: 'string' },
    'dry-run': { type: 'boolean' },
  },
  about: {
    as: 'the principal on whose word it is done',
    class: 'the class of data that a hold protects (default: all), or whose period begins',
    reason: 'why a hold is placed, such as the number of the notice',
    object: 'what a period begins for: a file or folder of the workspace, such as runs/01JD8T…',
    event: 'what happened, such as "end of the audit"',
    at: 'when it happened, ISO date',
    'dry-run': 'only show what would be destroyed',
  },
  examples: ['retention', 'retention dispose --as dana'],
  run: (given, terminal) => runVerb(given, terminal, show, actions),
}

const actions: Readonly<Record<string, Action>> = {
  dispose,
  scan,
  holds,
  hold,
  release,
  begin,
}

/** How everything that is kept stands, one line per run, class and state: a run may have thousands of shards. */
async function show(given: Given, terminal: Terminal): Promise<number> {
  const workspace = workspaceOf(given)
  const items = await retentionItems(retentionView(workspace))
  const receipts = await disposalReceipts(workspace)
  terminal.json({ items, receipts })
  const groups = new Map<string, ItemFacts[]>()
  for (const item of items) {
    const key = [item.run, item.dataClass, item.state, item.keepUntil, item.disposeBy].join(' ')
    groups.set(key, [...(groups.get(key) ?? []), item])
  }
  const rows = [...groups.values()].map(([first, ...rest]) => [
    first!.run?.slice(-8) ?? 'workspace',
    first!.dataClass,
    count(rest.length + 1),
    first!.state === 'overdue' ? terminal.color.red(first!.state) : first!.state,
    first!.keepUntil ?? '',
    first!.disposeBy ?? '',
    first!.heldBy.join(', '),
  ])
  terminal.print(
    rows.length === 0
      ? 'nothing is kept yet'
      : table([['run', 'class', 'objects', 'state', 'keep until', 'dispose by', 'held by'], ...rows]),
  )
  if (receipts.length > 0) terminal.print(`${count(receipts.length)} destroyed, each with a receipt`)
  return exit.done
}

async function dispose(given: Given, terminal: Terminal): Promise<number> {
  const workspace = workspaceOf(given)
  if (given.flags['dry-run'] === true) {
    const due = (await retentionItems(retentionView(workspace))).filter(isDue)
    terminal.json({ due })
    terminal.print(
      due.length === 0
        ? 'nothing is due'
        : table(due.map(({ object, dataClass, disposeBy }) => [object, dataClass, disposeBy ?? ''])),
    )
    return exit.done
  }
  const line = progressLine(terminal, () => performance.now())
  const stop = new AbortController()
  const interrupt = (): void => stop.abort()
  process.on('SIGINT', interrupt)
  try {
    const report = await actAs(given, workspace, retention.usage, ({ log, actor }) =>
      disposeInWorkspace(workspace, log, actor, {
        signal: stop.signal,
        onProgress: ({ done, total }) => line.show({ stage: 'dispose', done, total, unit: 'objects' }),
      }),
    )
    line.end()
    const { held, conflict } = report.kept
    terminal.json(report)
    terminal.print(
      [
        `${count(report.receipts.length)} destroyed, each with a receipt`,
        held > 0 ? `${count(held)} held` : '',
        conflict > 0 ? `${count(conflict)} in conflict: attestry policy` : '',
        report.left > 0 ? `${count(report.left)} left when it was stopped` : '',
      ]
        .filter(Boolean)
        .join('; '),
    )
    return exit.done
  } finally {
    line.end()
    process.off('SIGINT', interrupt)
  }
}

async function scan(given: Given, terminal: Terminal): Promise<number> {
  const folders = given.words.slice(1)
  if (folders.length === 0) throw missingArgument('a folder', 'attestry retention scan <folder…>')
  const line = progressLine(terminal, () => performance.now())
  const found = await scanOverdue(retentionView(workspaceOf(given)), folders, {
    onProgress: ({ files }) => line.show({ stage: 'scan', done: files, total: null, unit: 'files' }),
  })
  line.end()
  terminal.json(found)
  if (found.copies.length > 0) terminal.print(table(found.copies.map(({ path, why, object }) => [path, why, object])))
  terminal.print(
    `${count(found.copies.length)} copies in ${count(found.files)} files${found.unreadable.count > 0 ? `; ${count(found.unreadable.count)} could not be read` : ''}`,
  )
  return found.copies.length > 0 || !found.isComplete ? exit.failure : exit.done
}

async function holds(given: Given, terminal: Terminal): Promise<number> {
  const all = holdsOf(await readRetentionFacts(workspaceOf(given)))
  terminal.json(all)
  terminal.print(
    all.length === 0
      ? 'nothing is held'
      : table(
          all.map(({ id, dataClass, by, from, releasedAt, reason }) => [
            id,
            dataClass === '*' ? 'everything' : dataClass,
            releasedAt === null ? 'open' : `released ${releasedAt.toISOString().slice(0, 10)}`,
            from.toISOString().slice(0, 10),
            by ?? '',
            reason,
          ]),
        ),
  )
  return exit.done
}

async function hold(given: Given, terminal: Terminal): Promise<number> {
  const id = idOf(given)
  const [dataClass, reason] = [text(given, 'class') ?? '*', needed(given, 'reason', retention.usage)]
  await actAs(given, workspaceOf(given), retention.usage, acting => placeHold(acting, { id, dataClass, reason }))
  terminal.json({ id, dataClass, reason })
  terminal.print(
    `${dataClass === '*' ? 'everything' : dataClass} is held by ${id}: nothing of it is destroyed until two people release it`,
  )
  return exit.done
}

async function release(given: Given, terminal: Terminal): Promise<number> {
  const id = idOf(given)
  const workspace = workspaceOf(given)
  const { statements } = await readRegister(workspace, parseVkey(await readLogVkey(workspace)))
  const store = { read: async (type: string) => statements.filter(one => one.type === type) }
  await actAs(given, workspace, retention.usage, acting => releaseHold(acting, id, store))
  terminal.json({ id })
  terminal.print(`${id} is released`)
  return exit.done
}

async function begin(given: Given, terminal: Terminal): Promise<number> {
  const need = (name: string): string => needed(given, name, retention.usage)
  const fact = { dataClass: need('class'), object: need('object'), event: need('event'), at: need('at') }
  await actAs(given, workspaceOf(given), retention.usage, ({ workspace }) =>
    recordTrigger(workspace, fact, systemClock),
  )
  terminal.json(fact)
  terminal.print(`the period of ${fact.dataClass} for ${fact.object} counts from ${fact.at}`)
  return exit.done
}

function idOf(given: Given): string {
  const id = given.words[1]
  if (id === undefined) throw missingArgument('the id of the hold', `attestry ${retention.usage}`)
  return id
}
