import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { detect, detectorDigest, measureRecall, readLabelledSample, type Finding } from '../src/index.js'
import { wilson } from '../src/sample/wilson.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attestry-labelled-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))
const sampleOf = async (text: string): ReturnType<typeof readLabelledSample> => {
  const file = join(folder, 'sample.jsonl')
  await writeFile(file, text)
  return readLabelledSample(file)
}

describe('a labelled sample', () => {
  it('is read line by line, with the digest of its bytes', async () => {
    const sample = await sampleOf('{"text":"to a@example.org","spans":[[3,16,"EMAIL"]]}\n\n{"text":"x","spans":[]}\n')
    expect(sample.texts).toEqual([
      { text: 'to a@example.org', spans: [[3, 16, 'EMAIL']] },
      { text: 'x', spans: [] },
    ])
    expect(sample.sha256).toMatch(/^[0-9a-f]{64}$/)
  })

  it.each([
    ['{"text":"secret"', 'is not JSON'],
    ['[]', "has no 'text'"],
    ['3', 'is no object'],
    ['{"text":"secret"}', "has no list of 'spans'"],
    ['{"text":"secret","spans":[3]}', 'is no list'],
    ['{"text":"secret","spans":[[0,3,"E_MAIL"]]}', 'of an unknown type'],
    ['{"text":"secret","spans":[[0,7,"EMAIL"]]}', 'not within its text'],
    ['{"text":"secret","spans":[[3,3,"EMAIL"]]}', 'not within its text'],
    ['{"text":"secret","spans":[[0.5,3,"EMAIL"]]}', 'not within its text'],
  ])('refuses %s with its line and without its text', async (line, reason) => {
    const failure: unknown = await sampleOf(`{"text":"x","spans":[]}\n${line}\n`).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'PII-E018', message: expect.stringContaining(`line 2`) as string })
    expect((failure as Error).message).toContain(reason)
    expect(JSON.stringify(failure)).not.toContain('secret')
  })
})

describe('recall', () => {
  it('is the share of values all letters and digits of which are found, whatever the type', async () => {
    const sample = await sampleOf(
      '{"text":"Call (310) 555-0142 or jo@example.org","spans":[[5,19,"PHONE"],[23,37,"EMAIL"]]}\n' +
        '{"text":"Quark lives here","spans":[[0,5,"PERSON"],[6,11,"NRP"]]}\n',
    )
    const measured = measureRecall(sample, ['PHONE', 'EMAIL', 'PERSON'], detect)
    expect(measured).toMatchObject({
      found: 2,
      of: 3,
      value: 2 / 3,
      byType: { EMAIL: { found: 1, of: 1, high: 1 }, PERSON: { found: 0, of: 1, low: 0 }, PHONE: { found: 1, of: 1 } },
      texts: 2,
      unlabelled: 0,
      sample: { sha256: sample.sha256 },
    })
    expect(measured.byType['NRP']).toBeUndefined()
    const [low, high] = wilson(2, 3)
    expect([measured.low, measured.high]).toEqual([low, high])
  })

  it('does not count a value of which a letter is left, and counts findings without a label', async () => {
    const sample = await sampleOf('{"text":"(Anna Quark)","spans":[[0,12,"PERSON"]]}')
    const found =
      (...places: readonly (readonly [number, number])[]): (() => readonly Finding[]) =>
      () =>
        places.map(([start, end]) => ({ type: 'PERSON', start, end, score: 1, rule: 'r' }))
    expect(measureRecall(sample, ['PERSON'], found([1, 11])).found).toBe(1)
    expect(measureRecall(sample, ['PERSON'], found([1, 5], [6, 11])).found).toBe(1)
    expect(measureRecall(sample, ['PERSON'], found([1, 10])).found).toBe(0)
    const none = await sampleOf('{"text":"(Anna Quark)","spans":[]}')
    expect(measureRecall(none, ['PERSON'], found([1, 11]))).toMatchObject({
      unlabelled: 1,
      value: null,
      low: 0,
      high: 1,
    })
  })

  it('has the score interval of Wilson', () => {
    const [low, high] = wilson(81, 263)
    expect(low).toBeCloseTo(0.2553, 4)
    expect(high).toBeCloseTo(0.3662, 4)
    expect(wilson(0, 10)[0]).toBe(0)
    expect(wilson(10, 10)[1]).toBe(1)
    expect(wilson(0, 0)).toEqual([0, 1])
  })
})

describe('the digest of the detector', () => {
  it('is that of its rules and models', () => {
    const sha256 = (name: string): string =>
      createHash('sha256')
        .update(readFileSync(new URL(`../model/${name}`, import.meta.url)))
        .digest('hex')
    const models = ['caseless-tagger.bin', 'common-words.bin', 'names.bin', 'tagger.bin']
    expect(detectorDigest()).toEqual({
      rules: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      models: Object.fromEntries(models.map(name => [name, sha256(name)])),
    })
  })
})
