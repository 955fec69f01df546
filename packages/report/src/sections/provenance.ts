import type { LineageNode, RunRecord } from '@attestry/core'
import { count, counted, duration, sortedEntries, words } from '../format.js'
import { html, join, type Content, type Markup } from '../markup.js'
import type { EvidenceCard, ModelCard } from '../model-card.js'
import { lineageGraph } from '../plots/lineage-graph.js'
import { stageOrder } from '../verdict.js'
import { codeText, dataTable, folded, note, notReached, outcomeMark, proseTable, section, timeText } from './parts.js'

/** More nodes than this are not drawn. */
const mostDrawn = 200

/** Digests from source to model. */
export function lineageSection(lineage: readonly LineageNode[]): Markup {
  const title = 'Lineage'
  if (lineage.length === 0) return section('lineage', title, notReached('No transformation was recorded.'))
  return section('lineage', title, [
    lineageGraph(lineage.slice(0, mostDrawn)),
    lineage.length > mostDrawn && note(`The first ${mostDrawn} of ${lineage.length} nodes are drawn.`),
    folded(
      `Every step with its digests (${count(lineage.length)})`,
      proseTable(
        'Transformations',
        'nodes',
        ['Name', 'By', 'Rows', 'Inputs', 'Outputs'],
        lineage.map(({ name, kind, plugin, version, rowsIn, rowsOut, inputs, outputs }) => [
          html`${name}<br><span class="quiet">${kind}</span>`,
          plugin === undefined ? 'the kernel' : html`${codeText(plugin)}${version !== undefined && ` ${version}`}`,
          join([rowsIn !== undefined && `${count(rowsIn)} in`, rowsOut !== undefined && `${count(rowsOut)} out`], ', '),
          digestList(inputs),
          digestList(outputs),
        ]),
      ),
    ),
  ])
}

const digestList = (digests: readonly string[]): Content =>
  digests.length === 0
    ? html`<span class="quiet">none</span>`
    : html`<ul class="plain digests">${digests.slice(0, 4).map(digest => html`<li>${codeText(digest)}</li>`)}${digests.length > 4 && html`<li class="quiet">and ${count(digests.length - 4)} more</li>`}</ul>`

/** What was signed, by the run and by people. */
export const evidenceSection = ({ evidence, signedByPeople, unreadable }: ModelCard): Markup =>
  section('evidence', 'Signed statements', [
    html`<p>${counted(evidence.length, 'statement')} of evidence, signed by the run; ${count(signedByPeople.length)} signed by people or about the deployment.</p>
`,
    folded(
      'Evidence of the run',
      proseTable(
        'Evidence, in the order of first appearance',
        'statements',
        ['File', 'Type', 'Outcome', 'Newest', 'Controls'],
        alike(evidence).map(([first, last, files]) => [
          files === 1 ? codeText(first.file) : html`${codeText(last.file)} and ${counted(files - 1, 'older file')}`,
          words(first.type),
          outcomeMark(first.outcome),
          timeText(last.collectedAt),
          first.controls.join(', ') || html`<span class="quiet">none</span>`,
        ]),
      ),
    ),
    proseTable(
      'Approvals, attestations, resolutions and deployments',
      'statements',
      ['File', 'Type', 'Signed by', 'Roles'],
      signedByPeople.map(({ file, type, signer, roles }) => [codeText(file), type, signer, roles.join(', ')]),
    ),
    unreadable.length > 0 &&
      html`<p class="stopped">Evidence that verifies but cannot be read, and supports nothing: ${unreadable.map(file => html`${codeText(file)} `)}</p>`,
  ])

/** First and newest of the statements that differ in file and time alone: a hundred windows are not a hundred lines. */
function alike(evidence: readonly EvidenceCard[]): readonly (readonly [EvidenceCard, EvidenceCard, number])[] {
  const lines = new Map<string, readonly [EvidenceCard, EvidenceCard, number]>()
  for (const one of evidence) {
    const key = JSON.stringify([one.type, one.outcome, one.controls])
    const [first, , files] = lines.get(key) ?? [one, one, 0]
    lines.set(key, [first, one, files + 1])
  }
  return [...lines.values()]
}

/** How a stranger checks this, and what the check cannot tell. */
export const verifySection = ({ run, digests }: ModelCard): Markup =>
  section(
    'verify',
    'Check it yourself',
    html`<p>On the folder of this run, without network, database or private key:</p>
<pre tabindex="0"><code>attestry verify ${run.id}</code></pre>
<p><strong>It shows</strong> that every log entry lies under a signed checkpoint, that nothing was cut out, reordered or changed under that checkpoint, that each statement’s signature belongs to the key it names, and that the files of data and model have the digests below.</p>
<p><strong>It does not show</strong></p>
<ul>
<li>that the log was not written anew as a whole by whoever holds the signing key: unless the verifier reports a witness, it is <em>not witnessed</em>, and only a checkpoint that someone else kept can tell;</li>
<li>that the source data was right, complete, or yours to use;</li>
<li>that a plugin measured well, only what it measured and signed;</li>
<li>that any law is met: that is for people to judge, with this as evidence.</li>
</ul>
${dataTable(
  'Digests that approvals and the verdict are about',
  [{ name: 'What' }, { name: 'Digest' }],
  sortedEntries(digests).map(([name, digest]) => [name, codeText(digest)]),
)}`,
  )

/** What happened when. */
export function timelineSection(record: RunRecord): Markup {
  const { startedAt, endedAt, resumedAt, stages, status, reason } = record
  return section('timeline', 'Timeline', [
    dataTable(
      'Start, resumes and end',
      [{ name: 'Time' }, { name: 'What happened' }],
      [
        [timeText(startedAt), 'started'],
        ...resumedAt.map(time => [timeText(time), 'resumed: what was finished is found by digest and not done again']),
        endedAt === null
          ? ['not ended', `status ${status}`]
          : [timeText(endedAt), `ended, status ${status}${reason ? ` (${reason.code})` : ''}`],
      ],
    ),
    dataTable(
      'Stages',
      [{ name: 'Stage' }, { name: 'State' }, { name: 'Time taken', isNumber: true }],
      stageOrder.map(stage => {
        const facts = stages[stage]
        const time = facts && 'durationMs' in facts ? duration(facts.durationMs) : ''
        return [stage, facts ? 'finished' : html`<span class="none-inline">not reached or not finished</span>`, time]
      }),
    ),
  ])
}
