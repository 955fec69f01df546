import { join } from 'node:path'
import { floats, i64, openRuntime, type Runtime, type Session, type Tensor } from '@attestry/autograd'
import { canonicalJson, sha256, type Digest } from '@attestry/core'
import { isJsonObject, parseJsonObject, type JsonObject } from '../files/json-object.js'
import { readSmall } from '../files/source-file.js'
import { noTokenClassifier, notPlannable, sessionClosed, unusableOnnx } from '../models/errors.js'
import { openTokenizer } from '../text/open-tokenizer.js'
import type { PlacedTokens } from '../text/token-offsets.js'
import type { Tokenizer } from '../text/tokenizer.js'
import { problemOfOnnx } from './check-onnx.js'
import { readLabels } from './label-scheme.js'
import { speakingWindows, tokenWindows, type TokenWindow } from './windows.js'
import { wordSpans, type Aggregation, type LabelledSpan } from './word-spans.js'

export type { LabelledSpan } from './word-spans.js'

export interface TokenClassifierOptions {
  /** By default the one that `openRuntime` finds. */
  readonly runtime?: Runtime
  /** Which token speaks for a word: its first (default), or the mean of all its tokens. */
  readonly aggregation?: Aggregation
  /** Tokens that are read at once, special ones included: 512 by default, and never more than the model has positions for. */
  readonly windowTokens?: number
  /** Tokens that neighbouring windows share; a quarter of a window by default. */
  readonly overlapTokens?: number
}

/** A model that gives labels to the parts of a text, such as names of persons. */
export interface TokenClassifier {
  /** What its labels name, without `O` and without the positions of BIO and the like. */
  readonly labels: readonly string[]
  /** Of all its files together: what evidence names. */
  readonly digest: Digest
  /** SHA-256 of each file. */
  readonly files: Readonly<Record<string, Digest>>
  /**
   * The spans of each text, sorted and disjoint. Texts of any length: long ones are read in windows that overlap.
   *
   * @throws LM-E051 for a text whose tokens cannot be placed, LM-E073 after `close`, AUTOGRAD-E010 when the runtime fails
   */
  classify(texts: readonly string[]): Promise<readonly (readonly LabelledSpan[])[]>
  close(): Promise<void>
}

const mostModelBytes = 2 ** 31 - 1
const mostConfigBytes = 2 ** 23
const mostLabels = 4_096
const defaultWindow = 512
const rowsPerRun = 8

/**
 * Opens a token classifier of a local folder, as Optimum and transformers export it: `model.onnx` (or `onnx/model.onnx`), `config.json`
 * with `id2label`, and `tokenizer.json`. Nothing is fetched.
 *
 * Before it is used it answers once, and what it answers must fit its labels. A model file decides what the native runtime computes:
 * take it from somebody you trust.
 *
 * @throws LM-E080 for files that are missing or do not belong together, LM-E081 for a model that is damaged or of another kind, LM-E064
 *   for an option that is no usable number, and as `openTokenizer` and `openRuntime`
 */
export async function openTokenClassifier(
  folder: string,
  options: TokenClassifierOptions = {},
): Promise<TokenClassifier> {
  const config = await readConfig(folder)
  const labels = labelsOf(config.value, config.file)
  const tokenizer = await openTokenizer(folder)
  const rows = config.value.vocab_size
  if (typeof rows === 'number' && tokenizer.vocabularySize > rows)
    throw noTokenClassifier(
      folder,
      `has a tokenizer with ids up to ${tokenizer.vocabularySize - 1}, and a model for ids up to ${rows - 1}`,
    )
  const model = await readModel(folder)
  const files = {
    [model.name]: `sha256:${model.digest}` as Digest,
    'config.json': `sha256:${config.digest}` as Digest,
    'tokenizer.json': await digestOf(join(folder, 'tokenizer.json')),
  }
  const around = specialTokens(tokenizer, folder)
  const window = windowOf(options, config.value, around.before.length + around.after.length)
  const runtime = options.runtime ?? (await openRuntime())
  const session = await runtime.open(model.bytes)
  const unknown = session.inputs.find(name => !Object.hasOwn(inputs, name))
  if (unknown !== undefined || !session.inputs.includes('input_ids')) {
    await session.close()
    throw unusableOnnx(model.file, inputProblem(unknown))
  }
  const reader: Reader = {
    session,
    labels: labels.length,
    around,
    pad: tokenizer.pad?.id ?? 0,
    file: model.file,
  }
  try {
    await readRows(reader, [tokenizer.encode('a', { special: false }).subarray(0, 1)])
  } catch (cause) {
    await session.close()
    throw cause
  }
  const meaning = readLabels(labels)
  let isClosed = false
  return {
    labels: [...new Set(meaning.flatMap(({ entity }) => entity ?? []))],
    digest: sha256(new TextEncoder().encode(canonicalJson(files))),
    files,
    async classify(texts) {
      if (isClosed) throw sessionClosed()
      const placed = texts.map(text => tokenizer.encodeWithOffsets(text))
      const probabilities = await readTexts(reader, placed, window)
      return placed.map((tokens, i) => wordSpans(tokens, probabilities[i]!, meaning, options.aggregation ?? 'first'))
    },
    async close() {
      if (isClosed) return
      isClosed = true
      await session.close()
    },
  }
}

/** What the graph may be fed, and the value of each at a token and at padding. */
const inputs: Readonly<Record<string, { readonly token: number; readonly padding: number }>> = {
  input_ids: { token: 0, padding: 0 },
  attention_mask: { token: 1, padding: 0 },
  token_type_ids: { token: 0, padding: 0 },
}

const inputProblem = (unknown: string | undefined): string =>
  unknown === undefined
    ? 'has no input named input_ids'
    : `asks for '${unknown.slice(0, 40)}', and token classifiers are fed ${Object.keys(inputs).join(', ')}`

interface ReadFile {
  readonly file: string
  readonly digest: string
}

async function readConfig(folder: string): Promise<ReadFile & { readonly value: JsonObject }> {
  const file = join(folder, 'config.json')
  const read = await readSmall(file, mostConfigBytes, size => noTokenClassifier(file, `has a config of ${size} bytes`))
  if (!read) throw noTokenClassifier(folder, 'has no config.json')
  return { file, digest: read.digest, value: parseJsonObject(read.bytes, problem => noTokenClassifier(file, problem)) }
}

async function readModel(
  folder: string,
): Promise<ReadFile & { readonly name: string; readonly bytes: Uint8Array<ArrayBufferLike> }> {
  for (const name of ['model.onnx', 'onnx/model.onnx']) {
    const file = join(folder, name)
    const read = await readSmall(file, mostModelBytes, size => unusableOnnx(file, `has ${size} bytes`))
    if (!read) continue
    const problem = problemOfOnnx(read.bytes)
    if (problem !== undefined) throw unusableOnnx(file, problem)
    return { file, name, digest: read.digest, bytes: read.bytes }
  }
  throw noTokenClassifier(folder, 'has no model.onnx')
}

async function digestOf(file: string): Promise<Digest> {
  const read = await readSmall(file, mostModelBytes, size => noTokenClassifier(file, `has ${size} bytes`))
  if (!read) throw noTokenClassifier(file, 'changed while it was read')
  return `sha256:${read.digest}`
}

/** `id2label`: ids from 0 on, each with a name. */
function labelsOf({ id2label }: JsonObject, file: string): readonly string[] {
  if (!isJsonObject(id2label)) throw noTokenClassifier(file, 'has no id2label, which names the labels')
  const count = Object.keys(id2label).length
  const labels = Array.from({ length: Math.min(count, mostLabels) }, (_, id) => id2label[String(id)])
  if (count < 2 || count > mostLabels || !labels.every(label => typeof label === 'string' && label !== ''))
    throw noTokenClassifier(file, `does not name labels 0 to ${count - 1} in id2label, 2 to ${mostLabels} of them`)
  return labels as readonly string[]
}

interface Around {
  readonly before: Int32Array
  readonly after: Int32Array
}

/** The special tokens that stand around a text. */
function specialTokens(tokenizer: Tokenizer, folder: string): Around {
  const bare = tokenizer.encode('a', { special: false })
  const whole = tokenizer.encode('a')
  for (let at = 0; bare.length > 0 && at + bare.length <= whole.length; at++)
    if (bare.every((id, i) => whole[at + i] === id))
      return { before: whole.slice(0, at), after: whole.slice(at + bare.length) }
  throw noTokenClassifier(folder, 'has a tokenizer that changes a text when it puts special tokens around it')
}

/** Families whose positions are counted from behind the id of padding. */
const countFromPadding: ReadonlySet<unknown> = new Set(['roberta', 'xlm-roberta', 'xlm-roberta-xl', 'camembert'])

interface WindowSize {
  /** Tokens of the text. */
  readonly size: number
  readonly overlap: number
}

function windowOf(options: TokenClassifierOptions, config: JsonObject, special: number): WindowSize {
  const { max_position_embeddings: positions, pad_token_id: pad, model_type } = config
  const unused = countFromPadding.has(model_type) ? (typeof pad === 'number' ? pad : 1) + 1 : 0
  const most = typeof positions === 'number' && positions > 0 ? positions - unused : Infinity
  const { windowTokens = defaultWindow } = options
  const size = Math.min(windowTokens, most) - special
  const { overlapTokens: overlap = Math.floor(size / 4) } = options
  if (!(Number.isInteger(size) && size >= 1))
    throw notPlannable(
      `a window of ${Math.min(windowTokens, most)} tokens has no room for a text beside ${special} special ones`,
    )
  if (!(Number.isInteger(overlap) && overlap >= 0 && overlap < size))
    throw notPlannable(`windows of ${size} tokens of a text cannot share ${overlap}`)
  return { size, overlap }
}

interface Reader {
  readonly session: Session
  /** How many there are. */
  readonly labels: number
  readonly around: Around
  readonly pad: number
  readonly file: string
}

/** Probabilities of all labels for the tokens of each text. Windows of similar length are read together. */
async function readTexts(
  reader: Reader,
  texts: readonly PlacedTokens[],
  { size, overlap }: WindowSize,
): Promise<readonly Float32Array[]> {
  const width = reader.labels
  const probabilities = texts.map(({ ids }) => new Float32Array(ids.length * width))
  const rows = texts.flatMap(({ ids }, text) => {
    const windows = tokenWindows(ids.length, size, overlap)
    const speaking = speakingWindows(ids.length, windows)
    return windows.map((window, i) => ({ text, window, speaks: (token: number) => speaking[token] === i }))
  })
  const length = ({ window }: { readonly window: TokenWindow }): number => window.to - window.from
  rows.sort((a, b) => length(a) - length(b))
  for (let from = 0; from < rows.length; from += rowsPerRun) {
    const some = rows.slice(from, from + rowsPerRun)
    const answers = await readRows(
      reader,
      some.map(({ text, window }) => texts[text]!.ids.subarray(window.from, window.to)),
    )
    for (const [row, { text, window, speaks }] of some.entries())
      for (let token = window.from; token < window.to; token++)
        if (speaks(token)) probabilities[text]!.set(answers(row, token - window.from), token * width)
  }
  return probabilities
}

/**
 * Reads rows of tokens at once, padded to the longest.
 *
 * @returns the probabilities of the labels for a token of a row
 * @throws LM-E080 and LM-E081 for an answer of another shape
 */
async function readRows(
  { session, labels, around: { before, after }, pad, file }: Reader,
  rows: readonly Int32Array[],
): Promise<(row: number, token: number) => Float32Array> {
  const length = Math.max(...rows.map(row => row.length)) + before.length + after.length
  const shape = [rows.length, length]
  const ids = new Array<number>(rows.length * length).fill(pad)
  const isToken = new Array<boolean>(ids.length).fill(false)
  for (const [i, row] of rows.entries())
    for (const [at, id] of [...before, ...row, ...after].entries()) {
      ids[i * length + at] = id
      isToken[i * length + at] = true
    }
  const feeds: Record<string, Tensor> = { input_ids: i64(shape, ids) }
  for (const name of session.inputs)
    feeds[name] ??= i64(
      shape,
      isToken.map(is => (is ? inputs[name]!.token : inputs[name]!.padding)),
    )
  const { logits } = await session.run(feeds)
  if (logits?.dtype !== 'f32' || logits.shape.length !== 3)
    throw unusableOnnx(file, 'answers with no numbers named logits for rows, tokens and labels')
  if (logits.shape[0] !== rows.length || logits.shape[1] !== length || logits.shape[2] !== labels)
    throw noTokenClassifier(
      file,
      `answers with [${logits.shape.join(', ')}] to ${rows.length} rows of ${length} tokens, and its config names ${labels} labels`,
    )
  const all = floats(logits)
  return (row, token) => {
    const from = (row * length + before.length + token) * labels
    return softmaxOf(all.subarray(from, from + labels), file)
  }
}

function softmaxOf(logits: Float32Array, file: string): Float32Array {
  const most = logits.reduce((a, b) => Math.max(a, b), -Infinity)
  const powers = logits.map(logit => Math.exp(logit - most))
  const sum = powers.reduce((a, b) => a + b, 0)
  if (!Number.isFinite(sum)) throw unusableOnnx(file, 'answers with numbers that are not finite')
  return powers.map(power => power / sum)
}
