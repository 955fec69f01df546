import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { privacySpendingOfPeople } from '@attestry/dp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AttestrySDK, CompliancePreprocessor, ComplianceTrainer, DataLineage } from '@attestry/sdk'
import { writeTickets, writeWages } from './tickets.js'

let directory: string
let sdk: AttestrySDK
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'attestry-sdk-'))
  sdk = await AttestrySDK.create({ complianceMode: true, directory })
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const linesOf = (file: string): Record<string, unknown>[] =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Record<string, unknown>)

describe('lineage of a dataset', () => {
  it('carries the transformations out and leads from the source to what is left and back', async () => {
    const source = 'customer_support_tickets.csv'
    const rows = ['id,text', '1,write to ann@example.org', '2,nothing here', '2,nothing here', ',']
    writeFileSync(join(directory, source), `${rows.join('\n')}\n`)
    const lineage = new DataLineage({ sdk })
    const tracked = await lineage.trackDataset({
      source,
      transformations: ['anonymization', 'filtering'],
      purpose: 'chatbot_fine_tuning',
    })
    expect(tracked.steps.map(({ rowsIn, rowsOut, counts }) => ({ rowsIn, rowsOut, counts }))).toEqual([
      { rowsIn: 4, rowsOut: 4, counts: { EMAIL: 1 } },
      { rowsIn: 4, rowsOut: 2, counts: { repeated: 1, empty: 1 } },
    ])
    expect(readFileSync(tracked.file, 'utf8')).not.toContain('ann@example.org')
    const report = await lineage.report()
    expect(report.sources).toEqual([{ name: source, digest: tracked.source, rows: 4, purpose: 'chatbot_fine_tuning' }])
    expect(report.graph.upstream(tracked.digest).nodes.map(({ name }) => name)).toEqual([
      'filtering',
      'anonymization',
      source,
    ])
    expect(report.graph.downstream(tracked.source).nodes.map(({ name }) => name)).toEqual([
      'anonymization',
      'filtering',
    ])
  })

  it('tells of content that came from two datasets, and leads to both', async () => {
    writeFileSync(join(directory, 'one.csv'), 'id,text\n1,nothing here\n')
    writeFileSync(join(directory, 'two.csv'), 'id,text\n1,nothing here\n1,nothing here\n')
    const lineage = new DataLineage({ sdk })
    const track = (source: string): ReturnType<DataLineage['trackDataset']> =>
      lineage.trackDataset({ source, transformations: ['anonymization', 'filtering'], purpose: 'pay' })
    const [one, two] = [await track('one.csv'), await track('two.csv')]
    expect(two.digest).toBe(one.digest)
    const { graph } = await lineage.report()
    expect(graph.severalOrigins).toContain(one.digest)
    expect(graph.upstream(one.digest).digests).toEqual(expect.arrayContaining([one.source, two.source]))
  })

  it('goes on into the models of runs', async () => {
    writeWages(directory)
    const lineage = new DataLineage({ sdk })
    const tracked = await lineage.trackDataset({
      source: './wages.csv',
      transformations: ['filtering'],
      purpose: 'pay',
    })
    const model = await sdk.fineTune({ model: 'mlp', dataset: tracked, training: { epochs: 1 } })
    const report = await lineage.report()
    expect(report.models).toContain(model.digest)
    expect(report.graph.upstream(model.digest as `sha256:${string}`).nodes.map(({ name }) => name)).toContain(
      'wages.csv',
    )
  })

  it('leaves out people who said no to the purpose', async () => {
    writeFileSync(join(directory, 'rows.jsonl'), '{"who":"a","x":1}\n{"who":"b","x":2}\n{"who":"c","x":3}\n')
    const event = (subject: string, state: string, purpose: string): string =>
      JSON.stringify({ subject, purpose, state, at: '2026-01-01', notice: 'n1' })
    writeFileSync(
      join(directory, 'consent.jsonl'),
      `${event('a', 'withdrawn', 'pay')}\n${event('b', 'withdrawn', 'other')}\n`,
    )
    const asked = await AttestrySDK.create({ complianceMode: true, directory, consent: './consent.jsonl' })
    const tracked = await new DataLineage({ sdk: asked }).trackDataset({
      source: './rows.jsonl',
      transformations: ['filtering'],
      purpose: 'pay',
      subject: 'who',
    })
    expect(linesOf(tracked.file).map(({ who }) => who)).toEqual(['b', 'c'])
    expect(tracked.steps[0]!.counts).toEqual({ withdrawn: 1 })
  })

  it('refuses an unknown transformation before the file is read', async () => {
    const lineage = new DataLineage({ sdk })
    await expect(
      lineage.trackDataset({ source: './none.csv', transformations: ['anonymisation'], purpose: 'x' }),
    ).rejects.toMatchObject({ code: 'SDK-E009', message: expect.stringContaining("the nearest is 'anonymization'") })
  })
})

describe('preparing data', () => {
  it('takes identifiers out of rows in memory and of files', async () => {
    const preprocessor = new CompliancePreprocessor({ sdk })
    const piiTypes = ['email', 'phone', 'ssn', 'names']
    const trainingData = [
      { text: 'I am Mary Smith, mary@example.org', age: 41 },
      { text: 'call +1 415 555 0132', age: 39 },
    ]
    const cleaned = await preprocessor.removePii({ data: trainingData, piiTypes })
    expect(cleaned).toMatchObject({ rows: 2, rowsChanged: 2, found: { EMAIL: 1, PHONE: 1, PERSON: 1 } })
    expect(readFileSync(cleaned.file, 'utf8')).not.toMatch(/Smith|mary@|415/)
    writeTickets(directory, 50)
    const file = await preprocessor.removePii({ data: './tickets.jsonl', piiTypes: ['email'] })
    expect(file.found).toEqual({ EMAIL: 50 })
    expect(readFileSync(file.file, 'utf8')).not.toContain('@example.org')
  })

  it('adds noise of the stated size, charges the ledger, and says what is not covered', async () => {
    const rows = Array.from({ length: 4000 }, (_, i) => ({
      age: 30,
      pay: i % 2 ? 1e9 : -1e9,
      label: i % 3 ? 'a' : 'b',
    }))
    const preprocessor = new CompliancePreprocessor({ sdk })
    const cleaned = await preprocessor.removePii({ data: rows, piiTypes: ['email'] })
    const bounds = { age: { min: 0, max: 100 }, pay: { min: 0, max: 100 } }
    const noised = await preprocessor.addNoise({ data: cleaned, epsilon: 1, delta: 1e-5, bounds, unit: 'record' })
    expect(noised.sensitivity).toBeCloseTo(Math.hypot(100, 100), 12)
    // Balle and Wang 2018, theorem 8, at epsilon 1 and delta 1e-5: 3.730631634... per unit of sensitivity.
    expect(noised.sigma / noised.sensitivity).toBeCloseTo(3.730632, 4)
    expect(noised.sigma / noised.sensitivity).toBeGreaterThan(3.730631634)
    expect(noised.mechanism).toBe('discrete Gaussian')
    expect(noised.notCovered).toEqual(['label'])
    const ages = linesOf(noised.file).map(({ age }) => Number(age) - 30)
    const pays = linesOf(noised.file).map(({ pay }, i) => Number(pay) - (i % 2 ? 100 : 0))
    for (const errors of [ages, pays]) {
      const mean = errors.reduce((a, b) => a + b, 0) / errors.length
      const deviation = Math.sqrt(errors.reduce((a, b) => a + (b - mean) ** 2, 0) / errors.length)
      // Six standard errors of 4,000 draws.
      expect(Math.abs(mean)).toBeLessThan((6 * noised.sigma) / Math.sqrt(4000))
      expect(Math.abs(deviation / noised.sigma - 1)).toBeLessThan(6 / Math.sqrt(8000))
    }
    const ledger = readFileSync(join(sdk.workspace, 'privacy-ledger.jsonl'), 'utf8')
    expect(ledger).toContain(noised.source)
    expect(ledger).toContain('discrete Gaussian per record')
  })

  it('refuses noise that would protect nobody', async () => {
    const preprocessor = new CompliancePreprocessor({ sdk })
    const data = Array.from({ length: 60 }, (_, i) => ({ age: i, text: `words of person ${i}` }))
    const noise = { epsilon: 1, delta: 1e-5, unit: 'record' as const }
    const bounds = { age: { min: 0, max: 100 } }
    const refusals: [object, string][] = [
      [{ data }, 'no column has bounds'],
      [{ data, bounds }, "column 'text' is free text"],
      [{ data, bounds: { text: { min: 0, max: 1 } } }, "column 'text' holds text"],
      [{ data, bounds: { age: { min: 9, max: 9 } } }, "the bounds of 'age'"],
      [{ data, bounds: { shoe: { min: 0, max: 1 } } }, "column 'shoe' is not in the data"],
      [{ data, bounds, unit: 'household' }, "the unit 'household' is not known"],
    ]
    for (const [request, message] of refusals)
      await expect(preprocessor.addNoise({ ...noise, ...request } as never)).rejects.toMatchObject({
        code: 'SDK-E011',
        message: expect.stringContaining(message),
      })
  })

  it('refuses a charge over the budget that a trainer or regulation set, before a noisy row is written', async () => {
    sdk.applyComplianceTemplate('GDPR', { epsilon: { epsilon: 1.5, delta: 1e-4 } })
    const preprocessor = new CompliancePreprocessor({ sdk })
    const data = [{ age: 1 }, { age: 2 }]
    const request = { data, epsilon: 1, delta: 1e-5, bounds: { age: { min: 0, max: 9 } }, unit: 'record' } as const
    await preprocessor.addNoise(request)
    await expect(preprocessor.addNoise(request)).rejects.toMatchObject({ code: 'DP-E011' })
  })

  it('charges the people of a column, who are not written, and refuses those without budget', async () => {
    const preprocessor = new CompliancePreprocessor({ sdk })
    const request = { epsilon: 1, delta: 1e-9, bounds: { age: { min: 0, max: 99 } }, unit: 'record' as const }
    const named = { ...request, subject: 'who', subjectBudget: { epsilon: 7.5, delta: 1e-3 } }
    const rows = (count: number, from: number) =>
      Array.from({ length: count }, (_, i) => ({
        age: 30 + i,
        who: i < 3 ? 'ada@example.org' : `u${from + i}@example.org`,
      }))
    const noised = await preprocessor.addNoise({ ...named, data: rows(80, 0) })
    expect(readFileSync(noised.file, 'utf8')).not.toContain('example.org')
    expect(noised.notCovered).toEqual([])
    await preprocessor.addNoise({ ...named, data: rows(70, 200) })
    const file = join(sdk.workspace, 'privacy-ledger.jsonl')
    const spending = { people: 78 + 67, most: { epsilon: 2 }, mostOfPerson: { epsilon: 6 }, budget: { epsilon: 7.5 } }
    expect(await privacySpendingOfPeople(file)).toMatchObject(spending)
    const before = readFileSync(file, 'utf8')
    const third = preprocessor.addNoise({ ...named, data: rows(60, 400) })
    await expect(third).rejects.toMatchObject({ code: 'DP-E022', message: expect.stringContaining('1 of 58 people') })
    await preprocessor.addNoise({ ...named, data: rows(60, 400).slice(3) })
    expect(readFileSync(file, 'utf8').startsWith(before)).toBe(true)
    for (const [wrong, message] of [
      [{ ...named, subject: undefined }, 'no column names them'],
      [{ ...named, bounds: { who: { min: 0, max: 1 } } }, 'noise would name others'],
    ] as const)
      await expect(preprocessor.addNoise({ ...wrong, data: rows(9, 0) } as never)).rejects.toMatchObject({
        code: 'SDK-E011',
        message: expect.stringContaining(message),
      })
    await expect(preprocessor.addNoise({ ...named, subject: 'whom', data: rows(9, 0) })).rejects.toThrow('whom')
  })

  it('refuses unknown types, empty data and missing columns', async () => {
    const preprocessor = new CompliancePreprocessor({ sdk })
    const removed = (data: never, piiTypes: string[], columns?: string[]) =>
      preprocessor.removePii({ data, piiTypes, ...(columns && { columns }) })
    await expect(removed([{ a: 'x' }] as never, ['emial'])).rejects.toMatchObject({ code: 'SDK-E009' })
    await expect(removed([] as never, ['email'])).rejects.toMatchObject({ code: 'SDK-E010' })
    await expect(removed([{ a: 'x' }] as never, ['email'], ['b'])).rejects.toMatchObject({ code: 'SDK-E010' })
  })

  it('feeds training under a budget of its own', async () => {
    writeWages(directory)
    const preprocessor = new CompliancePreprocessor({ sdk })
    const trainingData = './wages.csv'
    const bounds = { education: { min: 0, max: 25 }, experience: { min: 0, max: 60 } }
    const cleaned = await preprocessor.removePii({ data: trainingData, piiTypes: ['email', 'phone', 'ssn', 'names'] })
    const priv = await preprocessor.addNoise({ data: cleaned, epsilon: 1.0, delta: 1e-5, bounds, unit: 'record' })
    const trainer = new ComplianceTrainer({ sdk, privacyBudget: 1.0, auditFrequency: 100 })
    const model = await trainer.fineTune({
      baseModel: 'mlp',
      dataset: priv,
      complianceChecks: true,
      training: { epochs: 1 },
    })
    expect(model.status).toBe('finished')
    expect(model.epsilon).toBeLessThanOrEqual(1)
  })
})
