import { dirname } from 'node:path'
import {
  ConsentRegistry,
  filterRows,
  PiiScrubber,
  rowCount,
  SubjectHandles,
  versionOf,
  type Digest,
  type JsonValue,
  type LineageNode,
  type RecordBatch,
  type Services,
  nearest,
} from '@attestry/core'
import { openDataset } from '@attestry/data'
import type { LineageGraph } from '@attestry/governance'
import { unknownWord } from './errors.js'
import { fileOf, nameOf, writePrepared, type DataInput, type PreparedData } from './prepared-data.js'
import { workspaceLineage } from './report-input.js'
import type { AttestrySDK } from './sdk.js'

export interface TrackRequest {
  readonly source: DataInput
  /** Done in this order: `anonymization` takes identifiers out of text, `filtering` leaves rows out. */
  readonly transformations?: readonly string[]
  /** Purpose id, compared with consent. */
  readonly purpose: string
  /** Column that names the person a row is about; `filtering` needs it to ask for consent. */
  readonly subject?: string
}

/** A dataset with what was done to it. The file holds what is left. */
export interface TrackedDataset extends PreparedData {
  readonly purpose: string
  readonly steps: readonly TrackedStep[]
}

export interface TrackedStep {
  readonly transformation: string
  readonly input: Digest
  readonly output: Digest
  readonly rowsIn: number
  readonly rowsOut: number
  /** What was counted: findings by type, rows left out by reason. */
  readonly counts: Readonly<Record<string, number>>
}

/** The provenance graph of a workspace: what was prepared by hand and what each run did. */
export interface LineageReport {
  /** Every node, to be asked where content comes from and what came of it. */
  readonly graph: LineageGraph
  readonly sources: readonly {
    readonly name: string
    readonly digest: Digest
    readonly rows: number | null
    readonly purpose: string | null
  }[]
  readonly models: readonly Digest[]
}

interface Step {
  readonly plugin: string
  readonly services: readonly Parameters<Services['get']>[0][]
  /** Prepares one step; the function it gives is called for every batch and counts into `counts`. */
  open(
    request: TrackRequest,
    services: Services,
    counts: Record<string, number>,
  ): (batch: RecordBatch) => Promise<RecordBatch>
}

const removal: Step = {
  plugin: '@attestry/pii',
  services: [PiiScrubber],
  open(_request, services, counts) {
    const scrubber = services.get(PiiScrubber)
    const rules = scrubber.types.map(type => ({ type, operator: 'redact' as const }))
    return async batch => {
      const texts = Object.entries(batch.columns).flatMap(([name, { kind }]) => (kind === 'text' ? [name] : []))
      const { batch: clean, found } = await scrubber.scrub(batch, texts, rules)
      for (const [type, count] of Object.entries(found)) add(counts, type, count)
      return clean
    }
  },
}

/** Leaves out rows without any value, repeated rows, and rows of people who said no to the purpose. */
const filtering: Step = {
  plugin: '@attestry/governance',
  services: [ConsentRegistry],
  open({ purpose, subject }, services, counts) {
    const consent = subject === undefined ? undefined : services.get(ConsentRegistry)
    const seen = new Set<string>()
    const whyNot = (batch: RecordBatch, row: number): string | undefined => {
      const values = Object.values(batch.columns).map(column => column.values[row] ?? null)
      if (values.every(value => value === null || value === '' || Number.isNaN(value))) return 'empty'
      const person = batch.subjects[row]!
      const state = consent?.state(person, purpose)
      if (state === 'withdrawn' || state === 'refused') return state
      if (consent?.isRestricted(person)) return 'restricted'
      const key = JSON.stringify(values)
      if (seen.has(key)) return 'repeated'
      seen.add(key)
      return undefined
    }
    return async batch =>
      filterRows(batch, row => {
        const reason = whyNot(batch, row)
        if (reason !== undefined) add(counts, reason, 1)
        return reason === undefined
      })
  },
}

const steps: Readonly<Record<string, Step>> = { anonymization: removal, 'identifier-removal': removal, filtering }

/** Follows datasets from their source through every transformation into models, by digest. */
export class DataLineage {
  readonly #sdk: AttestrySDK

  constructor({ sdk }: { readonly sdk: AttestrySDK }) {
    this.#sdk = sdk
  }

  /**
   * Carries out the transformations on the file and records source and steps by digest.
   *
   * `anonymization` is the caller's word: what is recorded is that identifiers were removed, and which.
   *
   * @throws SDK-E009 for a transformation that is not known, before the file is read; SDK-E010 when no row is left
   */
  async trackDataset(request: TrackRequest): Promise<TrackedDataset> {
    const { source, transformations = [], purpose } = request
    for (const name of transformations) stepOf(name)
    const { file, digest, source: origin } = await fileOf(source, this.#sdk)
    const columns = new Set<string>()
    let rows = 0
    for await (const batch of await openRows(file)) {
      rows += rowCount(batch)
      for (const name of Object.keys(batch.columns)) columns.add(name)
    }
    await this.#record({
      kind: 'source',
      name: nameOf(source),
      inputs: [],
      outputs: [digest],
      parameters: { purpose },
      rowsOut: rows,
    })
    let current: PreparedData = { file, digest, source: origin, rows, columns: [...columns] }
    const done: TrackedStep[] = []
    for (const name of transformations) {
      const { step, data } = await this.#transform(name, current, request)
      done.push(step)
      current = data
    }
    return { ...current, purpose, steps: done }
  }

  /** The graph of everything tracked here and of every run of the workspace. */
  async report(): Promise<LineageReport> {
    const graph = await workspaceLineage(this.#sdk.workspace)
    const sources = graph.nodes.filter(({ kind }) => kind === 'source')
    return {
      graph,
      sources: sources.map(({ name, outputs, rowsOut = null, parameters }) => ({
        name,
        digest: outputs[0]!,
        rows: rowsOut,
        purpose: typeof parameters?.purpose === 'string' ? parameters.purpose : null,
      })),
      models: graph.nodes.filter(({ kind }) => kind === 'model').flatMap(({ outputs }) => outputs),
    }
  }

  async #transform(
    name: string,
    input: PreparedData,
    request: TrackRequest,
  ): Promise<{ readonly step: TrackedStep; readonly data: PreparedData }> {
    const { plugin, services: needed, open } = stepOf(name)
    return this.#sdk.withServices([...needed, SubjectHandles], async services => {
      const counts: Record<string, number> = {}
      const transform = open(request, services, counts)
      const handles = services.get(SubjectHandles)
      const batches = await openRows(input.file, request.subject, handles)
      const data = await writePrepared(this.#sdk.workspace, mapped(batches, transform), input.source)
      await handles.flush()
      const parameters: Record<string, JsonValue> = { purpose: request.purpose, counts }
      await this.#record({
        kind: 'transformation',
        name,
        inputs: [input.digest],
        outputs: [data.digest],
        plugin,
        version: versionOf(import.meta.url),
        parameters,
        rowsIn: input.rows,
        rowsOut: data.rows,
      })
      const step = {
        transformation: name,
        input: input.digest,
        output: data.digest,
        rowsIn: input.rows,
        rowsOut: data.rows,
      }
      return { step: { ...step, counts }, data }
    })
  }

  #record(node: LineageNode): Promise<void> {
    return this.#sdk.lineage().record(node)
  }
}

function stepOf(name: string): Step {
  const found = Object.hasOwn(steps, name) ? steps[name] : undefined
  if (found) return found
  const known = Object.keys(steps)
  throw unknownWord('transformation', name, known, nearest(name, known))
}

const openRows = async (
  file: string,
  subject?: string,
  handles?: SubjectHandles,
): Promise<AsyncIterable<RecordBatch>> => {
  const columns = subject === undefined ? {} : { subject }
  const source = { path: file, ...columns, required: subject === undefined ? [] : [subject], numeric: [] }
  return (await openDataset(source, { baseDirectory: dirname(file), ...(handles && { handles }) })).batches()
}

async function* mapped(
  batches: AsyncIterable<RecordBatch>,
  map: (batch: RecordBatch) => Promise<RecordBatch>,
): AsyncIterable<RecordBatch> {
  for await (const batch of batches) yield await map(batch)
}

const add = (counts: Record<string, number>, name: string, count: number): void => {
  counts[name] = (counts[name] ?? 0) + count
}
