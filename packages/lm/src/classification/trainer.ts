import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { chooseRuntime, openRuntime, sizeOf, type Runtime, type RuntimeOptions } from '@attestry/autograd'
import type { Digest, ModelConfig, Trainer } from '@attestry/core'
import { planFor } from '@attestry/trainer'
import { openCheckpoint, type Checkpoint } from '../files/checkpoint.js'
import { dataDoesNotFit, notPlannable, otherBase } from '../models/errors.js'
import { describeClassifier } from '../models/sequence-classifier.js'
import { openModelTokenizer } from '../text/open-tokenizer.js'
import { digestOfFiles, readBaseWeights } from './base-model.js'
import { readDescription, readTrained } from './classifier-folder.js'
import { openPredictor } from './classifier-predictor.js'
import { openClassifierSession } from './classifier-session.js'
import { adaptClassifier, type AdaptedClassifier } from './classifier-task.js'
import { tokenLayout, type LanguageModelConfig } from './token-rows.js'

export interface LanguageModelTrainerOptions {
  /** Folder that `model.path` is relative to. */
  readonly baseDirectory: string
  /** `auto` takes onnxruntime-node, and onnxruntime-web where that cannot be loaded. */
  readonly runtime?: RuntimeOptions['prefer']
  /** Threads of one operator; by default all cores. */
  readonly threads?: number
}

/** What the activations of one graph run may take together. */
const memoryBytes = 2 ** 31

/** The trainer of text classifiers over language models. The runtime is loaded once, when training or prediction begins. */
export function createLanguageModelTrainer(options: LanguageModelTrainerOptions): Trainer {
  const { baseDirectory, runtime: prefer = 'auto', threads = availableParallelism() } = options
  let opened: Promise<Runtime> | undefined
  const runtime = (): Promise<Runtime> => (opened ??= openRuntime({ prefer, threads }))

  /** The base model of a config, while `use` runs. */
  const withBase = async <Result>(
    model: Pick<LanguageModelConfig, 'path' | 'lora' | 'maxTokens'>,
    classes: readonly string[],
    use: (adapted: AdaptedClassifier, checkpoint: Checkpoint, path: string) => Result | Promise<Result>,
  ): Promise<Result> => {
    const path = resolve(baseDirectory, model.path)
    const checkpoint = await openCheckpoint(path)
    try {
      const classifier = describeClassifier(checkpoint, classes.length)
      if (model.maxTokens > classifier.maxPositions)
        throw notPlannable(`maxTokens is ${model.maxTokens}, the model takes ${classifier.maxPositions}`)
      return await use(adaptClassifier(classifier, model.lora), checkpoint, path)
    } finally {
      await checkpoint.close()
    }
  }

  return {
    async plan(request) {
      const model = languageModelOf(request.model)
      const layout = tokenLayout(request.data, model)
      const { name, because } = chooseRuntime({ prefer })
      return withBase(model, request.classes, ({ classifier, parameters, targets }, checkpoint) =>
        planFor(request, {
          engine: 'lm',
          layout,
          parameters: parameters.reduce((total, { shape }) => total + sizeOf(shape), 0),
          bytesPerExample: 4 * layout.maxTokens * classifier.keptPerToken,
          memoryBytes,
          because: `${architectureOf(checkpoint)} of ${checkpoint.format} with adapters of rank ${model.lora.rank} on ${targets.length} layers and a head, its other weights frozen; ${name}: ${because}`,
        }),
      )
    },
    async open(plan, data, request, context) {
      const model = languageModelOf(request.model)
      const layout = tokenLayout(request.data, model)
      return withBase(model, plan.classes, async (adapted, checkpoint, path) => {
        const digest = await checkedDigest(path, checkpoint, model.digest)
        return openClassifierSession(plan, data, request, context, {
          runtime: await runtime(),
          noiseWorkers: Math.max(0, Math.min(4, availableParallelism() - threads)),
          adapted,
          layout,
          tokenizer: await openModelTokenizer(path),
          model,
          weights: await readBaseWeights(adapted.classifier, checkpoint),
          digest,
        })
      })
    },
    async load(directory) {
      const { classes, layout, base, lora } = await readDescription(directory)
      const model = { path: base.path, lora, maxTokens: layout.maxTokens }
      return withBase(model, classes, async (adapted, checkpoint, path) => {
        await checkedDigest(path, checkpoint, base.digest)
        const tokenizer = await openModelTokenizer(path)
        const trained = await readTrained(directory, adapted.parameters)
        const feeds = { ...(await readBaseWeights(adapted.classifier, checkpoint)), ...trained }
        const predictor = openPredictor({ runtime: await runtime(), adapted, layout, tokenizer, classes })
        return { predict: batch => predictor.predict(batch, feeds), close: () => predictor.close() }
      })
    },
  }
}

const architectureOf = ({ config }: Checkpoint): string => String((config.architectures as readonly unknown[])[0])

function languageModelOf(model: ModelConfig): LanguageModelConfig {
  if (model.architecture === 'language-model') return model
  throw dataDoesNotFit(`this engine trains language models, and the config asks for '${model.architecture}'`)
}

async function checkedDigest(path: string, checkpoint: Checkpoint, expected: Digest | undefined): Promise<Digest> {
  const found = await digestOfFiles(path, checkpoint)
  if (expected !== undefined && found !== expected) throw otherBase(expected, found)
  return found
}
