import { bytes, count, counted, duration, sortedEntries } from '../format.js'
import { html, type Content, type Markup } from '../markup.js'
import type { ModelCard, TrainingDataCard } from '../model-card.js'
import { waterfall, type WaterfallBar } from '../plots/waterfall.js'
import { codeText, dataTable, note, notReached, section } from './parts.js'

/** Where every row went. */
export function dataSection({ trainingData: data, run }: ModelCard, durationMs: number | undefined): Markup {
  const body = data ? dataBody(data, durationMs) : notReached(notPrepared(run.reason?.message))
  return section('data', 'What happened to the data', body)
}

const notPrepared = (reason: string | undefined): string =>
  `No counts exist, because preprocessing did not finish${reason === undefined ? '' : `: ${reason}`}.`

const dataBody = (data: TrainingDataCard, durationMs: number | undefined): Content => [
  html`<p>Dataset ${codeText(data.dataset.digest)}, ${data.dataset.format}, ${bytes(data.dataset.sizeBytes)}${durationMs !== undefined && `, prepared in ${duration(durationMs)}`}.</p>
`,
  html`<div class="tables">
<div>${[
    waterfall('Rows from the source to the splits', barsOf(data), data.rowsRead),
    data.quarantined > 0 &&
      dataTable(
        'Rows in quarantine, by reason',
        [{ name: 'Reason' }, { name: 'Rows', isNumber: true }],
        sortedEntries(data.quarantineReasons).map(([reason, rows]) => [reason, count(rows)]),
      ),
    dataTable(
      'Rows by split and class',
      [{ name: 'Split' }, { name: 'Class' }, { name: 'Rows', isNumber: true }],
      bySplit(data).flatMap(([split, counts]) =>
        sortedEntries(counts).map(([name, rows]) => [split, name, count(rows)]),
      ),
    ),
  ]}</div>
<div>${[
    dataTable(
      'Rows by plugin',
      [{ name: 'Plugin' }, { name: 'Dropped', isNumber: true }, { name: 'Changed', isNumber: true }],
      data.byPlugin.map(({ plugin, dropped, changed }) => [codeText(plugin), count(dropped), count(changed)]),
    ),
    identifiers(data),
  ]}</div>
</div>
`,
  unexplained(data) < 0 &&
    html`<p class="stopped">The counts do not add up: ${counted(-unexplained(data), 'row')} more ${unexplained(data) === -1 ? 'is' : 'are'} used than were left.</p>`,
  note(
    `${counted(data.shards.count, 'shard')} on disk, ${count(data.shards.encrypted)} encrypted. Counts are functions of private data that epsilon does not cover.`,
  ),
]

function identifiers({ identifiers: counts }: TrainingDataCard): Content {
  if (counts === null)
    return html`<p class="none">Identifiers of people: no evidence counts them. That is not the same as none found.</p>`
  const found = sortedEntries(counts.found)
  if (found.length === 0)
    return html`<p class="none">Identifiers of people: the rules in force found none. One that they do not know stays.</p>`
  return [
    dataTable(
      'Identifiers found and removed or masked, by type',
      [{ name: 'Type' }, { name: 'Found', isNumber: true }, { name: 'Found again afterwards', isNumber: true }],
      found.map(([type, times]) => [type, count(times), count(counts.foundAgain[type] ?? 0)]),
    ),
    note(
      'Found by rules: an identifier that the rules do not know stays in the text, and counts as found again only where the same rules see it.',
    ),
  ]
}

/** Rows that left between reading and use without a plugin or the quarantine naming them; negative when some appeared. */
const unexplained = ({ rowsRead, rowsUsed, quarantined, byPlugin }: TrainingDataCard): number =>
  rowsRead - quarantined - byPlugin.reduce((sum, { dropped }) => sum + dropped, 0) - rowsUsed

/** Bars from the rows read down to the rows used, then the splits. What the counts do not explain gets a bar of its own. */
export function barsOf(data: TrainingDataCard): readonly WaterfallBar[] {
  const bars: WaterfallBar[] = [{ name: 'read', from: 0, to: data.rowsRead, kind: 'total' }]
  let left = data.rowsRead
  const lose = (name: string, rows: number): void => {
    if (rows <= 0) return
    bars.push({ name, from: left, to: left - rows, kind: 'loss' })
    left -= rows
  }
  lose('could not be read (quarantine)', data.quarantined)
  for (const { plugin, dropped } of data.byPlugin) lose(`dropped by ${plugin}`, dropped)
  lose('not accounted for by any plugin', unexplained(data))
  bars.push({ name: 'used', from: 0, to: data.rowsUsed, kind: 'total' })
  for (const [split, counts] of bySplit(data)) {
    const rows = Object.values(counts).reduce((a, b) => a + b, 0)
    bars.push({ name: `used, ${split} split`, from: 0, to: rows, kind: 'total' })
  }
  return bars
}

/** Training rows first, then test rows, then any other split by name. */
const bySplit = ({
  classCounts,
}: TrainingDataCard): readonly (readonly [string, Readonly<Record<string, number>>])[] => {
  const place = (split: string): number => ['train', 'test'].indexOf(split) + 1 || 3
  return [...sortedEntries(classCounts)].sort(([a], [b]) => place(a) - place(b))
}
