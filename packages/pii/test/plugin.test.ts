import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  PiiScrubber,
  Vault,
  type DataConfig,
  type EffectivePolicy,
  type Evidence,
  type Handler,
  type HookContext,
  type HookName,
  type IdentifierRule,
  type RecordBatch,
  type ServiceToken,
  type StepReport,
  type EvaluateInput,
} from '@attestry/core'
import {
  columnsLeft,
  columnsToScrub,
  createScrubber,
  detectorDigest,
  pii,
  type EntityClassifier,
  type PiiOptions,
} from '../src/index.js'

const text = (...values: (string | null)[]): RecordBatch['columns'][string] => ({ kind: 'text', values })

const batchOf = (columns: RecordBatch['columns']): RecordBatch => {
  const rows = Object.values(columns)[0]!.values.length
  const ids = Array.from({ length: rows }, (_, i) => `abc:${i}`)
  return { rowIds: ids, subjects: ids, columns }
}

const data: DataConfig = {
  source: 'tickets.csv',
  label: 'topic',
  classes: ['a', 'b'],
  text: 'body',
  groups: ['region'],
  keep: ['consent'],
  subject: 'customer',
}

const vault: Vault = {
  seal: async bytes => bytes,
  open: async bytes => bytes,
  derive: async purpose => new Uint8Array(32).fill(purpose.length),
  describe: () => ({ algorithm: 'none', keyBits: 256, keyId: 'k' }),
}

/** One run of the plugin: its services made once, its hooks called in turn, its evidence kept. */
function openRun(rules: readonly IdentifierRule[], options: { vault?: Vault } & PiiOptions = {}) {
  const { vault: _, ...pluginOptions } = options
  const plugin = pii(pluginOptions)
  const made = new Map<ServiceToken<unknown>, unknown>()
  const find = <T>(service: ServiceToken<T>): T | undefined => {
    if ((service as ServiceToken<unknown>) === Vault) return options.vault as T | undefined
    const provider = plugin.provides?.find(one => one.token === service)
    if (provider && !made.has(service)) made.set(service, provider.factory({ get, find }, {} as never))
    return made.get(service) as T | undefined
  }
  const get = <T>(service: ServiceToken<T>): T => find(service) ?? expect.unreachable('service')
  const evidence: Evidence[] = []
  const sources = [
    { plugin: 'p', control: 'GDPR-25' },
    { plugin: 'q', control: 'HIPAA-164.514(b)' },
  ]
  const context = {
    get,
    find,
    run: { config: { data } },
    policy: { identifiers: rules.map(value => ({ value, sources })) } as unknown as EffectivePolicy,
    evidence: async (one: Evidence) => void evidence.push(one),
  } as unknown as HookContext
  const handler = <H extends HookName>(hook: H): Handler<H> => plugin.hooks![hook] as Handler<H>
  return {
    evidence,
    preprocess: async (batch: RecordBatch) => handler('preprocess')(batch, context),
    trainStep: async () => handler('trainStep')({} as StepReport, context),
    evaluate: async () => handler('evaluate')({} as EvaluateInput, context),
  }
}

const redact = (...types: string[]): IdentifierRule[] => types.map(type => ({ type, operator: 'redact' }))

const tickets = batchOf({
  topic: text('a', 'b'),
  body: text('I am Maria Quark, jo@example.org', null),
  subjectLine: text('from jo@example.org', 'order 12'),
  region: text('north', 'south'),
  consent: text('yes', 'yes'),
  customer: text('jo@example.org', 'al@example.org'),
})

describe('which columns are scrubbed', () => {
  it('is the text column and every text column without a role', () => {
    expect(columnsToScrub(tickets, data)).toEqual(['body', 'subjectLine'])
    expect(columnsLeft(tickets, data)).toEqual(['region', 'consent'])
  })

  it('is the text column even when it is also kept or a feature', () => {
    const also = { ...data, keep: ['body'], features: { body: { values: ['x'] } } }
    expect(columnsToScrub(tickets, also)).toContain('body')
    expect(columnsLeft(tickets, also)).not.toContain('body')
  })
})

describe('the plugin', () => {
  it('answers the obligation and provides the service', () => {
    const plugin = pii()
    expect(plugin.answers).toEqual(['remove-identifiers'])
    expect(plugin.provides?.map(({ token }) => token)).toContain(PiiScrubber)
  })

  it('removes the demanded types from free text and nothing else', async () => {
    const run = openRun(redact('EMAIL'))
    const clean = await run.preprocess(tickets)
    expect(clean.columns['body']!.values).toEqual(['I am Maria Quark, [EMAIL]', null])
    expect(clean.columns['subjectLine']!.values).toEqual(['from [EMAIL]', 'order 12'])
    expect(clean.columns['customer']).toBe(tickets.columns['customer'])
    expect(clean.rowIds).toBe(tickets.rowIds)
  })

  it('leaves the batch alone when nobody asks for removal, and records nothing', async () => {
    const run = openRun([])
    expect(await run.preprocess(tickets)).toBe(tickets)
    await run.evaluate()
    expect(run.evidence).toEqual([])
  })

  it('refuses an identifier type that it does not know with PII-E001 at the first batch', async () => {
    await expect(openRun(redact('EMAIL', 'MRN')).preprocess(tickets)).rejects.toMatchObject({ code: 'PII-E001' })
  })

  it('refuses pseudonyms without a vault with PII-E002', async () => {
    const rules: IdentifierRule[] = [{ type: 'EMAIL', operator: 'pseudonym' }]
    await expect(openRun(rules).preprocess(tickets)).rejects.toMatchObject({ code: 'PII-E002' })
  })

  it('writes the same pseudonym for the same value, under the key of the vault', async () => {
    const run = openRun([{ type: 'EMAIL', operator: 'pseudonym' }], { vault })
    const clean = await run.preprocess(tickets)
    const [first] = /EMAIL_[A-Z2-7]{16}/.exec(String(clean.columns['body']!.values[0]))!
    expect(clean.columns['subjectLine']!.values[0]).toBe(`from ${first}`)
  })

  it('records one statement at the first training step, with counts and never a value', async () => {
    const run = openRun(redact('EMAIL', 'PERSON'))
    await run.preprocess(tickets)
    await run.preprocess(tickets)
    await run.trainStep()
    await run.trainStep()
    expect(await run.evaluate()).toEqual([])
    expect(run.evidence).toHaveLength(1)
    expect(run.evidence[0]).toMatchObject({
      type: 'pii-removal',
      outcome: 'pass',
      controls: ['GDPR-25', 'HIPAA-164.514(b)'],
      facts: {
        rowsScanned: 4,
        rowsChanged: 2,
        found: { EMAIL: 4, PERSON: 2 },
        residual: { EMAIL: 0, PERSON: 0 },
        operators: { EMAIL: 'redact', PERSON: 'redact' },
        columns: ['body', 'subjectLine'],
        columnsLeft: ['consent', 'region'],
        foundByColumn: { body: { EMAIL: 2, PERSON: 2 }, subjectLine: { EMAIL: 2 } },
        foundByRule: { email: 4, 'person/introduction': 2 },
        residualByColumn: {},
        detector: { name: '@attestry/pii', digest: detectorDigest() },
      },
    })
    expect(run.evidence[0]!.facts).not.toHaveProperty('recall')
    expect(JSON.stringify(run.evidence)).not.toMatch(/Maria|example\.org/)
  })

  it('records at evaluation when no training step ran', async () => {
    const run = openRun(redact('EMAIL'))
    await run.preprocess(tickets)
    await run.evaluate()
    expect(run.evidence.map(({ outcome }) => outcome)).toEqual(['pass'])
  })

  it('fails the evidence when an identifier stands in a column that stays as it is', async () => {
    const run = openRun(redact('EMAIL'))
    await run.preprocess(batchOf({ ...tickets.columns, consent: text('yes', 'ask al@example.org') }))
    await run.trainStep()
    expect(run.evidence[0]).toMatchObject({
      outcome: 'fail',
      facts: { residualLeft: { EMAIL: 1 }, residualByColumn: { consent: { EMAIL: 1 } } },
    })
  })

  it('fails the evidence when the scan after removal still finds something', async () => {
    const plugin = pii()
    const scrubber = createScrubber()
    const lame = { ...scrubber, scrub: async (batch: RecordBatch) => ({ batch, found: {}, rowsChanged: 0 }) }
    const evidence: Evidence[] = []
    const tally = plugin.provides!.find(({ token }) => token !== PiiScrubber)!.factory({} as never, {} as never)
    const context = {
      get: (service: unknown) => (service === PiiScrubber ? lame : tally),
      run: { config: { data } },
      policy: { identifiers: redact('EMAIL').map(value => ({ value, sources: [] })) },
      evidence: async (one: Evidence) => void evidence.push(one),
    } as unknown as HookContext
    await (plugin.hooks!.preprocess as Handler<'preprocess'>)(tickets, context)
    await (plugin.hooks!.evaluate as Handler<'evaluate'>)({} as EvaluateInput, context)
    expect(evidence[0]).toMatchObject({ outcome: 'fail', facts: { residual: { EMAIL: 2 } } })
  })

  it('records what it finds of a labelled sample, with the interval and no value', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'attestry-sample-'))
    const sample = join(folder, 'labelled.jsonl')
    await writeFile(sample, '{"text":"Write to jo@example.org","spans":[[9,23,"EMAIL"],[0,5,"EMAIL"]]}\n')
    const run = openRun(redact('EMAIL'), { sample })
    await run.preprocess(tickets)
    await run.preprocess(tickets)
    await rm(folder, { recursive: true })
    await run.trainStep()
    expect(run.evidence[0]).toMatchObject({
      outcome: 'pass',
      facts: { recall: { found: 1, of: 2, value: 0.5, interval: { method: 'Wilson score', confidence: 0.95 } } },
    })
    expect(JSON.stringify(run.evidence)).not.toContain('example.org')
  })

  it('asks a model too, and records which one it was and what it found', async () => {
    const classifier: EntityClassifier = {
      labels: ['PER'],
      digest: 'sha256:of-the-model',
      classify: async texts =>
        texts.map(text =>
          [...text.matchAll(/quark/g)].map(({ index }) => ({ label: 'PER', start: index, end: index + 5, score: 0.9 })),
        ),
    }
    const folder = await mkdtemp(join(tmpdir(), 'attestry-sample-'))
    const sample = join(folder, 'labelled.jsonl')
    await writeFile(sample, '{"text":"it was quark","spans":[[7,12,"PERSON"]]}\n')
    const run = openRun(redact('PERSON'), { sample, secondOpinion: { classifier } })
    const written = await run.preprocess(batchOf({ body: text('it was quark', null, 'nobody') }))
    await run.trainStep()
    await rm(folder, { recursive: true })
    expect(written.columns['body']!.values).toEqual(['it was [PERSON]', null, 'nobody'])
    expect(run.evidence[0]!.facts).toMatchObject({
      found: { PERSON: 1 },
      foundByRule: { 'model/per': 1 },
      secondOpinion: { digest: 'sha256:of-the-model', labels: { PER: 'PERSON' }, minimumScore: 0, requireBoth: [] },
      recall: { found: 1, of: 1 },
    })
    const without = openRun(redact('PERSON'))
    await without.preprocess(batchOf({ body: text('it was quark') }))
    await without.trainStep()
    expect(without.evidence[0]!.facts).not.toHaveProperty('secondOpinion')
  })

  it('stops at the first batch when the sample cannot be read, and does not look for it when nothing is demanded', async () => {
    await expect(openRun(redact('EMAIL'), { sample: 'nowhere' }).preprocess(tickets)).rejects.toMatchObject({
      code: 'PII-E018',
    })
    expect(await openRun([], { sample: 'nowhere' }).preprocess(tickets)).toBe(tickets)
  })

  it('records nothing in a process that scanned no rows', async () => {
    const run = openRun(redact('EMAIL'))
    await run.trainStep()
    await run.evaluate()
    expect(run.evidence).toEqual([])
  })

  it('keeps the counts of two runs apart', async () => {
    const [one, other] = [openRun(redact('EMAIL')), openRun(redact('EMAIL'))]
    await one.preprocess(tickets)
    await other.evaluate()
    expect(other.evidence).toEqual([])
  })

  it('checks options from a config', () => {
    const check = (value: unknown): unknown => pii.schema!['~standard'].validate(value)
    expect(check({ locale: 'en-GB' })).toEqual({ value: { locale: 'en-GB' } })
    expect(check({})).toEqual({ value: {} })
    expect(check({ sample: 'labelled.jsonl' })).toEqual({ value: { sample: 'labelled.jsonl' } })
    for (const wrong of [
      { secondOpinion: {} },
      { secondOpinion: 'ner' },
      { local: 'en-GB' },
      { locale: 3 },
      { sample: 3 },
      'en-GB',
      null,
    ])
      expect(check(wrong)).toMatchObject({ issues: [{ message: expect.any(String) as string }] })
  })
})

describe('the scrubbing service', () => {
  it('goes on until a mask leaves nothing that reads like another number', async () => {
    const batch = batchOf({ body: text('4111 1111 1111 1111 555 1234 phone 4111 1111 1111 1111 555 1234') })
    const rules: IdentifierRule[] = ['CREDIT_CARD', 'PHONE'].map(type => ({ type, operator: 'mask' }))
    const scrubber = createScrubber()
    const { batch: clean } = await scrubber.scrub(batch, ['body'], rules)
    expect(await scrubber.scan(clean, ['body'], ['CREDIT_CARD', 'PHONE'])).toEqual({})
  })

  it('refuses a locale without a known region when it is made', () =>
    expect(() => createScrubber({ locale: 'xx' })).toThrow(expect.objectContaining({ code: 'PII-E005' })))

  it('refuses a column that is not there', async () => {
    await expect(createScrubber().scan(tickets, ['nowhere'], ['EMAIL'])).rejects.toMatchObject({ code: 'CORE-E042' })
  })
})
