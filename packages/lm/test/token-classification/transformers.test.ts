import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTokenClassifier } from '../../src/index.js'
import { writeBert } from './classifier-folder.js'

const python = process.env.ATTESTRY_PYTHON
const missing = python ? '' : ' (skipped: set ATTESTRY_PYTHON to a python with torch and transformers)'

const script = `
import json, sys
from transformers import pipeline
given = json.load(sys.stdin)
def units(text, at): return len(text[:at].encode("utf-16-le")) // 2
answers = {}
for strategy in ["first", "average"]:
    tagger = pipeline("token-classification", model=given["folder"], aggregation_strategy=strategy, device=-1)
    answers[strategy] = [
        [[e["entity_group"], units(t, e["start"]), units(t, e["end"]), float(e["score"])] for e in tagger(t)]
        for t in given["texts"]
    ]
json.dump(answers, sys.stdout)
`

const texts = [
  'the other hello world, many spaces. The end is near',
  'Hello wörld! 日本語 and 中文 in 2024, 100 other things',
  '😀 the hello, lo ler $5 and <other> \u{20000} ½ many',
  'unknown ґґ letters beside the others; "quoted" worlds',
  'a b c d e f g h i j k l m n o p q r s t u v w x y z',
]

describe.skipIf(!python)(`a random BERT for tokens, as the pipeline of transformers has it${missing}`, () => {
  let folder: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'attestry-bert-'))
    await writeBert(folder, ['O', 'B-PER', 'I-PER', 'B-LOC', 'I-LOC', 'B-ORG', 'I-ORG', 'B-MISC', 'I-MISC'])
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it('marks the same spans, with the same scores', async () => {
    const answers = JSON.parse(
      execFileSync(python!, ['-c', script], { input: JSON.stringify({ folder, texts }) }).toString(),
    ) as Record<'first' | 'average', (readonly [string, number, number, number])[][]>
    for (const aggregation of ['first', 'average'] as const) {
      const classifier = await openTokenClassifier(folder, { aggregation })
      const found = await classifier.classify(texts)
      await classifier.close()
      for (const [i, spans] of found.entries()) {
        const theirs = answers[aggregation][i]!
        expect(spans.map(({ label, start, end }) => [label, start, end])).toEqual(theirs.map(span => span.slice(0, 3)))
        for (const [at, { score }] of spans.entries()) expect(score).toBeCloseTo(theirs[at]![3], 4)
      }
      expect(found.flat().length).toBeGreaterThan(20)
    }
  }, 60_000)
})
