import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { positiveClass, systemClock } from '@attestry/core'
import { openDataset } from '@attestry/data'
import {
  checkNames,
  monitorDirectory,
  openPredictionServer,
  openSchedules,
  parseChecks,
  recordBatches,
  type Finding,
  type NotifyOptions,
} from '@attestry/monitor'
import {
  checkTracked,
  deliveryOf,
  modelOfRun,
  notifyFromEnvironment,
  openProject,
  placeSchedule,
  recordedSince,
  recorderOf,
  runScheduledChecks,
  scheduledCheckNames,
  startTracking,
  trackedModels,
  watchScheduledChecks,
  type ChecksReport,
  type CheckWork,
  type Tracking,
} from '@attestry/sdk'
import { needed } from '../acting.js'
import { exit, text, type Command, type Given } from '../command.js'
import { missingArgument } from '../errors.js'
import { count, number, table, type Terminal } from '../terminal.js'
import { runVerb, type Action } from '../verbs.js'
import { configOf, findRun, workspaceOf } from '../workspace.js'

export const monitor: Command = {
  summary: 'watch deployed models: track, record predictions, check now or by the calendar, take predictions over HTTP',
  usage: 'monitor [track [run]|record <file>|check [run]|schedule|unschedule <name>|run|watch|serve|redeliver]',
  options: {
    metric: { type: 'string' },
    every: { type: 'string' },
    check: { type: 'string' },
    channel: { type: 'string' },
    name: { type: 'string' },
    score: { type: 'string' },
    class: { type: 'string' },
    truth: { type: 'string' },
    id: { type: 'string' },
    run: { type: 'string' },
    port: { type: 'string' },
    host: { type: 'string' },
    'token-variable': { type: 'string' },
  },
  about: {
    metric: `what is looked at, separated by commas (default: all of ${checkNames.join(', ')})`,
    every: 'hourly, daily, weekly, or five cron fields in UTC',
    check: `what a schedule looks at: ${scheduledCheckNames.join(', ')}`,
    channel: 'who is told: console, file, email, slack, webhook (default: console)',
    name: 'of the schedule',
    score: 'the column with the probability of the positive class',
    class: 'the column with the predicted class',
    truth: 'the column with the true class, where it is known',
    id: 'the column with an id, so that what comes twice is noticed',
    run: 'the run whose model it is (default: the newest)',
    port: 'of the endpoint (default: any free one)',
    host: 'of the endpoint (default: 127.0.0.1)',
    'token-variable': 'the environment variable with the bearer token; needed on any host but this machine',
  },
  examples: ['monitor schedule --every daily --check bias_drift,data_quality --channel slack', 'monitor watch'],
  run: (given, terminal) => runVerb(given, terminal, list, actions),
}

const actions: Readonly<Record<string, Action>> = {
  track,
  record,
  check,
  schedule,
  unschedule,
  run: runDue,
  watch,
  serve,
  redeliver,
}

const listOf = (word: string | undefined): readonly string[] =>
  (word ?? '')
    .split(',')
    .map(one => one.trim())
    .filter(one => one !== '')

async function list(given: Given, terminal: Terminal): Promise<number> {
  const workspace = workspaceOf(given)
  const [models, checks] = [await trackedModels(workspace), await openSchedules(monitorDirectory(workspace)).list()]
  terminal.json({
    models: models.map(({ run, modelDigest, checks: own, createdAt }) => ({
      run,
      modelDigest,
      checks: own,
      createdAt,
    })),
    schedules: checks,
  })
  if (models.length + checks.length === 0) terminal.print('nothing is watched yet: attestry monitor track')
  if (models.length > 0)
    terminal.print(
      table(models.map(({ run, checks: own, createdAt }) => [run, own.join(', '), `since ${createdAt.slice(0, 10)}`])),
    )
  if (checks.length > 0)
    terminal.print(
      table(
        checks.map(({ name, frequency, channels, lastOutcome, nextDue, missed }) => [
          name,
          frequency,
          channels.join(', '),
          lastOutcome === null ? 'not run yet' : outcomeText(lastOutcome, terminal),
          `next ${nextDue.slice(0, 16)}Z`,
          missed.length === 0 ? '' : terminal.color.red(`${count(missed.length)} missed`),
        ]),
      ),
    )
  return exit.done
}

const outcomeText = (outcome: string, { color }: Terminal): string =>
  outcome === 'ok' ? color.green(outcome) : color.red(outcome)

async function track(given: Given, terminal: Terminal): Promise<number> {
  const workspace = workspaceOf(given)
  const checks = parseChecks(listOf(text(given, 'metric')).length > 0 ? listOf(text(given, 'metric')) : checkNames)
  const model = await modelOfRun(workspace, dirname(workspace), await findRun(workspace, given.words[1]))
  const of = positiveClass(model.record.config.data)
  const tracking = await startTracking(model, { checks, thresholds: {} }, of, systemClock)
  terminal.json({ run: tracking.run, checks })
  terminal.print(`the model of run ${tracking.run} is tracked: ${checks.join(', ')}`)
  return exit.done
}

async function trackingOf(given: Given, word: string | undefined): Promise<Tracking> {
  const models = await trackedModels(workspaceOf(given))
  const found = word === undefined ? models.at(-1) : models.findLast(({ run }) => run.startsWith(word))
  if (found) return found
  throw missingArgument('a tracked model', 'attestry monitor track [run]')
}

async function record(given: Given, terminal: Terminal): Promise<number> {
  const [, file] = given.words
  if (file === undefined) throw missingArgument('the file', 'attestry monitor record <file> --score <column>')
  const [score, predicted, truth, id] = ['score', 'class', 'truth', 'id'].map(name => text(given, name))
  if (score === undefined && predicted === undefined) needed(given, 'score', monitor.usage)
  const workspace = workspaceOf(given)
  const tracking = await trackingOf(given, text(given, 'run'))
  const recorder = recorderOf(workspace, tracking, systemClock, { rows: 100_000 })
  const required = [score, predicted, truth, id].flatMap(name => name ?? [])
  const dataset = await openDataset({ path: resolve(file), required, numeric: [] }, { baseDirectory: process.cwd() })
  const done = await recordBatches(recorder, dataset.batches(), {
    ...(score !== undefined && { score }),
    ...(predicted !== undefined && { class: predicted }),
    ...(truth !== undefined && { truth }),
    ...(id !== undefined && { id }),
  })
  await recorder.close()
  terminal.json({ run: tracking.run, ...done })
  terminal.print(
    `${count(done.recorded)} predictions recorded${done.rejected > 0 ? `, ${count(done.rejected)} not counted` : ''}`,
  )
  return exit.done
}

async function check(given: Given, terminal: Terminal): Promise<number> {
  const workspace = workspaceOf(given)
  const tracking = await trackingOf(given, given.words[1])
  const window = await recordedSince(workspace, tracking, null)
  const model = tracking.checks.includes('privacy_leakage')
    ? await modelOfRun(workspace, dirname(workspace), tracking.run)
    : undefined
  const findings = await checkTracked(tracking, tracking.checks, window, systemClock.now(), model)
  const alerts = findings.filter(({ state }) => state === 'alert').length
  terminal.json({ run: tracking.run, rows: window?.counts.rows ?? 0, findings })
  terminal.print(findingsTable(findings, terminal))
  terminal.print(`${count(alerts)} over their threshold`)
  return exit.done
}

const findingsTable = (findings: readonly Finding[], { color }: Terminal): string =>
  table([
    ['metric', 'of', 'value', 'threshold', 'state'],
    ...findings.map(({ metric, attribute, slice, value, threshold, state, note }) => [
      metric,
      slice ? Object.values(slice).join(', ') : (attribute ?? ''),
      value === null ? '–' : number(value),
      number(threshold),
      state === 'alert' ? color.red(state) : state === 'not-assessed' ? `${state}${note ? `: ${note}` : ''}` : state,
    ]),
  ])

async function schedule(given: Given, terminal: Terminal): Promise<number> {
  const frequency = needed(given, 'every', monitor.usage)
  const checks = listOf(needed(given, 'check', monitor.usage))
  const [channels, name] = ['channel', 'name'].map(option => text(given, option))
  const placed = await placeSchedule(await workOf(given), {
    frequency,
    checks,
    ...(channels !== undefined && { notificationChannels: listOf(channels) }),
    ...(name !== undefined && { name }),
  })
  terminal.json(placed)
  terminal.print(`${placed.name}: ${placed.checks.join(', ')}, first on ${placed.nextDue.slice(0, 16)}Z`)
  if (placed.channelsNotSetUp.length > 0)
    terminal.say(`not set up yet: ${placed.channelsNotSetUp.join(', ')}; what it is meant to get is kept until then`)
  terminal.say(
    'it runs wherever `attestry monitor watch` runs, or `attestry monitor run` is called, once for each due time',
  )
  return exit.done
}

async function unschedule(given: Given, terminal: Terminal): Promise<number> {
  const [, name] = given.words
  if (name === undefined) throw missingArgument('the name', 'attestry monitor unschedule <name>')
  await openSchedules(monitorDirectory(workspaceOf(given))).remove(name)
  terminal.json({ name })
  terminal.print(`${name} is removed`)
  return exit.done
}

/** Channels as the config sets them up, else as the environment does. */
async function workOf(given: Given): Promise<CheckWork> {
  const workspace = workspaceOf(given)
  const file = configOf(undefined)
  const options = existsSync(file)
    ? (await openProject(file)).config.plugins.find(({ use }) => use === '@attestry/monitor')?.options
    : undefined
  return {
    workspace,
    clock: systemClock,
    notify: (options?.notify as NotifyOptions | undefined) ?? notifyFromEnvironment(process.env),
    variables: process.env,
    openModel: run => modelOfRun(workspace, dirname(workspace), run),
  }
}

async function runDue(given: Given, terminal: Terminal): Promise<number> {
  const report = await runScheduledChecks(await workOf(given))
  terminal.json(report)
  terminal.print(reportLines(report, terminal) || 'nothing is due')
  return report.runs.some(({ outcome }) => outcome === 'failed') ? exit.failure : exit.done
}

const reportLines = ({ runs, missed }: ChecksReport, terminal: Terminal): string =>
  [
    ...missed.map(({ name, due }) => terminal.color.red(`missed   ${name}, ${due}`)),
    ...runs.map(
      ({ name, due, outcome, failure }) =>
        `${outcomeText(outcome, terminal).padEnd(8)} ${name}, ${due}${failure instanceof Error ? `: ${failure.message}` : ''}`,
    ),
  ].join('\n')

/** Runs what becomes due until it is told to stop. */
async function watch(given: Given, terminal: Terminal): Promise<number> {
  const stop = new AbortController()
  const end = (): void => stop.abort()
  process.on('SIGINT', end).on('SIGTERM', end)
  terminal.say('watching; Ctrl-C ends it')
  try {
    await watchScheduledChecks(await workOf(given), {
      signal: stop.signal,
      onReport: report => {
        const lines = reportLines(report, terminal)
        if (lines !== '') terminal.print(lines)
      },
    })
    return exit.done
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end)
  }
}

async function serve(given: Given, terminal: Terminal): Promise<number> {
  const tracking = await trackingOf(given, text(given, 'run'))
  const recorder = recorderOf(workspaceOf(given), tracking, systemClock)
  const [host, port, tokenVariable] = ['host', 'port', 'token-variable'].map(name => text(given, name))
  const server = await openPredictionServer({
    recorder,
    ...(host !== undefined && { host }),
    ...(port !== undefined && { port: Number(port) }),
    ...(tokenVariable !== undefined && { tokenVariable }),
  })
  terminal.json({ url: server.url, run: tracking.run })
  terminal.print(`${server.url}: POST /predictions, GET /metrics, GET /healthz, for the model of run ${tracking.run}`)
  await new Promise<void>(done => process.once('SIGINT', done).once('SIGTERM', done))
  await server.close()
  await recorder.close()
  return exit.done
}

async function redeliver(given: Given, terminal: Terminal): Promise<number> {
  const { openModel: _, ...work } = await workOf(given)
  const outcome = await deliveryOf(work).redeliver()
  terminal.json(outcome)
  terminal.print(`${count(outcome.delivered)} delivered, ${count(outcome.kept)} kept for another try`)
  return outcome.kept > 0 ? exit.failure : exit.done
}
