import type { JsonValue, RunRecord, StepReport } from '@attestry/core'
import { count, counted, duration, figure, given, orderedJson, sortedEntries, words } from '../format.js'
import { isObject } from '../evidence-list.js'
import { html, type Content, type Markup } from '../markup.js'
import type { ModelCard, ModelSection } from '../model-card.js'
import { linePlot } from '../plots/line-plot.js'
import { codeText, dataTable, factName, folded, note, notReached, section } from './parts.js'

/** Plan, curves, and what the trainer checked. Curves are shown for an unfinished training too. */
export function trainingSection({ model }: ModelCard, { steps, stages }: RunRecord): Markup {
  const head = model
    ? [planLines(model, stages.train?.durationMs ?? 0, stages.train?.medianStepMs ?? 0)]
    : [notReached('Training did not finish, so there is no model.')]
  return section('training', 'Training', [
    ...head,
    steps.length > 0
      ? curves(steps, model?.privacy?.epsilonLimit ?? null)
      : model && html`<p class="none">No record of a step is at hand: the log holds them sealed, or holds none.</p>`,
    model?.privacy?.statement &&
      model.privacy.statement.map(
        sentence => html`<p>${sentence}</p>
`,
      ),
    model && details(model),
  ])
}

const planLines = (model: ModelSection, durationMs: number, medianStepMs: number): Markup => {
  const { plan, stepsRun, stopped } = model
  return html`<p>${plan.model.architecture} with ${count(plan.parameters)} parameters for ${counted(plan.classes.length, 'class', 'classes')}, engine ${codeText(plan.engine)}: ${plan.because}.</p>
<p>${count(stepsRun)} of ${count(plan.steps)} steps, ${words(plan.optimizer)} at learning rate ${given(plan.learningRate)}, ${count(plan.logicalBatch)} examples expected per step; ${duration(durationMs)} in all, ${duration(medianStepMs)} for the median step.</p>
${
  stopped &&
  html`<p class="stopped"><strong>Stopped early</strong> by ${codeText(stopped.plugin)}: ${stopped.reason}${stopped.control !== undefined && ` (${stopped.control})`}.</p>`
}
`
}

function curves(steps: readonly StepReport[], epsilonLimit: number | null): Content {
  const of = (read: (step: StepReport) => number | null) => steps.map(one => ({ x: one.step, y: read(one) }))
  const isPrivate = steps.some(({ epsilon }) => epsilon !== null)
  return [
    html`<div class="plots">
${linePlot({ title: 'Loss', points: of(({ loss }) => loss), xName: 'step', fromZero: true })}
${
  isPrivate && [
    linePlot({
      title: 'Epsilon spent',
      points: of(({ epsilon }) => epsilon),
      xName: 'step',
      fromZero: true,
      ...(epsilonLimit !== null && { limit: { value: epsilonLimit, name: 'limit' } }),
    }),
    linePlot({
      title: 'Share of gradients clipped',
      points: of(({ clippedFraction }) => clippedFraction),
      xName: 'step',
      fromZero: true,
    }),
    linePlot({
      title: 'Median gradient norm',
      points: of(({ gradientNorm }) => gradientNorm),
      xName: 'step',
      fromZero: true,
    }),
  ]
}
</div>
`,
    note(
      `${counted(steps.length, 'step')} recorded, as often as the audit frequency asks. The curves of loss, clipping and norm are functions of private data that epsilon does not cover: do not publish them with the model.`,
    ),
  ]
}

const details = ({ checks, files, digest }: ModelSection): Content => [
  folded(
    'What the trainer recorded',
    dataTable(
      'What the trainer recorded about the training',
      [{ name: 'Fact' }, { name: 'Value' }],
      Object.entries(checks).map(([name, value]) => [factName(name), plainFact(value)]),
    ),
  ),
  folded(
    'Files of the model with their digests',
    dataTable(
      'Model files',
      [{ name: 'File' }, { name: 'Digest' }],
      [
        ...files.map(({ name, digest: of }) => [codeText(name), codeText(of)]),
        ['all of them, in this order', codeText(digest)],
      ],
    ),
  ),
]

/** A fact of the trainer in one cell; one level of nesting becomes a list, deeper ones are shown as JSON. */
function plainFact(value: JsonValue): Content {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? count(value) : figure(value)
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (value === null) return 'none'
  if (typeof value === 'string') return /^[0-9a-f]{32,}$|^sha256:/.test(value) ? codeText(value) : value
  if (!isObject(value)) return codeText(orderedJson(value))
  const inner = (fact: JsonValue): Content =>
    typeof fact === 'object' && fact !== null ? codeText(orderedJson(fact)) : plainFact(fact)
  return html`<ul class="plain">${sortedEntries(value).map(([name, fact]) => html`<li><span class="quiet">${factName(name)}</span> ${inner(fact)}</li>`)}</ul>`
}
