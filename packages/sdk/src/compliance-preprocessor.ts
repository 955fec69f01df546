import { dirname } from 'node:path'
import {
  DataReader,
  Lineage,
  PiiScrubber,
  PrivacyLedger,
  rowCount,
  SubjectHandles,
  ulid,
  Vault,
  versionOf,
  type IdentifierRule,
  type Operator,
  type RecordBatch,
  nearest,
} from '@attestry/core'
import { openDataset } from '@attestry/data'
import { recordNoise, type RecordNoise } from '@attestry/dp'
import { dataRefused, noiseRefused, unknownWord } from './errors.js'
import { fileOf, writePrepared, type DataInput, type PreparedData } from './prepared-data.js'
import type { AttestrySDK } from './sdk.js'

export interface RemovePiiRequest {
  readonly data: DataInput
  /** `email`, `phone`, `ssn`, `names`, `card`, `iban`, `ip`, `url`, or a type of `@attestry/pii` such as `EMAIL`. */
  readonly piiTypes: readonly string[]
  /** What becomes of a finding; `redact` unless given. */
  readonly operator?: Operator
  /** Text columns to look into; all of them unless given. */
  readonly columns?: readonly string[]
}

/** What removal did. Text that passed the detector may still hold personal data. */
export interface CleanedData extends PreparedData {
  /** Findings by type. */
  readonly found: Readonly<Record<string, number>>
  readonly rowsChanged: number
}

export interface AddNoiseRequest {
  readonly data: DataInput
  /** Above 0, for all columns of `bounds` together. */
  readonly epsilon: number
  /** From 0, which asks for Laplace noise, to below 1. */
  readonly delta: number
  /** Declared bounds of every column that gets noise; values are clipped to them. Never read off the data. */
  readonly bounds?: Readonly<Record<string, { readonly min: number; readonly max: number }>>
  /** What is protected: one record's values in the columns of `bounds`. */
  readonly unit: 'record'
  /**
   * Column with the identifier of each row's person. Everybody is charged too, over all data of the workspace, a person with k rows as a
   * group of k; the column is left out of what is written. A row without an identifier is a person of its own. Identifiers that
   * were taken out before cannot tell people apart.
   */
  readonly subject?: string
  /** What may be spent on a person as a whole, with all of their rows; not limited unless given. Needs `subject`. */
  readonly subjectBudget?: { readonly epsilon: number; readonly delta: number }
}

export interface NoisedData extends PreparedData {
  /** Drawn exactly on a grid; Laplace noise at delta 0. */
  readonly mechanism: RecordNoise['mechanism']
  /** Standard deviation of the noise, in the units of each column. */
  readonly sigma: number
  /** How far one record can move: the root of the summed squares of the bounds' widths, or their sum for Laplace noise. */
  readonly sensitivity: number
  /** Mean absolute error of each value. */
  readonly expectedError: number
  readonly epsilon: number
  readonly delta: number
  /** Columns passed on without noise: epsilon says nothing about them. */
  readonly notCovered: readonly string[]
}

/** Takes identifiers out of data and adds noise to numbers, before anything is trained. */
export class CompliancePreprocessor {
  readonly #sdk: AttestrySDK

  constructor({ sdk }: { readonly sdk: AttestrySDK }) {
    this.#sdk = sdk
  }

  /** Applies the detector to every text column. @throws SDK-E009 for a type that it does not know, SDK-E010 without rows */
  async removePii({ data, piiTypes, operator = 'redact', columns }: RemovePiiRequest): Promise<CleanedData> {
    const { file, digest, source } = await fileOf(data, this.#sdk)
    return this.#sdk.withServices([PiiScrubber, SubjectHandles, Lineage, Vault], async services => {
      const scrubber = services.get(PiiScrubber)
      const rules = piiTypes.map((type): IdentifierRule => ({ type: identifierType(type, scrubber.types), operator }))
      const found: Record<string, number> = {}
      let rowsChanged = 0
      let rowsIn = 0
      const cleaned = await writePrepared(
        this.#sdk.workspace,
        mapped(await openRows(file), async batch => {
          rowsIn += rowCount(batch)
          const result = await scrubber.scrub(batch, textColumns(batch, columns), rules)
          rowsChanged += result.rowsChanged
          for (const [type, count] of Object.entries(result.found)) found[type] = (found[type] ?? 0) + count
          return result.batch
        }),
        source,
      )
      await this.#sdk.lineage().record({
        kind: 'transformation',
        name: 'identifier removal',
        inputs: [digest],
        outputs: [cleaned.digest],
        plugin: '@attestry/pii',
        version: versionOf(import.meta.url),
        parameters: { rules: rules.map(({ type, operator: done }) => ({ type, operator: done })), found },
        rowsIn,
        rowsOut: cleaned.rows,
      })
      return { ...cleaned, found, rowsChanged }
    })
  }

  /**
   * Adds noise to each record's numbers, so that any two records give nearly the same output.
   *
   * The noise is that of `recordNoise` of `@attestry/dp`, at sensitivity sqrt(sum of (max - min)^2), because the unit is a
   * record and one record can differ from another in every column at once (local model, replace one record). The charge is
   * on the ledger before any noisy row is written.
   *
   * @throws SDK-E011 without bounds, with bounds on text, when a column holds free text, or with a budget of people and no subject
   * @throws DP-E011 when the budget of the source does not cover it, DP-E022 when that of a person does not
   * @see Balle, Wang 2018, arXiv 1805.06530, theorem 8
   */
  async addNoise({
    data,
    epsilon,
    delta,
    bounds = {},
    unit,
    subject,
    subjectBudget: person,
  }: AddNoiseRequest): Promise<NoisedData> {
    if (unit !== 'record') throw noiseRefused(`the unit '${String(unit)}' is not known`, "declare unit: 'record'")
    const noised = Object.keys(bounds)
    if (noised.length === 0)
      throw noiseRefused(
        'no column has bounds',
        'declare bounds: { column: { min, max } }; they are never read off the data',
      )
    if (person && subject === undefined)
      throw noiseRefused('a budget of people is set, and no column names them', 'name it with subject')
    if (subject !== undefined && noised.includes(subject))
      throw noiseRefused(`'${subject}' names people, and noise would name others`, `remove bounds.${subject}`)
    for (const [name, { min, max }] of Object.entries(bounds))
      if (!(Number.isFinite(min) && Number.isFinite(max) && min < max))
        throw noiseRefused(`the bounds of '${name}' are not two numbers with min below max`, `mend bounds.${name}`)
    const { apply, mechanism, adjacency, sigma, sensitivity, expectedError } = recordNoise({
      epsilon,
      delta,
      bounds,
      unit,
    })
    const { file, digest, source } = await fileOf(data, this.#sdk)
    const notCovered = await columnsWithoutNoise(file, bounds, subject)
    const charged = `${mechanism} per record, sigma ${sigma}, sensitivity ${sensitivity}, columns ${noised.join(', ')}`
    const needed = subject === undefined ? [] : [SubjectHandles]
    await this.#sdk.withServices([PrivacyLedger, DataReader, ...needed], async services => {
      const limit = this.#sdk.policy().policy.epsilon?.value
      const ledger = services.get(PrivacyLedger)
      // Without a limit of the policy nothing is over budget, but what was spent still stands in the ledger.
      const budget = { ...(limit ?? { epsilon: Number.MAX_VALUE, delta: 1 - 2 ** -53 }), ...(person && { person }) }
      const charge = { dataset: source, id: ulid(), epsilon, delta, adjacency, mechanism: charged }
      const people = subject === undefined ? undefined : await peopleIn(file, subject, services.get(SubjectHandles))
      await ledger.charge(charge, budget, people)
    })
    let rowsIn = 0
    const written = await writePrepared(
      this.#sdk.workspace,
      mapped(await openRows(file, noised, subject), async batch => {
        rowsIn += rowCount(batch)
        return apply(batch)
      }),
      source,
    )
    await this.#sdk.lineage().record({
      kind: 'transformation',
      name: 'noise',
      inputs: [digest],
      outputs: [written.digest],
      plugin: '@attestry/dp',
      version: versionOf(import.meta.url),
      parameters: { mechanism, epsilon, delta, sigma, sensitivity, columns: noised },
      rowsIn,
      rowsOut: written.rows,
    })
    return { ...written, mechanism, sigma, sensitivity, expectedError, epsilon, delta, notCovered }
  }
}

/** What applications call the types of identifiers. */
const plainNames: Readonly<Record<string, string>> = {
  email: 'EMAIL',
  phone: 'PHONE',
  ssn: 'US_SSN',
  names: 'PERSON',
  name: 'PERSON',
  card: 'CREDIT_CARD',
  iban: 'IBAN',
  ip: 'IP_ADDRESS',
  url: 'URL',
}

function identifierType(name: string, known: readonly string[]): string {
  const type = plainNames[name.toLowerCase()] ?? name
  if (known.includes(type)) return type
  const words = [...Object.keys(plainNames), ...known]
  throw unknownWord('identifier type', name, words, nearest(name, words))
}

/** @param subject column that is left out; with `handles` it says whose each row is */
const openRows = async (
  file: string,
  numeric: readonly string[] = [],
  subject?: string,
  handles?: SubjectHandles,
): Promise<AsyncIterable<RecordBatch>> => {
  const source = { path: file, required: numeric, numeric, ...(subject !== undefined && { subject }) }
  return (await openDataset(source, { baseDirectory: dirname(file), ...(handles && { handles }) })).batches()
}

/** Handles, which are on disk then, once for each row. */
async function peopleIn(file: string, subject: string, handles: SubjectHandles): Promise<readonly string[]> {
  const people: string[] = []
  for await (const { subjects } of await openRows(file, [], subject, handles)) people.push(...subjects)
  return people
}

async function* mapped(
  batches: AsyncIterable<RecordBatch>,
  map: (batch: RecordBatch) => Promise<RecordBatch>,
): AsyncIterable<RecordBatch> {
  for await (const batch of batches) yield await map(batch)
}

function textColumns(batch: RecordBatch, wanted: readonly string[] | undefined): readonly string[] {
  const texts = Object.entries(batch.columns).flatMap(([name, { kind }]) => (kind === 'text' ? [name] : []))
  const missing = wanted?.find(name => !(name in batch.columns))
  if (missing !== undefined) throw dataRefused(`column '${missing}' is not in the data`)
  return wanted ? texts.filter(name => wanted.includes(name)) : texts
}

/** A category has few values; a column with more, and with words in them, is free text. */
const mostValues = 50

/** @throws SDK-E011 for a column with bounds that is no number, and for free text */
async function columnsWithoutNoise(
  file: string,
  bounds: NonNullable<AddNoiseRequest['bounds']>,
  subject: string | undefined,
): Promise<readonly string[]> {
  const seen = new Map<string, Set<string>>()
  const isText = new Set<string>()
  for await (const batch of await openRows(file, [], subject))
    for (const [name, { values }] of Object.entries(batch.columns)) {
      const texts = seen.get(name) ?? new Set<string>()
      seen.set(name, texts)
      for (const value of values) {
        if (value === null || value === '' || Number.isNaN(value)) continue
        if (!Number.isFinite(Number(value))) isText.add(name)
        if (texts.size <= mostValues) texts.add(String(value))
      }
    }
  for (const name of Object.keys(bounds)) {
    if (!seen.has(name)) throw noiseRefused(`column '${name}' is not in the data`, `correct bounds.${name}`)
    if (isText.has(name))
      throw noiseRefused(`column '${name}' holds text, to which no number can be added`, `remove bounds.${name}`)
  }
  for (const name of isText)
    if (seen.get(name)!.size > mostValues)
      throw noiseRefused(
        `column '${name}' is free text: noise on the numbers beside it protects nobody who is named in it`,
        `leave '${name}' out of the data, or train on it with a privacy budget instead`,
      )
  return [...seen.keys()].filter(name => !(name in bounds))
}
