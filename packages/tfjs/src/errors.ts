import { AttestryError, type ErrorCatalogue } from '@attestry/core'

/** Every code of this package. */
export const errorCatalogue: ErrorCatalogue = {
  'TFJS-E001': {
    title: 'TensorFlow.js cannot be started',
    explanation:
      'A layers model needs TensorFlow.js, and neither the native backend nor the WebAssembly one could be loaded. It is a peer dependency, so it is not installed by itself. Install it beside this package; the native backend is taken instead where it is installed.',
    example: 'npm install @tensorflow/tfjs @attestry/tfjs',
  },
  'TFJS-E002': {
    title: 'the files are no layers model',
    explanation:
      'The folder lacks model.json or its weights, holds something else, or its parts do not fit together. Sizes and names are checked before anything is built from them, because a model file is input like any other. Take the folder as TensorFlow.js wrote it, or save the model again.',
    example: "await saveLayersModel(model, './models/mine')",
  },
  'TFJS-E003': {
    title: 'the layers model does not fit the data',
    explanation:
      'The model must take one row of the declared features and answer with one probability per class. Training something that was bent to fit would measure another model than yours. The message gives both shapes; a number takes two inputs (value, missing), a category one per value and one more.',
    example: "tf.layers.dense({ units: 2, activation: 'softmax' })",
  },
  'TFJS-E004': {
    title: 'a layer does not allow private training',
    explanation:
      'Per-example clipping bounds what one record can do only when every example passes the model alone and the same way each time. Layers that mix the examples of a batch, or draw random numbers of their own, break the proof behind epsilon, and so does a layer that is not known here. Replace the layer, or train without privacy.',
    example: 'tf.layers.layerNormalization() instead of tf.layers.batchNormalization()',
  },
  'TFJS-E005': {
    title: 'the model is not the one that the config names',
    explanation:
      'The config gives the digest of the base model, and the files in its folder have another. Approvals and evidence speak of the one that was named. Restore the files, or name the new digest and ask again.',
    example: '"model": { "architecture": "layers-model", "path": "models/mine", "digest": "sha256:…" }',
  },
  'TFJS-E006': {
    title: 'the training session is closed',
    explanation:
      'A step, a prediction or an export was asked for after the session had been closed. Its tensors are gone, so nothing could be answered. Open a new session, or load the exported model.',
    example: 'const model = await trainer.load(directory)',
  },
}

export const backendMissing = (cause: unknown): AttestryError =>
  new AttestryError({
    code: 'TFJS-E001',
    message: 'neither @tensorflow/tfjs-node nor @tensorflow/tfjs with WebAssembly can be loaded',
    cause,
    help: 'npm install @tensorflow/tfjs',
  })

export const notAModel = (message: string, cause?: unknown): AttestryError =>
  new AttestryError({
    code: 'TFJS-E002',
    message,
    ...(cause !== undefined && { cause }),
    help: 'take the folder as TensorFlow.js wrote it, or save the model again',
  })

export const doesNotFit = (message: string): AttestryError =>
  new AttestryError({ code: 'TFJS-E003', message, help: 'change the first or last layer, or the declared features' })

export const notPrivate = (layer: string, kind: string, why: string): AttestryError =>
  new AttestryError({
    code: 'TFJS-E004',
    message: `layer '${layer}' (${kind}) ${why}`,
    help: 'replace the layer, or train without privacy',
  })

export const otherModel = (expected: string, found: string): AttestryError =>
  new AttestryError({
    code: 'TFJS-E005',
    message: `the base model has digest ${found}, the config names ${expected}`,
    help: 'restore the files, or name the new digest',
  })

export const sessionClosed = (): AttestryError =>
  new AttestryError({
    code: 'TFJS-E006',
    message: 'the training session is closed',
    help: 'open a new session, or load the exported model',
  })
