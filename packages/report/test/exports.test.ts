import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { LineageNode, ReportInput } from '@attestry/core'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  cyclonedxMlBom,
  derivedUuid,
  openLineageEvents,
  openLineageLines,
  oscalAssessmentResults,
  oscalToken,
  uuidOfUlid,
} from '../src/index.js'
import { complete } from './fixtures/complete.js'
import { hostile, hostileText } from './fixtures/hostile.js'
import { runEventShape } from './fixtures/openlineage-shape.js'
import { oscalShape } from './fixtures/oscal-shape.js'
import { denied, digest, failed, input, lineage, plugins, record, waiting, withRecord } from './fixtures/run.js'

const running = withRecord({ status: 'running', endedAt: null })
const everyRun: Readonly<Record<string, ReportInput>> = { input, complete, waiting, denied, failed, running }

function ajv(): Ajv {
  const made = new Ajv({ allErrors: true, strict: false })
  formats.default(made)
  return made
}

/** The problems of a document, none when it has the shape. */
function problems(validate: ReturnType<Ajv['compile']>, document: unknown): readonly string[] {
  validate(JSON.parse(JSON.stringify(document)))
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}

const hostileRuns = (check: (run: ReportInput) => void): void =>
  fc.assert(
    fc.property(fc.array(hostileText, { minLength: 1, maxLength: 40 }), texts => {
      let i = 0
      check(hostile(complete, () => texts[i++ % texts.length]!))
    }),
    { numRuns: 25 },
  )

type Tree = { readonly [key: string]: any }

describe('oscalAssessmentResults', () => {
  const validate = ajv().compile(oscalShape)
  const result = (run: ReportInput): Tree => (oscalAssessmentResults(run) as Tree)['assessment-results'].results[0]
  const findingOf = (run: ReportInput, id: string): Tree =>
    result(run)['findings'].find((one: Tree) => one['target']['target-id'] === oscalToken(id))

  it('has the shape of the model for every run', () => {
    for (const [name, run] of Object.entries(everyRun))
      expect(problems(validate, oscalAssessmentResults(run)), name).toEqual([])
  })

  it('keeps it whatever names say', () =>
    hostileRuns(run => expect(problems(validate, oscalAssessmentResults(run))).toEqual([])))

  it('says of each control what its state is, and why it is not satisfied', () => {
    const status = (id: string): unknown => findingOf(input, id)['target'].status
    expect(status('GDPR-5(1)(c)')).toEqual({ state: 'satisfied', reason: 'pass' })
    expect(status('GDPR-5(1)(e)')).toEqual({ state: 'not-satisfied', reason: 'fail' })
    expect(status('HIPAA-164.308(a)(1)')).toEqual({ state: 'not-satisfied', reason: 'stale' })
    expect(status('GDPR-35')).toEqual({ state: 'not-satisfied', reason: 'attestation-missing' })
    expect(status('ITGC-CM-1')).toEqual({ state: 'not-satisfied', reason: 'evidence-missing' })
  })

  it('points findings at observations, and observations at files with their digests and ages', () => {
    const { observations } = result(input)
    const { 'related-observations': related } = findingOf(input, 'GDPR-5(1)(c)')
    const [seen] = observations.filter((one: Tree) => one['uuid'] === related[0]['observation-uuid'])
    expect(seen).toMatchObject({
      collected: '2026-11-23T09:15:10.000Z',
      expires: '2027-11-23T09:15:10.000Z',
      methods: ['TEST'],
    })
    expect(seen['relevant-evidence'][0]).toMatchObject({ href: 'evidence/2026-11-23-data-intake.dsse.json' })
    expect(seen['relevant-evidence'][0].props).toContainEqual({
      name: 'digest',
      ns: 'https://attestry.dev/ns/oscal',
      value: digest('2026-11-23-data-intake'),
    })
  })

  it('has an id of its own for every part, the same in every render', () => {
    const text = JSON.stringify(oscalAssessmentResults(input))
    expect(JSON.stringify(oscalAssessmentResults(structuredClone(input)))).toBe(text)
    const ids = [...text.matchAll(/"uuid":"([^"]+)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    const other = JSON.stringify(oscalAssessmentResults(withRecord({ id: '01KA9Z6Q2M4T8V0X1Y3B5D7F9J' })))
    expect([...other.matchAll(/"uuid":"([^"]+)"/g)].filter(([, id]) => ids.includes(id))).toEqual([])
  })

  it('keeps controls of two plugins with one id apart', () => {
    const twice = withRecord({ plugins: [...plugins, { ...plugins[1]!, name: 'attestry-plugin-other' }] })
    expect(problems(validate, oscalAssessmentResults(twice))).toEqual([])
    const ids = result(twice)['findings'].map((one: Tree) => one['uuid'])
    expect(new Set(ids).size).toBe(ids.length)
  })
})

describe('oscalToken', () => {
  it('writes what a name may not hold as its code point', () => {
    expect(oscalToken('164.312(b)')).toBe('_31_64.312_28_b_29_')
    expect(oscalToken('CC6.1')).toBe('CC6.1')
    expect(oscalToken('A_B')).toBe('A_5f_B')
    expect(oscalToken('')).toBe('__')
  })

  it('is a name for any id, and never the same for two', () => {
    const id = fc.string({ unit: 'binary', maxLength: 8 })
    fc.assert(
      fc.property(id, id, (a, b) => {
        expect(oscalToken(a)).toMatch(/^[A-Za-z_][A-Za-z0-9._-]*$/)
        expect(oscalToken(a) === oscalToken(b)).toBe(a === b)
      }),
    )
  })
})

describe('cyclonedxMlBom', () => {
  const library = createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-library/package.json')
  const schema = (name: string): object =>
    JSON.parse(readFileSync(join(dirname(library), 'res/schema', `${name}.SNAPSHOT.schema.json`), 'utf8')) as object
  const official = ajv()
  // The schema asks for formats of internationalised identifiers, which ajv-formats leaves out; a URL is one of each.
  official.addFormat('iri-reference', /^\S*$/)
  official.addFormat('idn-email', /^\S+@\S+$/)
  official.addSchema(schema('spdx'), 'http://cyclonedx.org/schema/spdx.SNAPSHOT.schema.json')
  official.addSchema(schema('jsf-0.82'), 'http://cyclonedx.org/schema/jsf-0.82.SNAPSHOT.schema.json')
  const validate = official.compile(schema('bom-1.6'))
  const model = (run: ReportInput): Tree | undefined =>
    (cyclonedxMlBom(run) as Tree)['components'].find((one: Tree) => one['type'] === 'machine-learning-model')

  it('validates against the official schema for every run', () => {
    for (const [name, run] of Object.entries(everyRun))
      expect(problems(validate, cyclonedxMlBom(run)), name).toEqual([])
    // The schema of 1.6 takes any version for its own.
    expect(cyclonedxMlBom(input)).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6' })
  })

  it('would not validate with a field that the schema does not know', () => {
    expect(problems(validate, { ...cyclonedxMlBom(input), certainty: 1 })).not.toEqual([])
    expect(problems(validate, { ...cyclonedxMlBom(input), components: [{ type: 'model', name: 'x' }] })).not.toEqual([])
  })

  it('validates whatever names say', () =>
    hostileRuns(run => expect(problems(validate, cyclonedxMlBom(run))).toEqual([])))

  it('names model, files, datasets and shards by their hashes, and what the model was trained on', () => {
    const bom = cyclonedxMlBom(input) as Tree
    expect(model(input)!['hashes']).toEqual([{ alg: 'SHA-256', content: digest('model').slice(7) }])
    expect(model(input)!['components'].map((one: Tree) => one['name'])).toContain('model.safetensors')
    const trained = bom['dependencies'].find((one: Tree) => one['ref'] === `model:${digest('model')}`)
    expect(trained['dependsOn']).toEqual([`shard:${digest('s1')}`, `shard:${digest('s2')}`])
    expect(model(input)!['modelCard'].modelParameters.datasets).toEqual([{ ref: `dataset:${digest('dataset')}` }])
  })

  it('gives each metric its slice and interval, and says what was not assessed', () => {
    const metrics = model(input)!['modelCard'].quantitativeAnalysis.performanceMetrics
    expect(metrics).toContainEqual({
      type: 'epsilon-lower-bound',
      value: '0.021',
    })
    expect(metrics).toContainEqual(
      expect.objectContaining({ type: 'error-rate', slice: 'region=abroad', value: 'not assessed' }),
    )
    expect(metrics.find((one: Tree) => one['slice'] === 'over region')).toMatchObject({
      confidenceInterval: { lowerBound: expect.stringMatching(/^0\.00/), upperBound: expect.stringMatching(/^0\.08/) },
    })
  })

  it('lists no model where there is none, and every reference names a component', () => {
    expect(model(failed)).toBeUndefined()
    for (const run of Object.values(everyRun)) {
      const text = JSON.stringify(cyclonedxMlBom(run))
      const made = new Set([...text.matchAll(/"bom-ref":"([^"]+)"/g)].map(([, ref]) => ref))
      for (const [, ref] of text.matchAll(/"ref":"([^"]+)"/g)) expect(made).toContain(ref)
      expect([...text.matchAll(/"bom-ref":"([^"]+)"/g)]).toHaveLength(made.size)
    }
  })
})

describe('openLineageEvents', () => {
  const validate = ajv().compile(runEventShape)
  const events = (run: ReportInput): readonly Tree[] => openLineageEvents(run.record, run.lineage)
  const ends = ['COMPLETE', 'FAIL', 'ABORT']

  it('starts once, and ends once as the run did', () => {
    const types = Object.fromEntries(
      Object.entries(everyRun).map(([name, run]) => [name, events(run).map(one => one['eventType'])]),
    )
    expect(types).toEqual({
      input: ['START', 'COMPLETE'],
      complete: ['START', 'COMPLETE'],
      waiting: ['START', 'RUNNING'],
      denied: ['START', 'ABORT'],
      failed: ['START', 'FAIL'],
      running: ['START'],
    })
    for (const list of Object.values(types))
      expect(list.filter(type => ends.includes(type as string)).length).toBeLessThan(2)
  })

  it('has the shape of a run event, whatever names say', () => {
    for (const run of Object.values(everyRun))
      for (const event of events(run)) expect(problems(validate, event)).toEqual([])
    hostileRuns(run => {
      const lines = openLineageLines(openLineageEvents(run.record, run.lineage)).split('\n')
      expect(lines).toHaveLength(3)
      for (const event of lines.slice(0, 2)) expect(problems(validate, JSON.parse(event))).toEqual([])
    })
  })

  it('names datasets by kind and digest, what was taken in and what was made', () => {
    const [, end] = events(input)
    expect(end!['inputs'].map((one: Tree) => one['name'])).toEqual([`source/${digest('dataset')}`])
    expect(end!['outputs'].map((one: Tree) => one['name'])).toEqual([
      `data/${digest('s1')}`,
      `data/${digest('s2')}`,
      `data/${digest('t1')}`,
      `model/${digest('model')}`,
    ])
  })

  it('names what was taken in and never made, and what was made twice, once', () => {
    const nodes: readonly LineageNode[] = [
      { kind: 'transformation', name: 'a', inputs: [digest('x')], outputs: [digest('y')] },
      { kind: 'transformation', name: 'b', inputs: [digest('x'), digest('y')], outputs: [digest('y')] },
    ]
    const [, end] = openLineageEvents(record, nodes) as readonly Tree[]
    expect(end!['inputs'].map((one: Tree) => one['name'])).toEqual([`input/${digest('x')}`])
    expect(end!['outputs'].map((one: Tree) => one['name'])).toEqual([`data/${digest('y')}`])
    expect(end!['outputs'][0].facets.attestry_content.madeBy.map((one: Tree) => one['name'])).toEqual(['a', 'b'])
  })

  it('gives a run the 128 bits of its id', () => {
    expect(uuidOfUlid('01ARZ3NDEKTSV4RRFFQ69G5FAV')).toBe('01563e3a-b5d3-d676-4c61-efb99302bd5b')
    expect(uuidOfUlid('00000000000000000000000000')).toBe('00000000-0000-0000-0000-000000000000')
    expect(uuidOfUlid('7ZZZZZZZZZZZZZZZZZZZZZZZZZ')).toBe('ffffffff-ffff-ffff-ffff-ffffffffffff')
    expect(uuidOfUlid('no ulid')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5/)
    expect(events({ ...input, lineage })[0]!['run'].runId).toBe(uuidOfUlid(record.id))
  })
})

describe('derivedUuid', () => {
  it('is of version 5, and tells where one part ends', () => {
    expect(derivedUuid('a', 'b')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(derivedUuid('ab', 'c')).not.toBe(derivedUuid('a', 'bc'))
    expect(derivedUuid('a')).toBe(derivedUuid('a'))
  })
})
