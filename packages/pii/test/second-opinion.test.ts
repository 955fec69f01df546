import { describe, expect, it } from 'vitest'
import { PiiScrubber, type RecordBatch } from '@attestry/core'
import {
  anonymize,
  createOpinionDetector,
  createScrubber,
  detect,
  rewriteStream,
  trace,
  traceText,
  type DetectOptions,
  type EntityClassifier,
  type Finding,
  type SecondOpinion,
} from '../src/index.js'

/** A model that marks every place where a text holds one of these words. */
const marking = (
  words: Readonly<Record<string, string>>,
  labels = [...new Set(Object.values(words))],
): EntityClassifier => ({
  labels,
  digest: 'sha256:of-the-model',
  classify: async texts =>
    texts.map(text =>
      Object.entries(words)
        .flatMap(([word, label]) =>
          [...text.matchAll(new RegExp(word, 'g'))].map(({ index }) => ({
            label,
            start: index,
            end: index + word.length,
            // The longest words are surer than any rule.
            score: Math.min(1, word.length / 12),
          })),
        )
        .sort((a, b) => a.start - b.start),
    ),
})

async function look(
  text: string,
  words: Readonly<Record<string, string>>,
  opinion: Partial<SecondOpinion> = {},
  options: DetectOptions = {},
): Promise<readonly Finding[]> {
  const { detect: asked } = await createOpinionDetector(options, { classifier: marking(words), ...opinion })
  return (await asked([text]))[0]!
}

const told = (text: string, findings: readonly Finding[]): readonly string[] =>
  findings.map(({ type, start, end, opinion }) => `${type} ${text.slice(start, end)} ${opinion ?? 'not asked'}`)

const text = 'My name is Thandi Zulu, jo@example.org; quark came from nkandla.'

describe('a second opinion', () => {
  it('adds what only the model found, and says of each value who found it', async () => {
    const found = await look(text, { 'Thandi Zulu': 'PER', quark: 'PER', nkandla: 'LOC' })
    expect(told(text, found)).toEqual([
      'PERSON Thandi Zulu agreed',
      'EMAIL jo@example.org not asked',
      'PERSON quark only-model',
      'LOCATION nkandla only-model',
    ])
    expect(told(text, await look(text, { quark: 'PER' }))).toContain('PERSON Thandi Zulu only-rules')
    const otherwise = await look(text, { 'Thandi Zulu': 'LOC', quark: 'PER' })
    expect(told(text, otherwise)[0]).toBe('LOCATION Thandi Zulu only-model')
  })

  it('counts for some types only what both found', async () => {
    const words = { quark: 'PER', nkandla: 'LOC' }
    expect(told(text, await look(text, words, { requireBoth: ['PERSON'] }))).toEqual([
      'EMAIL jo@example.org not asked',
      'LOCATION nkandla only-model',
    ])
    expect(told(text, await look(text, { Zulu: 'PER' }, { requireBoth: ['PERSON'] }))[0]).toBe(
      'PERSON Thandi Zulu agreed',
    )
  })

  it('resolves overlaps as the rules do: the stronger tier, then the longer, and what is left of the weaker', async () => {
    const sample = 'My name is Thandi Zulu. Card 4111 1111 1111 1111.'
    expect(told(sample, await look(sample, { 'is Thandi Zulu': 'PER' }))[0]).toBe('PERSON is Thandi Zulu agreed')
    expect(told(sample, await look(sample, { 'Card 4111 1111': 'PER' }))).toEqual([
      'PERSON Thandi Zulu only-rules',
      'PERSON Card only-model',
      'CREDIT_CARD 4111 1111 1111 1111 not asked',
    ])
  })

  it('keeps what the rules know of a value that the model marks too', async () => {
    const dated = 'Seen on 14 March 2021, aged 45'
    const words = { '14 March 2021': 'DATE', '45': 'AGE' }
    const found = await look(dated, words)
    expect(found.map(({ type, rule, meaning }) => [type, rule.startsWith('model/'), meaning?.kind])).toEqual([
      ['DATE', false, 'date'],
      ['AGE', false, 'age'],
    ])
    // Safe Harbor lets the age stay, whoever finds it.
    expect((await look(dated, words, {}, { policy: 'hipaa' })).map(({ type }) => type)).toEqual(['DATE'])
    expect(anonymize(dated, found, 'hipaa').text).toBe('Seen on 2021, aged 45')
  })

  it('passes over allowed values, types that are not looked for, and low scores, of the model too', async () => {
    const words = { quark: 'PER', nkandla: 'LOC' }
    const types = async (opinion: Partial<SecondOpinion>, options: DetectOptions): Promise<readonly string[]> =>
      (await look(text, words, opinion, options)).map(({ type }) => type)
    expect(await types({}, { allow: ['Quark'] })).toEqual(['PERSON', 'EMAIL', 'LOCATION'])
    expect(await types({}, { types: ['LOCATION'] })).toEqual(['LOCATION'])
    expect(await types({ minimumScore: 0.5 }, {})).toEqual(['PERSON', 'EMAIL', 'LOCATION'])
  })

  it('knows the labels of published models, and asks what others stand for', async () => {
    const labels = [
      'PER',
      'LOC',
      'ORG',
      'MISC',
      'GIVENNAME',
      'TELEPHONENUM',
      'CREDIT_CARD',
      'Date_of-Birth',
      'NORP',
      'EMAIL',
    ]
    const { opinion } = await createOpinionDetector({}, { classifier: marking({}, labels) })
    expect(Object.values(opinion.labels)).toEqual([
      'PERSON',
      'LOCATION',
      'ORGANIZATION',
      'ignore',
      'PERSON',
      'PHONE',
      'CREDIT_CARD',
      'DATE',
      'NRP',
      'EMAIL',
    ])
    const unknown = { WEAPON: 'WEAPON', CASE: 'CASE_NO', PER: 'PER' }
    const refusal = (opinion: Partial<SecondOpinion>): Promise<string> =>
      look('', unknown, opinion).then(
        () => 'taken',
        (failure: { code: string; message: string }) => `${failure.code} ${failure.message}`,
      )
    await expect(look('', unknown)).rejects.toMatchObject({ code: 'PII-E022' })
    expect(await refusal({})).toBe(
      "PII-E022 the model of the second opinion has labels that no type is known for: 'WEAPON', 'CASE_NO'",
    )
    expect(await refusal({ labels: { WEAPON: 'ignore', CASE_NO: 'ID' } })).toBe('taken')
    expect(await refusal({ labels: { WEAPON: 'ignore', CASE_NO: 'CASE' } })).toMatch(
      /^PII-E022 .*'CASE_NO' stand for 'CASE'/,
    )
    expect(await refusal({ labels: { WEAPONS: 'ignore' } })).toMatch(/^PII-E022 .* has no label 'WEAPONS'$/)
    expect(await refusal({ labels: { WEAPON: 'ignore', CASE_NO: 'ID' }, requireBoth: ['EMAIL'] })).toMatch(
      /^PII-E022 .* has no label for EMAIL, which both are to find$/,
    )
    expect(await refusal({ labels: { WEAPON: 'ignore', CASE_NO: 'ID' }, requireBoth: ['PEOPLE'] })).toMatch(/^PII-E001/)
  })

  it('takes no span that lies outside of the text', async () => {
    const classifier: EntityClassifier = {
      ...marking({ x: 'PER' }),
      classify: async texts => texts.map(() => [{ label: 'PER', start: 1, end: 9, score: 0.9 }]),
    }
    const { detect: asked } = await createOpinionDetector({}, { classifier })
    await expect(asked(['short'])).rejects.toMatchObject({ code: 'PII-E009' })
  })

  it('takes no spans that overlap or stand out of order', async () => {
    const classify: EntityClassifier['classify'] = async texts =>
      texts.map(() => [3, 0].map(start => ({ label: 'PER', start, end: start + 4, score: 0.9 })))
    const { detect: asked } = await createOpinionDetector({}, { classifier: { ...marking({ x: 'PER' }), classify } })
    await expect(asked(['a long text'])).rejects.toMatchObject({ code: 'PII-E009' })
  })

  it('says who found it wherever in a text it stands', async () => {
    const many = Array.from({ length: 40 }, (_, i) => `Thandi Zulu wrote to u${i}@example.org about the quark.`).join(
      '\n',
    )
    const found = await look(many, { 'Thandi Zulu': 'PER', quark: 'PER' })
    const told = (opinion: string): number => found.filter(one => one.opinion === opinion).length
    expect([told('agreed'), told('only-model')]).toEqual([40, 40])
  })

  it('is told in the trace', async () => {
    const found = await look(text, { 'Thandi Zulu': 'PER', quark: 'PER' })
    const entries = trace(text, found, { policy: 'hipaa' })
    expect(entries.find(({ rule }) => rule === 'model/per')).toMatchObject({
      basis: 'second-opinion',
      opinion: 'only-model',
    })
    expect(traceText(entries)).toContain(
      'rule model/per, score 0.4166666666666667, by a model that was asked for a second opinion; found by the model only\n',
    )
    expect(traceText(trace(text, detect(text)))).not.toContain('model only')
  })
})

describe('a scrubber with a second opinion', () => {
  const batch: RecordBatch = {
    rowIds: ['1', '2', '3'],
    subjects: ['a', 'b', 'c'],
    columns: { body: { kind: 'text', values: ['quark called', null, 'quark wrote to jo@example.org'] } },
  }
  const rules = ['PERSON', 'EMAIL'].map(type => ({ type, operator: 'redact' as const }))

  it('removes what either found, and counts by the rule that found it', async () => {
    const scrubber: PiiScrubber = createScrubber({ secondOpinion: { classifier: marking({ quark: 'PER' }) } })
    const { batch: written, found, foundByRule } = await scrubber.scrub(batch, ['body'], rules)
    expect(written.columns['body']!.values).toEqual(['[PERSON] called', null, '[PERSON] wrote to [EMAIL]'])
    expect(found).toEqual({ PERSON: 2, EMAIL: 1 })
    expect(foundByRule).toMatchObject({ 'model/per': 2 })
    expect(await scrubber.scan(batch, ['body'], ['PERSON', 'EMAIL'])).toEqual({ PERSON: 2, EMAIL: 1 })
  })

  it('asks for the model once, and when it is needed', async () => {
    let asked = 0
    const classifier = async (): Promise<EntityClassifier> => {
      asked++
      return marking({ quark: 'PER' })
    }
    const scrubber = createScrubber({ secondOpinion: { classifier, requireBoth: ['PERSON'] } })
    expect(asked).toBe(0)
    for (let i = 0; i < 2; i++) expect((await scrubber.scrub(batch, ['body'], rules)).found).toEqual({ EMAIL: 1 })
    expect(asked).toBe(1)
    expect((await scrubber.scrub(batch, ['body'], [rules[1]!])).found).toEqual({ EMAIL: 1 })
  })
})

describe('a file that is rewritten with a second opinion', () => {
  const stream = async (
    pieces: readonly string[],
    words: Readonly<Record<string, string>>,
    rules: 'all' | 'structured' = 'all',
  ): Promise<string> => {
    const options = { format: 'jsonl', policy: 'ccpa', rules, secondOpinion: { classifier: marking(words) } } as const
    let written = ''
    const bytes = pieces.map(piece => new TextEncoder().encode(piece))
    for await (const piece of rewriteStream(bytes, options)) written += new TextDecoder().decode(piece)
    return written
  }
  const lines = ['{"a":"qu\\u0061rk é", "b":["jo@example.org"], "n":1}\n', '{"a":"nothing"}\n{"quark":"é quark"}\n']

  it('has what either found replaced, whatever the pieces that it comes in', async () => {
    const wanted = '{"a":"[PERSON] é", "b":["[EMAIL]"], "n":1}\n{"a":"nothing"}\n{"quark":"é [PERSON]"}\n'
    expect(await stream(lines, { quark: 'PER' })).toBe(wanted)
    const whole = lines.join('')
    expect(await stream(lines, { quark: 'PER' }, 'structured')).toBe(wanted)
    expect(await stream([whole.slice(0, 7), whole.slice(7, 70), whole.slice(70)], { quark: 'PER' })).toBe(wanted)
  })

  it('asks about all texts of a piece at once', async () => {
    const asked: number[] = []
    const model = marking({ quark: 'PER' })
    const classifier = {
      ...model,
      classify: (texts: readonly string[]) => (asked.push(texts.length), model.classify(texts)),
    }
    const bytes = [new TextEncoder().encode(lines.join(''))]
    const options = { format: 'jsonl', policy: 'ccpa', secondOpinion: { classifier } } as const
    for await (const _ of rewriteStream(bytes, options));
    expect(asked).toEqual([4])
  })
})
