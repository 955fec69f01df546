import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { f32, type ParameterShape, type Tensor } from '@attestry/autograd'
import { canonicalJson, sha256, type Digest, type LoraChoice, type ModelFile } from '@attestry/core'
import { isJsonObject, parseJsonObject, type JsonObject } from '../files/json-object.js'
import { adapterFiles, readAdapter, writeAdapter } from '../files/peft.js'
import { readSmall } from '../files/source-file.js'
import { adapterChanged, badClassifier } from '../models/errors.js'
import type { AdaptedClassifier } from './classifier-task.js'
import type { TokenLayout } from './token-rows.js'

/** Name of the file beside the adapter that says what it belongs to. */
export const descriptionFile = 'attestry.json'

const format = 'attestry-text-classifier-1'
const mostDescriptionBytes = 2 ** 20

/** What prediction needs beside the adapter. */
export interface ClassifierDescription {
  readonly classes: readonly string[]
  readonly layout: TokenLayout
  /** Where the base model is, as the config names it, and the digest of its files. */
  readonly base: { readonly path: string; readonly digest: Digest }
  readonly lora: LoraChoice
  /** Digest of the training plan. */
  readonly plan: Digest
}

/**
 * Writes adapter and head as PEFT does, and their description. What was written is read back and compared.
 *
 * @throws LM-E065 when the files hold something else, LM-E015 and LM-E019 when they cannot be written
 */
export async function writeClassifier(
  folder: string,
  { classifier, lora, parameters }: AdaptedClassifier,
  trained: Readonly<Record<string, Float32Array>>,
  description: ClassifierDescription,
): Promise<readonly ModelFile[]> {
  const { rank, alpha, dropout = 0, targetModules } = lora
  const tensors = parameters.map(({ name, shape }) => ({ name, shape, data: trained[name]! }))
  await writeAdapter(folder, {
    rank,
    alpha,
    dropout,
    rankStabilised: false,
    targetModules: targetModules === 'all-linear' ? lastParts(classifier.linears) : targetModules,
    task: 'SEQ_CLS',
    base: description.base.path,
    modulesToSave: classifier.headModules,
    tensors,
  })
  const stored = await readTrained(folder, parameters)
  for (const { name, data } of tensors)
    if (data.some((value, i) => !Object.is(value, stored[name]!.data[i]))) {
      for (const file of Object.values(adapterFiles)) await rm(join(folder, file), { force: true })
      throw adapterChanged(folder, name)
    }
  const files: ModelFile[] = []
  for (const name of Object.values(adapterFiles))
    files.push({ name, digest: sha256(await readFile(join(folder, name))) })
  const adapter = Object.fromEntries(files.map(({ name, digest }) => [name, digest]))
  const text = new TextEncoder().encode(`${canonicalJson({ format, adapter, ...description })}\n`)
  await writeFile(join(folder, descriptionFile), text)
  return [...files, { name: descriptionFile, digest: sha256(text) }]
}

const lastParts = (paths: readonly string[]): readonly string[] => [
  ...new Set(paths.map(path => path.slice(path.lastIndexOf('.') + 1))),
]

/**
 * The trained tensors of a folder, as graphs are fed them.
 *
 * @throws LM-E018 for tensors that are not those of the model, and as `readAdapter`
 */
export async function readTrained(
  folder: string,
  parameters: readonly ParameterShape[],
): Promise<Readonly<Record<string, Tensor>>> {
  const { tensors } = await readAdapter(folder)
  const stored = new Map(tensors.map(tensor => [tensor.name, tensor]))
  const fed: Record<string, Tensor> = {}
  for (const { name, shape } of parameters) {
    const found = stored.get(name)
    if (!found || String(found.shape) !== String(shape))
      throw badClassifier(folder, `lacks the tensor ${name} of [${shape}]`)
    fed[name] = f32(shape, found.data)
  }
  if (stored.size !== parameters.length) throw badClassifier(folder, 'holds tensors that are not of this model')
  return fed
}

/**
 * What a folder says of its classifier.
 *
 * @throws LM-E068 when the description is missing or damaged, or describes other files than those beside it
 */
export async function readDescription(folder: string): Promise<ClassifierDescription> {
  const file = join(folder, descriptionFile)
  const small = await readSmall(file, mostDescriptionBytes, size => badClassifier(file, `has ${size} bytes`))
  if (!small) throw badClassifier(folder, `has no ${descriptionFile}`)
  const value = parseJsonObject(small.bytes, problem => badClassifier(file, problem))
  const { classes, layout, base, lora, adapter } = value
  const isDescription =
    value.format === format &&
    Array.isArray(classes) &&
    classes.length >= 2 &&
    classes.every(name => typeof name === 'string') &&
    [layout, base, lora, adapter].every(isJsonObject)
  if (!isDescription) throw badClassifier(file, 'describes no text classifier of this package')
  for (const name of Object.values(adapterFiles)) {
    const bytes = await readFile(join(folder, name)).catch(() => undefined)
    if (!bytes || sha256(bytes) !== (adapter as JsonObject)[name])
      throw badClassifier(folder, `has another ${name} than the one that its description names`)
  }
  return value as unknown as ClassifierDescription
}
