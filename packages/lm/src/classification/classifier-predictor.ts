import { createGraph, encodeModel, floats, softmax, type Runtime, type Session, type Tensor } from '@attestry/autograd'
import type { Predictions, RecordBatch } from '@attestry/core'
import type { Tokenizer } from '../text/tokenizer.js'
import type { AdaptedClassifier } from './classifier-task.js'
import { rowLength, tokenFeeds, tokenRows, type TokenLayout } from './token-rows.js'

const rowsPerRun = 8

export interface PredictorOptions {
  readonly runtime: Runtime
  readonly adapted: AdaptedClassifier
  readonly layout: TokenLayout
  readonly tokenizer: Tokenizer
  readonly classes: readonly string[]
}

/** Class probabilities of texts. Graphs hold no weights: they are fed those of any moment. */
export interface ClassifierPredictor {
  /** @param feeds the frozen base model and what was trained, by name */
  predict(batch: RecordBatch, feeds: Readonly<Record<string, Tensor>>): Promise<Predictions>
  close(): Promise<void>
}

/** Opens a predictor. Texts of similar length go through a graph together; a graph is made when a length first occurs. */
export function openPredictor({ runtime, adapted, layout, tokenizer, classes }: PredictorOptions): ClassifierPredictor {
  const { classifier } = adapted
  const layers = adapted.layers('prediction')
  const sessions = new Map<number, Promise<Session>>()
  const sessionFor = (length: number): Promise<Session> => {
    const opened = sessions.get(length) ?? runtime.open(encode(length))
    sessions.set(length, opened)
    return opened
  }
  const encode = (length: number): Uint8Array => {
    const graph = createGraph()
    graph.output('probabilities', softmax(graph, classifier.logits(graph, layers, rowsPerRun, length)))
    return encodeModel(graph, { name: 'classifier' })
  }
  return {
    async predict(batch, feeds) {
      const { tokens } = tokenRows(batch, layout, tokenizer)
      const byLength = [...tokens.keys()].sort((a, b) => tokens[a]!.length - tokens[b]!.length || a - b)
      const probabilities = new Float32Array(tokens.length * classes.length)
      for (let from = 0; from < byLength.length; from += rowsPerRun) {
        const rows = byLength.slice(from, from + rowsPerRun)
        const texts = rows.map(row => tokens[row]!)
        const length = rowLength(texts, classifier)
        const session = await sessionFor(length)
        const results = await session.run({ ...feeds, ...tokenFeeds(classifier, texts, rowsPerRun, length) })
        const found = floats(results.probabilities!)
        rows.forEach((row, i) =>
          probabilities.set(found.subarray(i * classes.length, (i + 1) * classes.length), row * classes.length),
        )
      }
      return { classes, probabilities }
    },
    async close() {
      for (const session of sessions.values()) await (await session).close()
      sessions.clear()
    },
  }
}
