import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { f32, type Tensor } from '@attestry/autograd'
import { digestOf, type Digest } from '@attestry/core'
import { openCheckpoint, type Checkpoint } from '../files/checkpoint.js'
import { storedName, type SequenceClassifier } from '../models/sequence-classifier.js'

const tokenizerFiles = ['tokenizer.json', 'tokenizer_config.json']

/**
 * One digest for everything of a base model that decides what it predicts: config, weights and tokenizer.
 *
 * @param path folder or GGUF file
 * @throws as `openCheckpoint`
 */
export async function baseModelDigest(path: string): Promise<Digest> {
  const checkpoint = await openCheckpoint(path)
  try {
    return await digestOfFiles(path, checkpoint)
  } finally {
    await checkpoint.close()
  }
}

/** The same of an open checkpoint. */
export async function digestOfFiles(path: string, checkpoint: Checkpoint): Promise<Digest> {
  const files: Record<string, string> = { ...(await checkpoint.digests()) }
  if (checkpoint.format === 'safetensors')
    for (const name of tokenizerFiles) {
      const digest = await fileDigest(join(path, name))
      if (digest !== undefined) files[name] = digest
    }
  return digestOf(files)
}

async function fileDigest(file: string): Promise<string | undefined> {
  const hash = createHash('sha256')
  try {
    await pipeline(createReadStream(file), hash)
  } catch {
    return undefined
  }
  return hash.digest('hex')
}

/** Reads the weights of a base model, as graphs are fed them: 32-bit floats. */
export async function readBaseWeights(
  classifier: Pick<SequenceClassifier, 'shapes' | 'otherNames'>,
  checkpoint: Checkpoint,
): Promise<Readonly<Record<string, Tensor>>> {
  const weights: Record<string, Tensor> = {}
  for (const [name, shape] of classifier.shapes)
    weights[name] = f32(shape, await checkpoint.read(storedName(classifier, checkpoint.tensors, name)))
  return weights
}
