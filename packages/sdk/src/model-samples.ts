import {
  concatBatches,
  predictTable,
  ShardStore,
  takeRows,
  Trainer,
  type Plugin,
  type PredictionTable,
  type RecordBatch,
  type RunRecord,
} from '@attestry/core'
import { join } from 'node:path'
import { withServices } from './open-composition.js'

/** A trained model with what is needed to open it again. */
export interface OpenableModel {
  readonly record: RunRecord
  readonly directory: string
  readonly workspace: string
  readonly plugins: readonly Plugin[]
}

/** What a model answers for rows that it was not trained on, and for some that it was. */
export interface ModelSamples {
  readonly test: PredictionTable
  /** The rows of `test` themselves, in its order. */
  readonly inputs: RecordBatch
  readonly train: PredictionTable
}

/**
 * Predicts the held-out rows of a run and as many of its training rows.
 *
 * @param most rows of either kind, from the beginning of each split, whose order is random
 */
export async function modelSamples(
  { record, directory, workspace, plugins }: OpenableModel,
  most: number,
): Promise<ModelSamples> {
  const { data } = record.config
  const shards = record.stages.preprocess?.shards ?? []
  return withServices({ plugins, workspace, directory }, [ShardStore, Trainer], async services => {
    const store = services.get(ShardStore)
    const rowsOf = async (split: string): Promise<RecordBatch> => {
      const taken: RecordBatch[] = []
      let count = 0
      for (const shard of shards) {
        if (shard.split !== split || count >= most) continue
        const batch = await store.read(shard)
        const own = Math.min(batch.rowIds.length, most - count)
        taken.push(
          own === batch.rowIds.length
            ? batch
            : takeRows(
                batch,
                Array.from({ length: own }, (_, i) => i),
              ),
        )
        count += own
      }
      return concatBatches(taken)
    }
    const model = await services.get(Trainer).load(join(directory, 'model'))
    try {
      const [inputs, members] = [await rowsOf('test'), await rowsOf('train')]
      const tableOf = (batch: RecordBatch): Promise<PredictionTable> =>
        predictTable(
          model,
          (async function* () {
            if (batch.rowIds.length > 0) yield batch
          })(),
          data,
        )
      return { test: await tableOf(inputs), inputs, train: await tableOf(members) }
    } finally {
      await model.close()
    }
  })
}
