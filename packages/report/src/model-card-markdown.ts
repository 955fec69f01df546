import type { Assessment } from '@attestry/core'
import { audienceNames, type Audience } from './audience.js'
import { auditInWords } from './audit-in-words.js'
import {
  bytes,
  count,
  figure,
  figuresApart,
  clippingNormWords,
  given,
  interval,
  percent,
  samplerName,
  sortedEntries,
  words,
} from './format.js'
import { bullets, code, plain, table } from './markdown.js'
import type { ControlCounts, ModelCard } from './model-card.js'
import { explanationsMarkdown, robustnessMarkdown } from './tests-of-model-markdown.js'

/** Chapters of the card, with what each writes. */
const chapters = {
  verdict: ['Verdict', card => verdict(card)],
  use: ['Intended use', card => intendedUse(card)],
  model: ['Model', card => model(card)],
  privacy: ['Privacy', card => privacy(card)],
  data: ['Training data', card => trainingData(card)],
  measurements: ['Measurements', card => measurements(card)],
  groups: ['Measurements by group', card => groups(card)],
  robustness: ['Robustness', card => tested(card, robustnessMarkdown(card.robustness))],
  explanations: ['Explanations', card => tested(card, explanationsMarkdown(card.explanations))],
  monitoring: ['Monitoring', card => monitoring(card)],
  limitations: ['Limitations', card => bullets(card.limitations.map(plain))],
  controls: ['Controls', card => controls(card)],
  evidence: ['Evidence', card => evidence(card)],
  check: [
    'Check it yourself',
    () =>
      'Run `attestry verify` on the folder of the run. It needs no network and no private key. It checks signatures and digests; ' +
      'it cannot check that the data was right, nor that the holder of the signing key did not write the whole log anew: ' +
      'that takes a checkpoint held by someone else.',
  ],
} as const satisfies Readonly<Record<string, readonly [title: string, write: (card: ModelCard) => string]>>

type Chapter = keyof typeof chapters

const listed = (names: string): readonly Chapter[] => names.split(' ') as readonly Chapter[]

const views: Readonly<Record<Audience, readonly Chapter[]>> = {
  auditor: listed(
    'verdict controls evidence check limitations use privacy data measurements groups explanations robustness monitoring',
  ),
  dpo: listed('verdict use data privacy groups explanations limitations controls evidence check'),
  engineer: listed(
    'verdict use limitations measurements groups explanations robustness model privacy data monitoring check',
  ),
}

/**
 * The card as Markdown (GFM tables). The JSON beside it is the truth; this holds the same numbers for people. With an
 * audience it holds the chapters that they read, theirs first.
 */
export function modelCardMarkdown(card: ModelCard, { audience }: { readonly audience?: Audience } = {}): string {
  const shown = audience === undefined ? (Object.keys(chapters) as readonly Chapter[]) : views[audience]
  const sections = [
    `# Model card: ${plain(card.name)}`,
    heading(card),
    ...(audience === undefined
      ? []
      : [`View for ${audienceNames[audience]}: chapters that others work with are left out.`]),
    ...shown.flatMap(chapter => {
      const [title, write] = chapters[chapter]
      return [`## ${title}`, write(card)]
    }),
  ]
  return `${sections.join('\n\n')}\n`
}

const notReached = '_Not reached in this run._'

const heading = ({ run, digests, assessedAt }: ModelCard): string =>
  table(
    ['', ''],
    [
      ['Run', code(run.id)],
      ['Status', run.status],
      ['Started', code(run.startedAt)],
      ['Ended', run.endedAt === null ? 'not ended' : code(run.endedAt)],
      ...run.resumedAt.map(time => ['Resumed', code(time)]),
      ['Evidence judged as of', code(assessedAt)],
      ...sortedEntries(digests).map(([name, digest]) => [`Digest of ${plain(name)}`, code(digest)]),
    ],
  )

function verdict({ verdict: { headline, meaning, refused, pending, met }, run: { reason } }: ModelCard): string {
  const line =
    (mark: string) =>
    (one: (typeof refused)[number]): string =>
      `${mark}: ${plain(one.note)} (${code(one.code)}${one.control === undefined ? '' : `, ${plain(one.control)}`}` +
      `${one.plugin === undefined ? '' : `, asked by ${code(one.plugin)}`})${one.help === undefined ? '' : `. ${plain(one.help)}`}`
  const lines = [...refused.map(line('refused')), ...pending.map(line('pending')), ...met.map(line('met'))]
  return [
    `**${headline}.** ${plain(meaning)}`,
    ...(reason ? [`${code(reason.code)}: ${plain(reason.message)}`] : []),
    ...(lines.length > 0 ? [bullets(lines)] : []),
  ].join('\n\n')
}

const intendedUse = ({ intendedUse: { purpose, author, changeTicket } }: ModelCard): string =>
  bullets([
    `Purpose: ${plain(purpose)}`,
    `Asked for by: ${plain(author)}`,
    ...(changeTicket === null ? [] : [`Change: ${plain(changeTicket)}`]),
  ])

function model({ model: section }: ModelCard): string {
  if (!section) return notReached
  const { plan, stepsRun, stopped, files, digest } = section
  return [
    bullets([
      `Architecture: ${plan.model.architecture}, ${count(plan.parameters)} parameters, classes ${plan.classes.map(code).join(', ')}`,
      `Engine: ${plain(plan.engine)} (${plain(plan.because)})`,
      `Training: ${count(stepsRun)} of ${count(plan.steps)} steps, ${plan.optimizer}, learning rate ${given(plan.learningRate)}, expected batch ${count(plan.logicalBatch)}`,
      ...(stopped ? [`Stopped by ${code(stopped.plugin)}: ${plain(stopped.reason)}`] : []),
      `Model digest: ${code(digest)}`,
    ]),
    table(
      ['File', 'Digest'],
      files.map(({ name, digest: of }) => [code(name), code(of)]),
    ),
  ].join('\n\n')
}

function privacy({ model: section }: ModelCard): string {
  if (!section) return notReached
  if (!section.privacy) return 'Training was without differential privacy.'
  const { epsilonSpent, epsilonPlanned, epsilonLimit, delta, unit, ...mechanism } = section.privacy
  const spent = epsilonSpent ?? epsilonPlanned
  const [value, limit] = figuresApart(spent, epsilonLimit ?? spent)
  const figures = bullets([
    `Epsilon ${value}${epsilonLimit === null ? ', no limit was set' : ` of ${limit}`} at delta ${given(delta)}, neighbouring datasets differ by one ${plain(unit)}`,
    `Sampler: ${plain(samplerName(mechanism.sampler))}${mechanism.samplingProbability === null ? ', neighbours by one record exchanged for another' : `, probability ${figure(mechanism.samplingProbability)}`}`,
    `Clipping: each example's gradient to ${mechanism.adaptiveClipping ? 'a norm' : 'norm'} ${clippingNormWords(mechanism)}`,
    `Noise: Gaussian, ${figure(mechanism.noiseMultiplier)} times the clipping norm`,
    `Accountant: ${plain(mechanism.accountant)}`,
  ])
  return mechanism.statement ? [figures, ...mechanism.statement.map(plain)].join('\n\n') : figures
}

function trainingData({ trainingData: data }: ModelCard): string {
  if (!data) return notReached
  const splits = sortedEntries(data.classCounts)
  return [
    bullets([
      `Dataset: ${code(data.dataset.digest)}, ${data.dataset.format}, ${bytes(data.dataset.sizeBytes)}`,
      `Rows: ${count(data.rowsRead)} read, ${count(data.rowsUsed)} used (${percent(data.rowsUsed, data.rowsRead)}), ${count(data.quarantined)} could not be read`,
      ...data.byPlugin.map(
        ({ plugin, dropped, changed }) => `${code(plugin)}: ${count(dropped)} rows dropped, ${count(changed)} changed`,
      ),
      data.identifiers === null
        ? 'Identifiers: no evidence counts them'
        : `Identifiers found: ${
            sortedEntries(data.identifiers.found)
              .map(([type, found]) => `${plain(type)} ${count(found)}`)
              .join(', ') || 'none by the rules in force'
          }`,
      ...(data.identifiers === null
        ? []
        : [`Identifiers found again afterwards by the same rules: ${foundAgain(data.identifiers.foundAgain)}`]),
      `Shards: ${count(data.shards.count)}, ${count(data.shards.encrypted)} of them encrypted`,
    ]),
    table(
      ['Split', 'Class', 'Rows'],
      splits.flatMap(([split, counts]) =>
        sortedEntries(counts).map(([name, rows]) => [plain(split), code(name), count(rows)]),
      ),
      [2],
    ),
  ].join('\n\n')
}

const foundAgain = (counts: Readonly<Record<string, number>>): string =>
  sortedEntries(counts)
    .filter(([, times]) => times > 0)
    .map(([type, times]) => `${plain(type)} ${count(times)}`)
    .join(', ') || 'none'

const measured = ({ value, interval: ends, detail }: Assessment): string =>
  value === null ? `not assessed${reasonOf(detail)}` : `${figure(value)}${ends ? ` ${interval(ends)}` : ''}`

const reasonOf = (detail: Assessment['detail']): string =>
  typeof detail === 'object' && detail !== null && 'reason' in detail && typeof detail.reason === 'string'
    ? ` (${plain(detail.reason)})`
    : ''

const measurementTable = (about: string, rows: readonly Assessment[], name: (one: Assessment) => string): string =>
  table(
    [about, 'Metric', 'Value and interval', 'n'],
    rows.map(one => [name(one), plain(words(one.metric)), measured(one), count(one.n)]),
    [3],
  )

function measurements(card: ModelCard): string {
  const { evaluation } = card
  if (!evaluation) return notReached
  const { testRows, overall, gaps, classErrors, membershipInference, limits } = evaluation
  const parts = [
    `${count(testRows)} test rows. Intervals are at the confidence in the JSON, ${confidences(overall)}.`,
    measurementTable('About', [...overall, ...membershipInference], () => 'all test rows'),
  ]
  const audit = auditInWords(card)
  if (audit !== null) parts.push(plain(audit))
  if (gaps.length > 0) parts.push(measurementTable('Attribute', gaps, ({ attribute }) => code(attribute ?? '')))
  if (classErrors.length > 0)
    parts.push(measurementTable('Class', classErrors, ({ slice = {} }) => Object.values(slice).map(code).join(' × ')))
  parts.push(
    limits.length === 0
      ? 'No limit was set on any metric.'
      : table(
          ['Limit on', 'Measured', 'At most', 'State', 'Asked by'],
          limits.map(({ metric, value, max, state, asked }) => {
            const [shown, limit] = value === null ? ['not assessed', given(max)] : figuresApart(value, max)
            return [plain(words(metric)), shown, limit, words(state), asked.map(plain).join('; ')]
          }),
          [1, 2],
        ),
  )
  return parts.join('\n\n')
}

const confidences = (rows: readonly Assessment[]): string =>
  [
    ...new Set(rows.flatMap(({ confidence }) => (confidence === undefined ? [] : [`${given(confidence * 100)}%`]))),
  ].join(' and ') || 'where one was given'

const groups = ({ evaluation }: ModelCard): string =>
  !evaluation
    ? notReached
    : evaluation.groups.length === 0
      ? 'Nothing was measured per group.'
      : measurementTable('Group', evaluation.groups, ({ slice = {} }) =>
          sortedEntries(slice)
            .map(([attribute, group]) => `${plain(attribute)} ${code(group)}`)
            .join(' × '),
        )

/** Tests of a model that was not evaluated were not reached; of one that was, they may not have been made. */
const tested = ({ evaluation, robustness, explanations }: ModelCard, text: string): string =>
  evaluation || robustness || explanations ? text : notReached

const monitoring = ({ monitoring: facts }: ModelCard): string =>
  facts === null
    ? notReached
    : facts.windows === 0
      ? 'No window of later predictions was judged.'
      : `${count(facts.rows)} rows in ${count(facts.windows)} windows, ${count(facts.alerts)} alerts.`

const countsRow = (name: string, counts: ControlCounts): readonly string[] => [
  name,
  ...[counts.total, counts.present, counts.missing, counts.stale, counts.failed, counts.people].map(count),
]

function controls({ controls: { counts, groups: groupsOf } }: ModelCard): string {
  if (counts.total === 0) return 'No loaded plugin states a control.'
  return [
    'A control is present only when verified evidence of every type it needs is there and young enough. The last column counts ' +
      'controls in which people decide; software only stores what they signed.',
    table(
      ['Regulation', 'Controls', 'Present', 'Missing', 'Stale', 'Failed', 'Partly or wholly for people'],
      [
        ...groupsOf.map(({ regulation, plugin, counts: own }) =>
          countsRow(regulation ? `${plain(regulation.id)}, ${plain(regulation.edition)}` : code(plugin), own),
        ),
        countsRow('All', counts),
      ],
      [1, 2, 3, 4, 5, 6],
    ),
    table(
      ['Control', 'Title', 'State', 'Why'],
      groupsOf.flatMap(({ controls: rows }) =>
        rows.map(({ id, title, state, detail, verified }) => [
          plain(id),
          `${plain(title)}${verified ? '' : ' (text unverified)'}`,
          state,
          plain(detail),
        ]),
      ),
    ),
  ].join('\n\n')
}

function evidence({ evidence: items, signedByPeople, unreadable }: ModelCard): string {
  const rows = [
    ...items.map(({ type, outcome, file, collectedAt, signer }) => [
      plain(words(type)),
      outcome,
      code(file),
      code(collectedAt),
      plain(signer),
    ]),
    ...signedByPeople.map(({ type, file, signer }) => [plain(type), 'signed', code(file), '', plain(signer)]),
    ...unreadable.map(file => ['unreadable', 'supports nothing', code(file), '', '']),
  ]
  return rows.length === 0
    ? 'No evidence was recorded.'
    : table(['Type', 'Outcome', 'File', 'Collected', 'Signed by'], rows)
}
