import type { LayersModel } from '@tensorflow/tfjs'
import { doesNotFit, notPrivate } from './errors.js'

/** How a model answers: one probability per class, or the probability of the second of two. */
export type Answer = 'softmax' | 'sigmoid'

/**
 * Checks that a model takes `width` numbers and answers with probabilities of `classes` classes.
 *
 * @throws TFJS-E003 with both shapes
 */
export function answerOf(model: LayersModel, width: number, classes: number): Answer {
  const [input, output] = [model.inputs, model.outputs].map(tensors => tensors.map(({ shape }) => shape.slice(1)))
  if (input!.length !== 1 || input![0]!.length !== 1 || input![0]![0] !== width)
    throw doesNotFit(`the model takes ${JSON.stringify(input)}, a row of the declared features has [[${width}]]`)
  const units = output!.length === 1 && output![0]!.length === 1 ? output![0]![0] : undefined
  const last = model.layers.at(-1)!
  const activation = last.getClassName() === 'Softmax' ? 'softmax' : last.getConfig().activation
  if (units === classes && activation === 'softmax') return 'softmax'
  if (units === 1 && classes === 2 && activation === 'sigmoid') return 'sigmoid'
  throw doesNotFit(
    `the model answers ${JSON.stringify(output)} by '${String(activation)}', ${classes} classes need [[${classes}]] by 'softmax'${classes === 2 ? " or [[1]] by 'sigmoid'" : ''}`,
  )
}

/** Layers in which every example goes its own way, the same way each time. */
const private_ = [
  'Activation',
  'Add',
  'Average',
  'AveragePooling1D',
  'AveragePooling2D',
  'Concatenate',
  'Conv1D',
  'Conv2D',
  'Dense',
  'ELU',
  'Flatten',
  'GlobalAveragePooling1D',
  'GlobalAveragePooling2D',
  'GlobalMaxPooling1D',
  'GlobalMaxPooling2D',
  'InputLayer',
  'LayerNormalization',
  'LeakyReLU',
  'MaxPooling1D',
  'MaxPooling2D',
  'Maximum',
  'Minimum',
  'Multiply',
  'PReLU',
  'Permute',
  'ReLU',
  'RepeatVector',
  'Reshape',
  'Softmax',
]

/** @throws TFJS-E004 for a layer that mixes examples, draws random numbers, or is not known */
export function checkPrivateLayers(model: LayersModel): void {
  for (const layer of model.layers) {
    const kind = layer.getClassName()
    if (private_.includes(kind)) continue
    if (kind.startsWith('BatchNormalization')) throw notPrivate(layer.name, kind, 'mixes the examples of a batch')
    if (/Dropout|Noise/.test(kind))
      throw notPrivate(layer.name, kind, 'draws random numbers that a resumed run cannot repeat')
    throw notPrivate(layer.name, kind, 'is not known to keep examples apart')
  }
}
