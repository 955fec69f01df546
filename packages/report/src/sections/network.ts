import { newest, type ChecklistFacts } from '../checklist/facts.js'
import { numberIn, objectsIn, textIn, textsIn } from '../facts.js'
import { count, counted } from '../format.js'
import { html, type Markup } from '../markup.js'
import { codeText, dataTable, note, outcomeMark, section } from './parts.js'

/** What the run could reach, and what it was kept from. */
export function networkSection(facts: ChecklistFacts): Markup {
  const { localOnly, allow } = facts.record.config.network
  const asked = html`<p>${localOnly ? 'The config keeps the run on this machine' : 'The config lets the run connect to other machines'}${allow.length > 0 && html`, except for ${allow.map(host => html`${codeText(host)} `)}`}.</p>
`
  const found = newest(facts, 'local-processing')
  if (!found)
    return section('network', 'Network', [
      asked,
      html`<p class="none">No guard was closed, so nothing tells what the run connected to.</p>`,
    ])
  const { facts: said, outcome } = found.item
  const refusals = numberIn(said['refusals']) ?? 0
  const allowed = textsIn(said['allowed'])
  return section('network', 'Network', [
    asked,
    html`<p>${outcomeMark(outcome)} The guard let this process and its workers reach loopback${allowed.length > 0 && html` and ${allowed.map(host => html`${codeText(host)} `)}`} only. ${refusals === 0 ? 'Nothing else was tried.' : html`<strong>${counted(refusals, 'attempt')}</strong> to reach something else ${refusals === 1 ? 'was' : 'were'} refused.`}</p>
`,
    refusals > 0 &&
      dataTable(
        'Refused attempts',
        [{ name: 'Host' }, { name: 'Way' }],
        objectsIn(said['refused']).map(one => [codeText(textIn(one['host']) ?? ''), textIn(one['way']) ?? '']),
      ),
    objectsIn(said['refused']).length < refusals &&
      note(`The first ${count(objectsIn(said['refused']).length)} of ${count(refusals)} are listed.`),
    note('The guard is discipline for honest code and its mistakes, no sandbox against hostile code.'),
  ])
}
