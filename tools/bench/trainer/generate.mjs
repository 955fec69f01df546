// Greedy generation with a cache from a decoder with random weights: `node generate.mjs plain TOKENS` prints JSON.
import { openRuntime } from '@attestry/autograd'
import { fedLayers, generate, openDecoder } from '@attestry/lm'
import { randomModel } from './random-model.mjs'
import { shape } from './shape.mjs'

const model = randomModel(shape)
const runtime = await openRuntime({ threads: shape.threads })
const layers = fedLayers({ shapes: model.shapes, isTrained: () => false })
const decoder = openDecoder({ runtime, model, layers, feeds: model.weights })
const prompt = Int32Array.from({ length: 16 }, (_, i) => 100 + i)
const times = []
for (let round = 0; round < 3; round++) {
  decoder.reset()
  const started = performance.now()
  let count = 0
  for await (const _ of generate(decoder, prompt, { maxTokens: 64 })) count++
  if (round > 0) times.push((performance.now() - started) / count)
}
console.log(JSON.stringify({ times }))
