import { join } from 'node:path'
import {
  adjacencyOf,
  controlStates,
  type ControlState,
  type Reason,
  type RunRecord,
  type Statement,
  type TrainFacts,
} from '@attestry/core'
import { exit } from './command.js'
import { count, duration, number, type Terminal } from './terminal.js'

/** How a run ended, for people on stdout or as one JSON document; gives the exit code. */
export function printOutcome(
  record: RunRecord,
  directory: string,
  statements: readonly Statement[],
  terminal: Terminal,
): number {
  const states = controlStates(record.plugins, statements, new Date(record.endedAt ?? record.startedAt))
  terminal.json({
    run: record.id,
    status: record.status,
    directory,
    reason: record.reason,
    verdict: record.stages.deploy?.verdict ?? null,
    modelDigest: record.stages.train?.modelDigest ?? null,
    epsilon: record.stages.train?.epsilonSpent ?? null,
    training: record.stages.train ? trainingOf(record.stages.train) : null,
    assessments: record.stages.evaluate?.assessments ?? [],
    alerts: record.stages.monitor?.alerts ?? [],
    controls: countStates(states),
  })
  terminal.print(headline(record, terminal))
  for (const [name, value] of lines(record, states)) terminal.print(`  ${name.padEnd(10)}${value}`)
  printReasons(record, terminal)
  terminal.print(`  ${'folder'.padEnd(10)}${directory}`)
  terminal.print(`  ${'report'.padEnd(10)}${join(directory, 'report', 'report.html')}`)
  return exitCodeOf(record)
}

const trainingOf = ({ plan, stepsRun, medianStepMs, stopped, facts }: TrainFacts): unknown => ({
  engine: plan.engine,
  because: plan.because,
  parameters: plan.parameters,
  stepsRun,
  medianStepMs,
  stopped,
  facts,
})

const exitCodeOf = ({ status }: RunRecord): number =>
  status === 'finished'
    ? exit.done
    : status === 'waiting'
      ? exit.waiting
      : status === 'vetoed'
        ? exit.vetoed
        : exit.failure

function headline({ id, status, startedAt, endedAt }: RunRecord, { color }: Terminal): string {
  const took = endedAt === null ? '' : ` after ${duration(Date.parse(endedAt) - Date.parse(startedAt))}`
  const words = {
    finished: color.green('permitted'),
    waiting: color.yellow('waits for people'),
    vetoed: color.red('vetoed'),
    failed: color.red('failed'),
    running: 'was cut off',
  }
  return `${color.bold(`run ${id}`)} ${words[status]}${took}`
}

function lines(record: RunRecord, states: readonly ControlState[]): readonly [string, string][] {
  const { preprocess, train, evaluate, monitor } = record.stages
  const found: [string, string][] = []
  if (preprocess) {
    const { rowsRead, rowsUsed, quarantined, byPlugin } = preprocess
    const dropped = byPlugin
      .filter(({ dropped }) => dropped > 0)
      .map(({ plugin, dropped }) => `${count(dropped)} by ${plugin}`)
    const lost = [...dropped, ...(quarantined.count > 0 ? [`${count(quarantined.count)} quarantined`] : [])]
    found.push([
      'records',
      `${count(rowsRead)} in, ${count(rowsUsed)} used${lost.length > 0 ? `, dropped ${lost.join(', ')}` : ''}`,
    ])
  }
  if (train) {
    const { privacy } = train.plan
    found.push([
      'training',
      `${count(train.stepsRun)} steps, ${number(train.medianStepMs)} ms a step, ${count(train.plan.parameters)} parameters, engine ${train.plan.engine}`,
    ])
    if (privacy)
      found.push([
        'privacy',
        `epsilon ${roundedUp(train.epsilonSpent)} of ${budgetOf(record)} at delta ${privacy.delta.toExponential()}, ${privacy.sampler === 'poisson' ? 'Poisson sampling' : `${privacy.sampler} batches`}, ${adjacencyOf(privacy) === 'replace-one' ? 'exchange of' : 'add/remove'} one ${privacy.unit}`,
      ])
    if (train.stopped) found.push(['stopped', `by ${train.stopped.plugin}: ${train.stopped.reason}`])
  }
  const audit = auditOf(record)
  if (audit !== null) found.push(['audit', audit])
  for (const metric of [
    'accuracy',
    'demographic-parity-difference',
    'equalized-odds-difference',
    'membership-inference-auc',
  ]) {
    const measured = evaluate?.assessments.find(
      one => one.metric === metric && !one.slice && one.attribute === undefined,
    )
    if (measured?.value == null) continue
    const { value, interval } = measured
    found.push([
      metric === 'accuracy' ? 'accuracy' : '',
      `${metric === 'accuracy' ? '' : `${metric} `}${number(value)}${interval ? ` [${interval.map(number).join(', ')}]` : ''}`,
    ])
  }
  if (monitor && monitor.windows > 0)
    found.push(['monitor', `${monitor.windows} windows, ${count(monitor.rows)} rows, ${monitor.alerts.length} alerts`])
  const { present, missing, failed, stale } = countStates(states)
  found.push([
    'evidence',
    `for ${states.length} controls: ${present} present, ${missing} missing, ${stale} stale, ${failed} failed`,
  ])
  return found
}

/** Two decimals, never less than was spent. */
const roundedUp = (epsilon: number | null): string => (Math.ceil((epsilon ?? 0) * 100 - 1e-9) / 100).toFixed(2)

/** Two decimals, never more than was shown. */
const roundedDown = (epsilon: number): string => (Math.floor(epsilon * 100) / 100).toFixed(2)

/** What the audit of the run showed of epsilon, beside the claim; null where it was not made. */
function auditOf({ stages: { train, evaluate } }: RunRecord): string | null {
  const found = evaluate?.assessments.find(({ metric }) => metric === 'one-run-epsilon-lower-bound')
  if (found?.value == null) return null
  const { guesses, correct } = found.detail as { readonly guesses: number; readonly correct: number }
  const claimed = train?.plan.privacy ? `${roundedUp(train.plan.privacy.epsilon)} claimed` : 'none claimed'
  return `epsilon at least ${roundedDown(found.value)}, ${claimed}: ${correct} of ${guesses} guesses about training rows right`
}

/** The smallest epsilon that config or policy allow. */
const budgetOf = ({ config, policy }: RunRecord): number =>
  Math.min(config.training.privacy?.epsilon ?? Infinity, policy.epsilon?.value.epsilon ?? Infinity)

const countStates = (states: readonly ControlState[]): Readonly<Record<ControlState['state'], number>> => ({
  present: states.filter(({ state }) => state === 'present').length,
  missing: states.filter(({ state }) => state === 'missing').length,
  stale: states.filter(({ state }) => state === 'stale').length,
  failed: states.filter(({ state }) => state === 'failed').length,
})

function printReasons(record: RunRecord, terminal: Terminal): void {
  const { deploy } = record.stages
  if (record.status === 'finished') return
  if (!deploy && record.reason) {
    terminal.print(`\n  ${record.reason.code}  ${record.reason.message}\n`)
    return
  }
  const denials = deploy?.verdict.reasons.filter(({ kind }) => kind !== 'met') ?? []
  if (denials.length === 0) return
  terminal.print('')
  for (const reason of oncePerControl(denials)) printReason(reason, terminal)
  terminal.print('')
}

/** Several plugins may miss the same thing under the same control: one of them is enough to read. */
const oncePerControl = (reasons: readonly Reason[]): readonly Reason[] =>
  reasons.filter(
    (reason, i) =>
      reason.control === undefined ||
      reasons.findIndex(({ control, kind }) => control === reason.control && kind === reason.kind) === i,
  )

function printReason({ kind, note, code, control, plugin, help }: Reason, { print, color }: Terminal): void {
  const mark = kind === 'pending' ? color.yellow('pending') : color.red('refused')
  print(`  ${mark}  ${note}  ${color.dim([code, control, plugin].filter(Boolean).join(', '))}`)
  if (help !== undefined) print(`           ${help}`)
}
