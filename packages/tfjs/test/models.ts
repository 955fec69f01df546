import type { LayersModel } from '@tensorflow/tfjs'
import { batchOf, type Row } from '@attestry/plugin-kit'
import type { DataConfig, RecordBatch, TrainingConfig, TrainingRequest } from '@attestry/core'
import type { OpenedTf } from '../src/index.js'

export const data: DataConfig = {
  source: 'points.csv',
  label: 'label',
  classes: ['inner', 'outer'],
  features: { x: { min: -2, max: 2 }, y: { min: -2, max: 2 } },
}

/** Each number takes two inputs. */
export const width = 4

export const training: TrainingConfig = {
  epochs: 20,
  batchSize: 64,
  learningRate: 0.05,
  optimizer: 'adam',
  seed: 0,
  auditEverySteps: 10,
}

/** Points inside and outside a circle, from a seeded generator. */
export function points(rows: number, seed = 3): RecordBatch {
  let state = seed
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return (state / 2 ** 32) * 4 - 2
  }
  const values = Array.from({ length: rows }, (): Row => {
    const [x, y] = [next(), next()]
    return { subject: `s${rows}`, x, y, label: Math.hypot(x, y) < 1.5 ? 'inner' : 'outer' }
  })
  return batchOf(values)
}

export const requestOf = (rows: number, more: Partial<TrainingRequest> = {}): TrainingRequest => ({
  data,
  model: { architecture: 'layers-model', path: 'model' },
  training,
  rows,
  classes: data.classes,
  ...more,
})

/** A small model whose weights follow from the seed. */
export function mlp(
  { tf }: OpenedTf,
  units = 2,
  activation: 'softmax' | 'sigmoid' | 'linear' = 'softmax',
): LayersModel {
  const init = (seed: number) => tf.initializers.glorotUniform({ seed })
  return tf.sequential({
    layers: [
      tf.layers.dense({ inputShape: [width], units: 16, activation: 'tanh', kernelInitializer: init(1) }),
      tf.layers.dense({ units, activation, kernelInitializer: init(2) }),
    ],
  })
}
