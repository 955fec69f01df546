import { count, figure, given } from './format.js'
import { html, type Content, type Markup } from './markup.js'
import { htmlPage } from './page.js'
import { linePlot, type LinePoint } from './plots/line-plot.js'
import { codeText, dataTable, folded, note, section } from './sections/parts.js'
import { tile } from './sections/summary.js'

/** A training outside of a governed run, as its page shows it. All of it is plain data. */
export interface TrainingPageInput {
  /** The base model, as the config names it. */
  readonly base: string
  readonly run: string
  readonly endedAt: string
  readonly steps: { readonly done: number; readonly planned: number; readonly written: number }
  readonly stoppedEarly: boolean
  /** Examples of a step, in expectation. */
  readonly batch: number
  readonly parameters: { readonly trained: number; readonly all: number }
  /** By step, from 1; null for an empty draw. */
  readonly losses: readonly (number | null)[]
  readonly validations: readonly { readonly step: number; readonly loss: number }[]
  /** By step; all null without privacy. */
  readonly epsilons: readonly (number | null)[]
  readonly privacy: {
    readonly epsilonSpent: number
    readonly epsilon: number
    readonly delta: number
    readonly statement: string
  } | null
  readonly compute: {
    readonly total: number
    readonly baseModel: { readonly flops: number | null; readonly source: string }
    readonly ratio: number | null
    readonly guideline: { readonly threshold: number; readonly source: string; readonly statement: string }
  }
  /** Names and values of facts that are shown as they are: digests, settings, versions. */
  readonly details: Readonly<Record<string, readonly (readonly [name: string, value: string])[]>>
}

/** The page of a training: figures, curves, compute and privacy, and the facts behind them. */
export function trainingPage(input: TrainingPageInput): string {
  const title = `Training of ${input.base}`
  return htmlPage({
    title: `${title}: run ${input.run}`,
    skip: { to: 'curves', text: 'Skip to the curves' },
    head: html`<header>
<h1>${title}</h1>
<p class="meta">Run ${codeText(input.run)}, ended <time>${input.endedAt}</time></p>
<p class="meta">This training stood outside of a governed run: no policy was asked and no log was kept.</p>
</header>`,
    main: html`${figures(input)}${curves(input)}${privacy(input)}${compute(input)}${details(input)}`,
    foot: 'Written by @attestry/report from the record of the training, training_record.json.',
  })
}

function figures({
  steps,
  stoppedEarly,
  losses,
  validations,
  privacy,
  parameters,
  compute,
  batch,
}: TrainingPageInput): Markup {
  const last = losses.findLast(loss => loss !== null)
  const best = validations.reduce<number | null>((least, { loss }) => Math.min(loss, least ?? loss), null)
  const share = parameters.trained / parameters.all
  return section(
    'figures',
    'Figures',
    html`<dl class="figures">
${tile('Steps', html`${count(steps.done)} <span class="of">of ${count(steps.planned)}</span>`, `${stoppedEarly ? 'stopped early; ' : ''}the weights of step ${count(steps.written)} were written`)}
${tile('Last loss', last === undefined || last === null ? 'none' : figure(last), `mean of a step's examples, ${count(batch)} expected`)}
${tile('Best validation loss', best === null ? 'none' : figure(best), best === null ? 'there were no validation rows' : `of ${count(validations.length)} validations`)}
${tile('Trained', `${figure(100 * share)}%`, `${count(parameters.trained)} of ${count(parameters.all)} parameters`)}
${tile('Privacy spent', privacy ? html`ε ${figure(privacy.epsilonSpent)} <span class="of">of ${figure(privacy.epsilon)}</span>` : 'no bound', privacy ? `at delta ${given(privacy.delta)}` : 'Training was without differential privacy. No epsilon can be stated.')}
${tile('Compute', `${figure(compute.total)} FLOP`, 'counted in the graphs that ran')}
</dl>`,
  )
}

function curves({ losses, validations, epsilons, privacy }: TrainingPageInput): Markup {
  const bySteps = (values: readonly (number | null)[]): readonly LinePoint[] => values.map((y, i) => ({ x: i + 1, y }))
  const held = validations.map(({ step, loss }) => ({ x: step, y: loss }))
  return section('curves', 'Curves', [
    html`<div class="plots">
${linePlot({ title: 'Loss', points: bySteps(losses), xName: 'step', fromZero: true })}
${held.length > 0 && linePlot({ title: 'Validation loss', points: held, xName: 'step', fromZero: true, hasDots: held.length <= 60 })}
${privacy && linePlot({ title: 'Epsilon spent', points: bySteps(epsilons), xName: 'step', fromZero: true, limit: { value: privacy.epsilon, name: 'planned' } })}
</div>
`,
    note(
      'Losses are functions of the rows, and epsilon does not cover them: do not publish these curves with a private model.',
    ),
  ])
}

const privacy = ({ privacy }: TrainingPageInput): Markup =>
  section(
    'privacy',
    'Privacy',
    html`<p>${privacy ? privacy.statement : 'Training was without differential privacy: what was written may reveal its training rows.'}</p>`,
  )

function compute({ compute: { total, baseModel, ratio, guideline } }: TrainingPageInput): Markup {
  const unknown = html`<span class="quiet">not known</span>`
  return section('compute', 'Training compute', [
    dataTable(
      'Operations of this training and of its base model',
      [{ name: 'What' }, { name: 'FLOP', isNumber: true }],
      [
        ['This training: forward and backward passes of all steps, and validations', figure(total)],
        [
          html`Training of the base model <span class="quiet">(${baseModel.source})</span>`,
          baseModel.flops === null ? unknown : figure(baseModel.flops),
        ],
        ['Ratio', ratio === null ? unknown : figure(ratio)],
        [html`Indicative threshold <span class="quiet">(${guideline.source})</span>`, figure(guideline.threshold)],
      ],
    ),
    html`<p>${guideline.statement}</p>`,
  ])
}

const details = ({ details }: TrainingPageInput): Markup =>
  section(
    'details',
    'What is behind this',
    Object.entries(details).map(([title, rows]) =>
      folded(
        title,
        dataTable(
          title,
          [{ name: 'Fact' }, { name: 'Value' }],
          rows.map(([name, value]): readonly Content[] => [
            name,
            /^(sha256:)?[0-9a-f]{32,}$/.test(value) ? codeText(value) : value,
          ]),
        ),
      ),
    ),
  )
