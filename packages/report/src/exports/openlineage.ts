import type { Digest, JsonValue, LineageNode, RunRecord } from '@attestry/core'
import { visible } from '../markup.js'
import { uuidOfUlid } from './uuid.js'

type Json = { readonly [key: string]: JsonValue }

const producer = 'https://attestry.dev/report'
const spec = 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent'

/**
 * The run as OpenLineage 2-0-2 events: one START, and exactly one event that ends it, COMPLETE, FAIL or ABORT, once it has
 * ended. Also after a crash: a resumed run keeps its id, so an earlier attempt needs no end of its own. A run that waits
 * for people has not ended and says RUNNING; one that a policy stopped ends in ABORT.
 *
 * Datasets are named by kind and content digest, never by a path. Inputs are what the nodes take in and none of them made;
 * outputs are what they made.
 */
export function openLineageEvents(record: RunRecord, nodes: readonly LineageNode[]): readonly Json[] {
  const producers = producersOf(nodes)
  const isMade = (digest: Digest): boolean => producers.get(digest)?.some(({ kind }) => kind !== 'source') ?? false
  const named = [...new Set(nodes.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]))]
  const inputs = named.filter(digest => !isMade(digest)).map(digest => dataset(digest, producers))
  const outputs = named.filter(isMade).map(digest => dataset(digest, producers))
  const event = (eventType: string, time: string, made: readonly Json[]): Json => ({
    eventType,
    eventTime: new Date(time).toISOString(),
    run: { runId: uuidOfUlid(record.id), facets: runFacets(record) },
    job: { namespace: 'attestry', name: visible(record.config.name) || '(empty)', facets: {} },
    inputs,
    outputs: made,
    producer,
    schemaURL: spec,
  })
  const start = event('START', record.startedAt, [])
  return record.endedAt === null ? [start] : [start, event(typeAtEnd(record), record.endedAt, outputs)]
}

/** The events as one JSON object per line. */
export const openLineageLines = (events: readonly Json[]): string =>
  events.map(event => `${JSON.stringify(event)}\n`).join('')

const typeAtEnd = ({ status }: RunRecord): string =>
  ({ finished: 'COMPLETE', failed: 'FAIL', vetoed: 'ABORT', waiting: 'RUNNING', running: 'RUNNING' })[status]

const facet = (name: string, fields: Json): Json => ({
  _producer: producer,
  _schemaURL: `https://attestry.dev/openlineage/1/${name}.json#/$defs/${name}`,
  ...fields,
})

const runFacets = ({ id, configDigest, policyDigest, status, resumedAt, reason }: RunRecord): Json => ({
  attestry_run: facet('AttestryRunFacet', {
    run: visible(id),
    config: configDigest,
    policy: policyDigest,
    status,
    resumes: resumedAt.length,
    ...(reason && { reason: visible(reason.code) }),
  }),
})

type Producers = ReadonlyMap<Digest, readonly LineageNode[]>

function producersOf(nodes: readonly LineageNode[]): Producers {
  const producers = new Map<Digest, LineageNode[]>()
  for (const node of nodes)
    for (const digest of new Set(node.outputs)) {
      const makers = producers.get(digest)
      if (makers) makers.push(node)
      else producers.set(digest, [node])
    }
  return producers
}

/** Handle and digest: what the content is, and exactly which. */
function dataset(digest: Digest, producers: Producers): Json {
  const makers = producers.get(digest) ?? []
  const kind = makers[0] ? handles[makers[0].kind] : 'input'
  return {
    namespace: 'attestry',
    name: `${kind}/${digest}`,
    facets: {
      attestry_content: facet('AttestryContentFacet', {
        digest,
        madeBy: makers.map(({ kind: of, name, plugin }) => ({
          kind: of,
          name: visible(name),
          ...(plugin !== undefined && { plugin: visible(plugin) }),
        })),
      }),
    },
  }
}

const handles: Readonly<Record<LineageNode['kind'], string>> = {
  source: 'source',
  transformation: 'data',
  model: 'model',
  report: 'report',
}
