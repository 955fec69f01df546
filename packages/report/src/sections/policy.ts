import type { Conflict, Decision, EffectivePolicy, RetentionRule, RunRecord, Source } from '@attestry/core'
import { count, counted, durationWords, given } from '../format.js'
import { html, type Content, type Markup } from '../markup.js'
import { codeText, folded, metricName, note, proseTable, section } from './parts.js'

/** What was in force, who asked for it, and where demands disagreed. */
export function policySection({ policy, policyDigest }: RunRecord): Markup {
  return section('policy', 'Policy in force', [
    html`<p>All demands combined; where several plugins ask, the strictest holds. Digest ${codeText(policyDigest)}.</p>
`,
    folded(
      `Demands in force (${count(demands(policy).length)})`,
      proseTable('Demands in force', 'demands', ['Demand', 'In force', 'Asked by'], demands(policy)),
    ),
    policy.conflicts.length === 0
      ? html`<p>No demands disagree.</p>`
      : html`<h3>Demands that disagree</h3>
${policy.conflicts.map(conflict)}`,
  ])
}

function demands(policy: EffectivePolicy): readonly (readonly Content[])[] {
  const { identifiers, epsilon, metrics, approvals, encryption, auditEverySteps, retention, documents } = policy
  const { network, erasure, holds } = policy
  return [
    ...identifiers.map(({ value, sources }) => [
      html`Remove ${codeText(value.type)}`,
      value.operator,
      askedBy(sources),
    ]),
    ...(epsilon
      ? [
          [
            'Privacy',
            `epsilon at most ${given(epsilon.value.epsilon)} at delta ${given(epsilon.value.delta)}`,
            askedBy(epsilon.sources),
          ],
        ]
      : []),
    ...metrics.map(({ value, sources }) => [metricName(value.metric), `at most ${given(value.max)}`, askedBy(sources)]),
    ...(approvals
      ? [['Approvals', `at least ${counted(approvals.value, 'person', 'people')}`, askedBy(approvals.sources)]]
      : []),
    ...(encryption
      ? [['Encryption at rest', `at least ${count(encryption.value.keyBits)} bits`, askedBy(encryption.sources)]]
      : []),
    ...(auditEverySteps
      ? [
          [
            'Training records',
            auditEverySteps.value === 1 ? 'every step' : `every ${count(auditEverySteps.value)} steps`,
            askedBy(auditEverySteps.sources),
          ],
        ]
      : []),
    ...retention.map(({ value, sources }) => [
      html`Keep ${codeText(value.dataClass)}`,
      period(value),
      askedBy(sources),
    ]),
    ...holds.map(({ value, sources }) => [
      html`Hold on ${codeText(value.dataClass)}`,
      html`nothing is destroyed, notice ${codeText(value.id)}`,
      askedBy(sources),
    ]),
    ...erasure.map(({ value, sources }) => [html`Erase ${codeText(value)}`, 'when the person asks', askedBy(sources)]),
    ...(network.localOnly ? [['Network', 'loopback only', askedBy(network.localOnly.sources)]] : []),
    ...network.hosts.map(({ value, sources }) => ['Network', html`connect to ${codeText(value)}`, askedBy(sources)]),
    ...documents.map(({ value, sources }) => [
      html`Document ${codeText(value)}`,
      'attested by a person',
      askedBy(sources),
    ]),
  ]
}

const period = ({ min, max, trigger }: RetentionRule): string => {
  const bounds =
    min !== null && min === max
      ? [`exactly ${durationWords(min)}`]
      : [min && `at least ${durationWords(min)}`, max && `at most ${durationWords(max)}`]
  return `${bounds.filter(Boolean).join(', ') || 'no bound'} from ${trigger}`
}

const askedBy = (sources: readonly Source[]): Content =>
  html`<ul class="plain">${sources.map(({ control, plugin }) => html`<li>${control} <span class="quiet">${plugin}</span></li>`)}</ul>`

/** What a person decided, in words. */
export const decisionWords = (decision: Decision): string =>
  'keep' in decision
    ? `keep ${durationWords(decision.keep)}`
    : 'connect' in decision
      ? `the connection is ${decision.connect === 'allow' ? 'allowed' : 'refused'}`
      : `the ${decision.first} goes first`

const conflict = ({ id, demands: asked, resolution }: Conflict): Markup => html`<div class="conflict">
<h4>${codeText(id)}</h4>
<ul>${asked.map(({ control, plugin, demand }) => html`<li>${control} <span class="quiet">${plugin}</span>: ${demand}</li>`)}</ul>
${
  resolution
    ? html`<p><span class="state present"><span class="mark" aria-hidden="true">✓</span> resolved</span> by ${resolution.signer}: ${decisionWords(resolution.decision)}, valid until <span class="date">${resolution.expires}</span>, for ${resolution.scope}. Legal basis stated: ${resolution.legalBasis}. Statement ${codeText(resolution.statement)}.</p>
${note('A person decided this and signed it; software picked no winner.')}`
    : html`<p><span class="state failed"><span class="mark" aria-hidden="true">✕</span> unresolved</span>: the run stops until a person signs which demand holds and on what legal basis.</p>`
}
</div>
`
