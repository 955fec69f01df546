import type { Reason } from '@attestry/core'
import {
  count,
  counted,
  figure,
  figuresApart,
  clippingNormWords,
  given,
  interval as ends,
  percent,
  samplerName,
  words,
} from '../format.js'
import { worstGap } from '../limits.js'
import { html, join, type Content, type Markup } from '../markup.js'
import type { ModelCard } from '../model-card.js'
import type { VerdictState } from '../verdict.js'
import { codeText, prose } from './parts.js'

const marks: Readonly<Record<VerdictState, string>> = {
  permitted: '✓',
  denied: '✕',
  waiting: '◔',
  failed: '✕',
  running: '◔',
  none: '○',
}

/** The first thing on the page: how the run ended, and what stands against it. */
export function verdictBanner({ verdict, run, controls: { counts } }: ModelCard): Markup {
  const { state, headline, meaning, refused, pending, met } = verdict
  const open = counts.missing + counts.stale + counts.failed
  return html`<section id="verdict" class="verdict ${state}" aria-labelledby="verdict-title">
<h2 id="verdict-title"><span class="mark" aria-hidden="true">${marks[state]}</span> ${headline}</h2>
<p>${meaning}</p>
${run.reason && html`<p>${codeText(run.reason.code)} ${prose(run.reason.message)}</p>`}
${reasonList('Refused', refused)}${reasonList('Still needed', pending)}${reasonList('Met', met)}
${
  counts.total > 0 &&
  html`<p class="evidence-line">Evidence for ${counted(counts.total, 'control')}: ${(['present', 'missing', 'stale', 'failed'] as const).map((state, i) => html`${i > 0 && ', '}${counts[state] > 0 ? html`<span class="state ${state}">${count(counts[state])} ${state}</span>` : `0 ${state}`}`)}.${open > 0 && html` <a href="#controls">Which ones</a>`}</p>`
}
</section>
`
}

const reasonList = (title: string, reasons: readonly Reason[]): Content =>
  reasons.length > 0 &&
  html`<h3>${title}</h3>
<ul>${reasons.map(
    ({ note, code, control, plugin, help }) => html`<li>${prose(note)}
<span class="quiet">${join([codeText(code), control, plugin], ', ')}</span>${help && html`<br><span class="help">${prose(help)}</span>`}</li>
`,
  )}</ul>
`

/** Five figures that answer the first questions. */
export const keyFigures = (card: ModelCard): Markup => html`<section id="figures" aria-labelledby="figures-title">
<h2 id="figures-title">Key figures</h2>
<dl class="figures">
${[records(card), privacy(card), accuracy(card), fairness(card), evidence(card)]}</dl>
</section>
`

/** One figure with its name, and what it is a figure of. */
export const tile = (name: string, value: Content, rest: Content): Markup => html`<div class="tile"><dt>${name}</dt>
<dd class="value">${value}</dd>
<dd class="rest">${rest}</dd></div>
`

const unknown = (name: string, why: string): Markup =>
  html`<div class="tile"><dt>${name}</dt>
<dd class="value none">not reached</dd>
<dd class="rest">${why}</dd></div>
`

function records({ trainingData: data }: ModelCard): Markup {
  if (!data) return unknown('Records', 'preprocessing did not finish')
  const dropped = data.rowsRead - data.rowsUsed - data.quarantined
  return tile('Records used', count(data.rowsUsed), [
    html`of ${count(data.rowsRead)} read: ${count(dropped)} dropped by plugins (${percent(dropped, data.rowsRead)}), ${count(data.quarantined)} in quarantine`,
  ])
}

function privacy({ model }: ModelCard): Markup {
  if (!model) return unknown('Privacy spent', 'training did not finish')
  if (!model.privacy)
    return tile('Privacy spent', 'no bound', 'Training was without differential privacy. No epsilon can be stated.')
  const { epsilonSpent, epsilonPlanned, epsilonLimit, delta, sampler, samplingProbability, unit, ...rest } =
    model.privacy
  const spent = epsilonSpent ?? epsilonPlanned
  const [value, limit] = figuresApart(spent, epsilonLimit ?? spent)
  return tile(
    'Privacy spent',
    html`ε ${value}${epsilonLimit !== null && html` <span class="of">of ${limit}</span>`}`,
    html`at delta ${given(delta)}, per ${unit}${epsilonLimit === null && ', no limit set'}. ${samplerName(sampler)} sampling${samplingProbability === null ? ' (one record exchanged for another)' : html` ${figure(samplingProbability)}`}, clipping norm ${clippingNormWords(rest)}, noise multiplier ${figure(rest.noiseMultiplier)}, accountant ${rest.accountant}`,
  )
}

function accuracy({ evaluation }: ModelCard): Markup {
  if (!evaluation) return unknown('Accuracy', 'evaluation did not finish')
  const found = evaluation.overall.find(({ metric }) => metric === 'accuracy')
  const baseline = evaluation.overall.find(({ metric }) => metric === 'baseline-accuracy')?.value
  if (typeof found?.value !== 'number') return tile('Accuracy', 'not assessed', 'no plugin measured it')
  return tile(
    'Accuracy',
    figure(found.value),
    html`${found.interval && html`interval ${ends(found.interval)}, `}${counted(found.n, 'test row')}; ${typeof baseline === 'number' ? `always answering with the most frequent class scores ${figure(baseline)}` : 'no baseline was measured'}`,
  )
}

function fairness({ evaluation }: ModelCard): Markup {
  const name = 'Worst group gap'
  if (!evaluation) return unknown(name, 'evaluation did not finish')
  const worst = worstGap(evaluation.limits)
  if (!worst) {
    const gap = evaluation.overall.find(({ metric }) => metric === 'demographic-parity-difference')
    if (typeof gap?.value !== 'number') return tile(name, 'not assessed', 'no gap between groups was measured')
    return tile(name, figure(gap.value), 'demographic parity difference; no limit was set')
  }
  const about = html`${words(worst.metric)}${worst.about !== null && ` ${worst.about}`}`
  if (worst.value === null) return tile(name, 'not assessed', html`${about}, limit ${given(worst.max)}`)
  const [value, limit] = figuresApart(worst.value, worst.max)
  const state = { met: 'within the limit', over: 'over the limit', 'not-assessed': 'not all groups were assessed' }[
    worst.state
  ]
  return tile(
    name,
    html`${value} <span class="of">of ${limit}</span>`,
    html`${about}${worst.interval && html`, interval ${ends(worst.interval)}`}; ${state}`,
  )
}

function evidence({ controls: { counts } }: ModelCard): Markup {
  if (counts.total === 0) return tile('Evidence', 'none', 'no loaded plugin states a control')
  return tile(
    'Controls with evidence',
    html`${count(counts.present)} <span class="of">of ${count(counts.total)}</span>`,
    `${count(counts.missing)} missing, ${count(counts.stale)} stale, ${count(counts.failed)} failed; in ${count(counts.people)} people decide, and software sees only what they signed`,
  )
}
