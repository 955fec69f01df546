import { join } from 'node:path'
import { Notifier, type Alert } from '../contracts/assessment.js'
import { Trainer } from '../contracts/training.js'
import type { OpenRun } from '../open-run.js'
import { rowCount, type RecordBatch } from '../record-batch.js'
import type { MonitorFacts, StageFacts } from '../run-record.js'
import { openSource } from './preprocess.js'
import { positiveClass, predictTable, sliceTable } from './predictions.js'
import { readSplit } from './shards.js'

/** Predicts later data window by window and lets every plugin compare it with the test set. */
export async function monitor(run: OpenRun, { preprocess, train }: Partial<StageFacts>): Promise<MonitorFacts> {
  const { data, monitoring } = run.info.config
  if (!monitoring) return { windows: 0, rows: 0, alerts: [] }
  const model = await run.services.get(Trainer).load(join(run.info.directory, 'model'))
  try {
    const reference = await predictTable(model, readSplit(run, preprocess!, 'test'), data)
    const later = await openSource(run, monitoring.source)
    const table = await predictTable(model, prepared(run, later.batches()), data)
    const rows = table.rowIds.length
    const windows = Math.ceil(rows / monitoring.windowRows)
    const alerts: (Alert & { window: number })[] = []
    for (let number = 0; number < windows; number++) {
      const predictions = sliceTable(table, number * monitoring.windowRows, (number + 1) * monitoring.windowRows)
      const found = await run.hooks.gather('monitor', {
        number,
        modelDigest: train!.modelDigest,
        predictions,
        reference,
        positiveClass: positiveClass(data),
      })
      for (const { plugin, answer } of found) alerts.push(await raise(run, { ...answer, plugin }, number))
      await run.bus.note('attestry.monitor.window-assessed', {
        stage: 'monitor',
        payload: { window: number, rows: predictions.rowIds.length, alerts: found.length },
      })
      run.progress({ stage: 'monitor', done: number + 1, total: windows, unit: 'rows' })
    }
    return { windows, rows, alerts }
  } finally {
    await model.close()
  }
}

/** Later data passes the same plugins as training data did. */
async function* prepared(run: OpenRun, batches: AsyncIterable<RecordBatch>): AsyncIterable<RecordBatch> {
  for await (const batch of batches) {
    const clean = await run.hooks.pipe('preprocess', batch)
    if (rowCount(clean) > 0) yield clean
  }
}

async function raise(run: OpenRun, alert: Alert, window: number): Promise<Alert & { window: number }> {
  await run.bus.act('attestry.monitor.alert-raised', { stage: 'monitor' }, async () => {
    await run.services.find(Notifier)?.notify(alert, window)
    return { value: undefined, fields: { payload: { ...alert, window } } }
  })
  return { ...alert, window }
}
