import { createHash } from 'node:crypto'
import { DataReader, Lineage, ShardStore, type Dataset, type Shard } from '../contracts/data.js'
import type { DataConfig } from '../config.js'
import { AttestryError } from '../errors.js'
import type { BatchFacts } from '../fold.js'
import type { OpenRun } from '../open-run.js'
import { filterRows, rowCount, selectColumns, textValues, type RecordBatch } from '../record-batch.js'
import type { PreprocessFacts } from '../run-record.js'

/** Reads the source, pipes every batch through the plugins, and writes what is left as train and test shards. */
export async function preprocess(run: OpenRun): Promise<PreprocessFacts> {
  const started = run.clock.now()
  const { data, training, evaluation } = run.info.config
  const dataset = await openSource(run, data.source)
  run.dataset.digest = dataset.digest

  const done: BatchFacts[] = []
  let number = 0
  let rowsSeen = 0
  for await (const batch of dataset.batches()) {
    const earlier = run.before?.batches.get(number)
    const canReuse = earlier?.dataset === dataset.digest && (await allPresent(run, earlier.shards))
    done.push(canReuse ? earlier : await prepare(run, batch, number, dataset, training.seed, evaluation.testFraction))
    number++
    rowsSeen += rowCount(batch)
    showProgress(run, dataset, rowsSeen)
    run.signal.throwIfAborted()
  }
  const { count, reasons } = dataset.quarantined()
  const facts: PreprocessFacts = {
    dataset: { digest: dataset.digest, format: dataset.format, sizeBytes: dataset.sizeBytes },
    rowsRead: sum(done.map(({ rowsRead }) => rowsRead)) + count,
    rowsUsed: sum(done.map(({ rowsUsed }) => rowsUsed)),
    quarantined: { count, reasons },
    byPlugin: addByPlugin(done),
    shards: done.flatMap(({ shards }) => shards),
    classCounts: addClassCounts(done),
    durationMs: run.clock.now() - started,
  }
  refuseUselessData(facts, data)
  await record(run, facts)
  return facts
}

/** The columns that the config names. Nothing else is stored. */
const declaredColumns = ({ label, text, features = {}, groups = [], keep = [] }: DataConfig): readonly string[] => [
  ...new Set([label, ...(text === undefined ? [] : [text]), ...Object.keys(features), ...groups, ...keep]),
]

/** Opens a data file with the columns that the config names. */
export function openSource(run: OpenRun, path: string): Promise<Dataset> {
  const { format, features = {}, subject } = run.info.config.data
  const numeric = Object.entries(features).flatMap(([name, feature]) => ('min' in feature ? [name] : []))
  return run.services.get(DataReader).open({
    path,
    ...(format && { format }),
    ...(subject !== undefined && { subject }),
    required: declaredColumns(run.info.config.data),
    numeric,
  })
}

/** By bytes, of which the total is known; by rows where the format tells no bytes. */
function showProgress(run: OpenRun, dataset: Dataset, rows: number): void {
  const bytes = dataset.bytesRead()
  if (bytes === null) run.progress({ stage: 'preprocess', done: rows, total: null, unit: 'rows' })
  else
    run.progress({
      stage: 'preprocess',
      done: bytes,
      total: dataset.sizeBytes,
      unit: 'bytes',
      note: `${rows.toLocaleString('en-GB')} rows`,
    })
}

async function prepare(
  run: OpenRun,
  batch: RecordBatch,
  number: number,
  dataset: Dataset,
  seed: number,
  testFraction: number,
): Promise<BatchFacts> {
  const { data } = run.info.config
  const byPlugin: PreprocessFacts['byPlugin'][number][] = []
  const piped = await run.hooks.pipe('preprocess', batch, (plugin, before, after) =>
    byPlugin.push({ plugin, dropped: rowCount(before) - rowCount(after), changed: changedRows(before, after) }),
  )
  refuseUnknownClasses(piped, data)
  // Plugins saw every column of the source; what is stored is what the config declared.
  const clean = selectColumns(piped, declaredColumns(data))
  const store = run.services.get(ShardStore)
  const isTest = (row: number): boolean => splitPoint(seed, clean.rowIds[row]!) < testFraction
  const splits = [
    { split: 'train', rows: filterRows(clean, row => !isTest(row)) },
    { split: 'test', rows: filterRows(clean, isTest) },
  ].filter(({ rows }) => rowCount(rows) > 0)
  // The event carries what the action left, so that a resumed run finds finished batches in the log.
  return run.bus.act('attestry.preprocess.shard-written', { stage: 'preprocess' }, async () => {
    const shards: Shard[] = []
    const bySubject = data.subject !== undefined
    for (const { split, rows } of splits) shards.push(await store.write(rows, split, { bySubject }))
    const facts: BatchFacts = {
      batch: number,
      dataset: dataset.digest,
      rowsRead: rowCount(batch),
      rowsUsed: rowCount(clean),
      byPlugin,
      shards,
      classCounts: Object.fromEntries(splits.map(({ split, rows }) => [split, countClasses(rows, data)])),
    }
    const fields = { objects: shards.map(({ digest }) => digest), payload: facts }
    return { value: facts, fields }
  })
}

/** A number in [0, 1) that depends on the row and the seed alone. */
export function splitPoint(seed: number, rowId: string): number {
  return createHash('sha256').update(`split/${seed}/${rowId}`).digest().readUInt32BE(0) / 2 ** 32
}

function changedRows(before: RecordBatch, after: RecordBatch): number {
  const rowOf = new Map(before.rowIds.map((id, row) => [id, row]))
  const shared = Object.entries(after.columns).flatMap(([name, column]) => {
    const old = before.columns[name]
    return old && old !== column ? [{ old: old.values, now: column.values }] : []
  })
  if (shared.length === 0) return 0
  return after.rowIds.filter((id, row) => {
    const was = rowOf.get(id)
    return was !== undefined && shared.some(({ old, now }) => !Object.is(old[was], now[row]))
  }).length
}

function countClasses(batch: RecordBatch, { label, classes }: DataConfig): Record<string, number> {
  const counts = Object.fromEntries(classes.map(name => [name, 0]))
  for (const value of textValues(batch, label)) if (value !== null) counts[value]! += 1
  return counts
}

function refuseUnknownClasses(batch: RecordBatch, { label, classes }: DataConfig): void {
  const row = textValues(batch, label).findIndex(value => value === null || !classes.includes(value))
  if (row < 0) return
  throw new AttestryError({
    code: 'CORE-E044',
    message: `row ${batch.rowIds[row]!.split(':')[1]} has a '${label}' that is not one of the declared classes`,
    notes: [`declared classes: ${classes.join(', ')}`],
    help: "add the class to 'data.classes', or mend the row",
  })
}

function refuseUselessData({ rowsUsed, rowsRead, classCounts }: PreprocessFacts, { label }: DataConfig): void {
  if (rowsUsed === 0)
    throw new AttestryError({
      code: 'CORE-E045',
      message: `no row is left of ${rowsRead}: everything was dropped or quarantined`,
      help: 'look at the counts per plugin with `attestry report`, and at quarantine.jsonl',
    })
  for (const split of ['train', 'test']) {
    const seen = Object.entries(classCounts[split] ?? {}).filter(([, count]) => count > 0)
    if (seen.length < 2)
      throw new AttestryError({
        code: 'CORE-E046',
        message: `the ${split} split has ${seen.length === 0 ? 'no rows' : `one class only: '${seen[0]![0]}'`}`,
        notes: [`classes are read from column '${label}'`],
        help: 'a classifier needs rows of at least two classes on both sides: add data, or change evaluation.testFraction',
      })
  }
}

async function allPresent(run: OpenRun, shards: readonly Shard[]): Promise<boolean> {
  const store = run.services.get(ShardStore)
  return (await Promise.all(shards.map(({ digest }) => store.has(digest)))).every(Boolean)
}

async function record(run: OpenRun, facts: PreprocessFacts): Promise<void> {
  const { dataset, rowsRead, rowsUsed, quarantined, byPlugin, shards } = facts
  await run.services.find(Lineage)?.record({
    kind: 'source',
    name: 'training data',
    inputs: [],
    outputs: [dataset.digest],
    rowsOut: rowsRead,
  })
  await run.services.find(Lineage)?.record({
    kind: 'transformation',
    name: 'preprocess',
    inputs: [dataset.digest],
    outputs: shards.map(({ digest }) => digest),
    parameters: { plugins: byPlugin.map(({ plugin }) => plugin) },
    rowsIn: rowsRead,
    rowsOut: rowsUsed,
  })
  await run.evidence({
    type: 'data-intake',
    controls: [],
    outcome: 'info',
    subjects: [{ name: 'dataset', digest: dataset.digest }],
    facts: { rowsRead, rowsUsed, quarantined: quarantined.count, byPlugin: byPlugin },
  })
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

function addByPlugin(batches: readonly BatchFacts[]): PreprocessFacts['byPlugin'] {
  const totals = new Map<string, { plugin: string; dropped: number; changed: number }>()
  for (const { plugin, dropped, changed } of batches.flatMap(({ byPlugin }) => byPlugin)) {
    const total = totals.get(plugin) ?? { plugin, dropped: 0, changed: 0 }
    totals.set(plugin, { plugin, dropped: total.dropped + dropped, changed: total.changed + changed })
  }
  return [...totals.values()]
}

function addClassCounts(batches: readonly BatchFacts[]): PreprocessFacts['classCounts'] {
  const totals: Record<string, Record<string, number>> = {}
  for (const { classCounts } of batches)
    for (const [split, counts] of Object.entries(classCounts)) {
      const total = (totals[split] ??= {})
      for (const [name, count] of Object.entries(counts)) total[name] = (total[name] ?? 0) + count
    }
  return totals
}
