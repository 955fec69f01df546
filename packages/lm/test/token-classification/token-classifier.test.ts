import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTokenClassifier, type LabelledSpan, type TokenClassifierOptions } from '../../src/index.js'
import { readLabels } from '../../src/token-classification/label-scheme.js'
import { wordSpans } from '../../src/token-classification/word-spans.js'
import { put, writeBert, writeTable, type Table } from './classifier-folder.js'

let root: string
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'attestry-tokens-'))
})
afterAll(() => rmSync(root, { recursive: true }))

let folders = 0
function tableFolder(table: Table): string {
  const folder = join(root, String(folders++))
  writeTable(folder, table)
  return folder
}

const bio: Table = {
  labels: ['O', 'B-PER', 'I-PER', 'B-LOC', 'I-LOC'],
  words: { anna: 'B-PER', ber: 'I-PER', '##ger': 'O', berlin: 'B-LOC', zoo: 'I-LOC', lives: 'O', in: 'O' },
}

async function spansOf(
  folder: string,
  text: string,
  options: TokenClassifierOptions = {},
): Promise<readonly LabelledSpan[]> {
  const classifier = await openTokenClassifier(folder, options)
  try {
    return (await classifier.classify([text]))[0]!
  } finally {
    await classifier.close()
  }
}

/** What a text holds at each span, with its label. */
const read = (text: string, spans: readonly LabelledSpan[]): readonly string[] =>
  spans.map(({ label, start, end }) => `${label} ${text.slice(start, end)}`)

describe('a token classifier', () => {
  it('tells the places and labels of spans, and how sure the model is', async () => {
    const text = 'Anna Berger lives in Berlin Zoo.'
    const spans = await spansOf(tableFolder(bio), text)
    expect(read(text, spans)).toEqual(['PER Anna Berger', 'LOC Berlin Zoo'])
    expect(spans[0]).toMatchObject({ start: 0, end: 11 })
    // softmax of one logit of 4 beside four of 0
    expect(spans[0]!.score).toBeCloseTo(Math.exp(4) / (Math.exp(4) + 4), 6)
  })

  it('counts UTF-16 units, over accents that are dropped, wide characters and words that it does not know', async () => {
    const text = '😀\u00a0Ánna\tBE\u0301RGER, \u200bzzz\u4e2dBerlin'
    expect(read(text, await spansOf(tableFolder(bio), text))).toEqual(['PER Ánna\tBE\u0301RGER', 'LOC Berlin'])
  })

  it('lets the first token speak for a word, or the mean of all', async () => {
    const table: Table = { ...bio, logits: { ber: 1, '##ger': 6 } }
    const text = 'Anna Berger'
    expect(read(text, await spansOf(tableFolder(table), text))).toEqual(['PER Anna Berger'])
    expect(read(text, await spansOf(tableFolder(table), text, { aggregation: 'average' }))).toEqual(['PER Anna'])
  })

  it.each([
    [
      'BIOES',
      { anna: 'B-PER', berger: 'E-PER', eva: 'S-PER', quark: 'B-PER' },
      ['PER anna berger', 'PER eva', 'PER quark'],
    ],
    [
      'BILOU',
      { anna: 'B-PER', berger: 'L-PER', eva: 'U-PER', quark: 'B-PER' },
      ['PER anna berger', 'PER eva', 'PER quark'],
    ],
    ['I alone', { anna: 'I-PER', berger: 'I-PER', eva: 'I-PER', quark: 'I-PER' }, ['PER anna berger eva quark']],
    [
      'BIO',
      { anna: 'I-PER', berger: 'B-PER', eva: 'I-PER', quark: 'I-LOC' },
      ['PER anna', 'PER berger eva', 'LOC quark'],
    ],
    [
      'BIOES that do not follow one another',
      { anna: 'S-PER', berger: 'I-PER', eva: 'E-PER', quark: 'I-PER' },
      ['PER anna', 'PER berger eva', 'PER quark'],
    ],
    [
      'plain names that look like positions',
      { anna: 'ID', berger: 'ID', eva: 'E-MAIL', quark: 'I-NET' },
      ['ID anna berger', 'E-MAIL eva', 'I-NET quark'],
    ],
    [
      'plain',
      { anna: 'NAME', berger: 'NAME', eva: 'E-MAIL', quark: 'NAME' },
      ['NAME anna berger', 'E-MAIL eva', 'NAME quark'],
    ],
  ])('reads labels of %s', async (_, words: Record<string, string>, wanted) => {
    const folder = tableFolder({ labels: ['O', ...new Set(Object.values(words))], words })
    expect(read('anna berger eva quark', await spansOf(folder, 'anna berger eva quark'))).toEqual(wanted)
  })

  it('finds the same whatever the windows, with the batches that they make', async () => {
    const text = 'Anna Berger lives in Berlin Zoo, '.repeat(30)
    const folder = tableFolder(bio)
    const whole = await spansOf(folder, text)
    expect(whole).toHaveLength(60)
    for (const [windowTokens, overlapTokens] of [
      [3, 0],
      [9, 6],
      [40, 10],
    ] as const)
      expect(await spansOf(folder, text, { windowTokens, overlapTokens })).toEqual(whole)
  })

  it('hears of each token the window in which it stands farthest from a cut', async () => {
    const labels = ['O', 'EDGE']
    const folder = tableFolder({ labels, words: { word: 'O' }, edge: 'EDGE' })
    const text = Array.from({ length: 50 }, () => 'word').join(' ')
    // Only the ends of the text are at an edge of every window that reads them.
    const spans = await spansOf(folder, text, { windowTokens: 12, overlapTokens: 4 })
    expect(spans.map(({ start }) => start)).toEqual([0, 49 * 5])
  })

  it('reads several texts at once, empty ones too, and each as if it were alone', async () => {
    const classifier = await openTokenClassifier(tableFolder(bio))
    const texts = ['', 'Anna', 'in Berlin', '  ', 'lives '.repeat(40), 'Zoo Anna']
    const found = await classifier.classify(texts)
    expect(found.map((spans, i) => read(texts[i]!, spans))).toEqual([
      [],
      ['PER Anna'],
      ['LOC Berlin'],
      [],
      [],
      ['LOC Zoo', 'PER Anna'],
    ])
    expect(classifier.labels).toEqual(['PER', 'LOC'])
    await classifier.close()
    await expect(classifier.classify(['Anna'])).rejects.toMatchObject({ code: 'LM-E073' })
  })

  it('does not read over padding, and names the digests of its files', async () => {
    const folder = join(root, 'bert')
    await writeBert(folder, bio.labels)
    const classifier = await openTokenClassifier(folder)
    const [short, long] = ['hello world', 'the other many spaces, hello world. '.repeat(3)]
    const [[alone], together] = [await classifier.classify([short]), await classifier.classify([short, long])]
    expect(together[0]!.map(({ start, end, label }) => [start, end, label])).toEqual(
      alone!.map(({ start, end, label }) => [start, end, label]),
    )
    for (const [i, { score }] of together[0]!.entries()) expect(score).toBeCloseTo(alone![i]!.score, 4)
    expect(Object.keys(classifier.files)).toEqual(['model.onnx', 'config.json', 'tokenizer.json'])
    const digest = classifier.digest
    await classifier.close()
    put(folder, 'config.json', { ...JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')), note: 'other' })
    expect((await openTokenClassifier(folder)).digest).not.toBe(digest)
  })

  it('takes a word of very many tokens', () => {
    const count = 300_000
    const places = Int32Array.from({ length: count }, (_, i) => i)
    const tokens = { ids: places, starts: places, ends: places.map(at => at + 1), words: new Int32Array(count) }
    const probabilities = Float32Array.from({ length: 2 * count }, (_, i) => (i % 2 === 0 ? 0.25 : 0.75))
    expect(wordSpans(tokens, probabilities, readLabels(['O', 'NAME']), 'average')).toEqual([
      { label: 'NAME', start: 0, end: count, score: 0.75 },
    ])
  })
})

describe('a token classifier that cannot be read', () => {
  const copies = { count: 0 }
  const broken = async (mend: (folder: string) => void, options: TokenClassifierOptions = {}): Promise<unknown> => {
    const folder = join(root, `broken-${copies.count++}`)
    cpSync(tableFolder(bio), folder, { recursive: true })
    mend(folder)
    return openTokenClassifier(folder, options).then(
      () => 'opened',
      (failure: { code: string; message: string }) => `${failure.code} ${failure.message}`,
    )
  }
  const config = (change: object) => (folder: string) =>
    put(folder, 'config.json', { ...JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')), ...change })
  const model = (change: (bytes: Buffer) => Uint8Array) => (folder: string) =>
    writeFileSync(join(folder, 'model.onnx'), change(readFileSync(join(folder, 'model.onnx'))))

  it('says which file is missing', async () => {
    for (const name of ['model.onnx', 'config.json'])
      expect(await broken(folder => rmSync(join(folder, name)))).toBe(
        `LM-E080 the folder of a token classifier has no ${name}`,
      )
    expect(await broken(folder => rmSync(join(folder, 'tokenizer.json')))).toMatch(/^LM-E030/)
  })

  it('refuses labels that are not those of the model', async () => {
    expect(await broken(config({ id2label: { 0: 'O', 1: 'B-PER' } }))).toMatch(
      /^LM-E080 .*answers with \[1, 3, 5\] to 1 rows of 3 tokens, and its config names 2 labels$/,
    )
    for (const id2label of [undefined, [], { 0: 'O' }, { 0: 'O', 2: 'PER' }, { 0: 'O', 1: 7 }])
      expect(await broken(config({ id2label }))).toMatch(/^LM-E080 /)
  })

  it('refuses a tokenizer with ids that the model has no row for', async () => {
    expect(await broken(config({ vocab_size: 9 }))).toBe(
      'LM-E080 the folder of a token classifier has a tokenizer with ids up to 13, and a model for ids up to 8',
    )
  })

  it('refuses a file that is no ONNX model, or one with weights elsewhere, before the runtime opens it', async () => {
    const other = model(() => new TextEncoder().encode('not a model at all, and long enough to look at'))
    expect(await broken(other)).toMatch(/^LM-E081 /)
    expect(await broken(model(() => new Uint8Array(0)))).toBe('LM-E081 the ONNX file holds no ONNX model')
    expect(await broken(model(bytes => bytes.subarray(0, bytes.length - 9)))).toBe(
      'LM-E081 the ONNX file is damaged or cut short',
    )
    // graph { initializer { data_location: EXTERNAL } }, put behind the model: protobuf merges the two graphs
    const external = [0x3a, 0x04, 0x2a, 0x02, 0x70, 0x01]
    expect(await broken(model(bytes => Buffer.concat([bytes, Uint8Array.from(external)])))).toBe(
      'LM-E081 the ONNX file keeps weights in another file',
    )
    // The same within a node, as graph { node { attribute { t { data_location: EXTERNAL } } } }
    const nested = [0x3a, 0x08, 0x0a, 0x06, 0x2a, 0x04, 0x2a, 0x02, 0x70, 0x01]
    expect(await broken(model(bytes => Buffer.concat([bytes, Uint8Array.from(nested)])))).toBe(
      'LM-E081 the ONNX file keeps weights in another file',
    )
  })

  it('gives a coded error for whatever a forged model does to the runtime', async () => {
    const folder = tableFolder(bio)
    const bytes = readFileSync(join(folder, 'model.onnx'))
    for (let at = 0; at < bytes.length; at += 7) {
      const forged = Uint8Array.from(bytes)
      forged[at] = forged[at]! ^ (1 << (at % 8))
      writeFileSync(join(folder, 'model.onnx'), forged)
      const outcome = await openTokenClassifier(folder).then(
        classifier => classifier.close().then(() => 'opened'),
        (failure: { code?: string }) => failure.code ?? 'no code',
      )
      expect(outcome).toMatch(/^(opened|LM-E08[01]|AUTOGRAD-E0(08|09|10))$/)
    }
  })

  it('refuses inputs that nobody feeds, and options that are no numbers of tokens', async () => {
    const renamed = model(bytes =>
      Buffer.from(bytes.toString('latin1').replaceAll('attention_mask', 'attention_tusk'), 'latin1'),
    )
    expect(await broken(renamed)).toMatch(/^LM-E081 the ONNX file asks for 'attention_tusk'/)
    for (const options of [
      { windowTokens: 2 },
      { windowTokens: 8.5 },
      { windowTokens: 8, overlapTokens: 6 },
      { overlapTokens: -1 },
    ])
      expect(await broken(() => {}, options)).toMatch(/^LM-E064 /)
    expect(await broken(config({ max_position_embeddings: 2 }))).toMatch(/^LM-E064 a window of 2 tokens/)
  })
})
