import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sizeOf } from '@attestry/autograd'
import { normalDraw, seededRandom } from '@attestry/core'
import { writeSafetensorsFile } from '../../src/files/write-safetensors.js'
import { bertConfig, bertTensors, distilBertConfig, encoderTensors } from '../../src/index.js'
import { wordPieceJson } from '../text/other-tokenizers.js'

const tokenizer = wordPieceJson(true) as { readonly model: { readonly vocab: Readonly<Record<string, number>> } }
const vocab_size = Object.keys(tokenizer.model.vocab).length

const bert = {
  architectures: ['BertModel'],
  model_type: 'bert',
  vocab_size,
  hidden_size: 32,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  intermediate_size: 64,
  max_position_embeddings: 64,
}
const distilBert = {
  architectures: ['DistilBertModel'],
  model_type: 'distilbert',
  vocab_size,
  dim: 32,
  n_layers: 2,
  n_heads: 4,
  hidden_dim: 64,
  max_position_embeddings: 64,
}

/** A small encoder with random weights and a tokenizer of letters, saved without a head, as MiniLM is published. */
export async function writeEncoder(folder: string, family: 'bert' | 'distilbert'): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const config = family === 'bert' ? bert : distilBert
  const put = (name: string, value: unknown): void => writeFileSync(join(folder, name), JSON.stringify(value))
  put('config.json', config)
  put('tokenizer.json', tokenizer)
  put('tokenizer_config.json', {})
  const random = seededRandom(3)
  const tensors = family === 'bert' ? bertTensors(bertConfig(config)) : encoderTensors(distilBertConfig(config))
  const stored = tensors.map(({ name, shape }) => {
    const centre = /norm.*weight$/i.test(name) ? 1 : 0
    const deviation = shape.length > 1 ? 1 / Math.sqrt(shape.at(-1)!) : 0.02
    const data = Float32Array.from({ length: sizeOf(shape) }, () => centre + deviation * normalDraw(random))
    return { name: name.slice(family.length + 1), shape, data }
  })
  await writeSafetensorsFile(join(folder, 'model.safetensors'), stored, { format: 'pt' })
}
