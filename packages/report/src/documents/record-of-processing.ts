import type { ReportInput, RunRecord, Statement } from '@attestry/core'
import { newest } from '../checklist/facts.js'
import { assessedAtOf, identifiersOf, readEvidence, type EvidenceItem } from '../evidence-list.js'
import { byText, durationWords, sortedEntries } from '../format.js'

/** One part of the record. What nobody stated is an empty list, and is printed as "not stated". */
export interface StatedPart {
  /** The provision, such as `GDPR Art. 30(1)(b)`. */
  readonly provision: string
  readonly title: string
  readonly said: readonly string[]
  /** What it rests on: files of statements, `config` or `policy`. Empty when it is not stated. */
  readonly from: readonly string[]
}

/** A record of processing activities, GDPR Article 30(1), of one training run. */
export interface RecordOfProcessing {
  readonly format: 'attestry-record-of-processing/1'
  readonly run: string
  readonly name: string
  readonly assessedAt: string
  /** In the order of the article. */
  readonly parts: readonly StatedPart[]
  /** How many parts are not stated. */
  readonly open: number
}

/**
 * The record of processing, filled from config, policy and evidence. What only the controller knows, such as its own name,
 * comes from the newest attestation of kind `record-of-processing`, whose fields are lists of words; without it those parts
 * are not stated. Nothing is guessed.
 *
 * @throws REPORT-E002 when a time of the record cannot be read
 */
export function recordOfProcessing({ record, statements }: ReportInput): RecordOfProcessing {
  const { items } = readEvidence(statements)
  const signed = newestSigned(statements)
  const people = (field: string): Said => saidBy(signed, field)
  const parts = [
    part('(a)', 'Controller', people('controller')),
    part('(a)', 'Joint controller', people('jointController')),
    part('(a)', 'Representative', people('representative')),
    part('(a)', 'Data protection officer', people('dataProtectionOfficer')),
    part('(b)', 'Purposes', said('config', [record.config.purpose])),
    part('(c)', 'Categories of data subjects', people('dataSubjects')),
    part('(c)', 'Categories of personal data', both(columns(record), identifierTypes(items), people('personalData'))),
    part('(d)', 'Recipients', both(people('recipients'), hosts(record))),
    part('(e)', 'Transfers to third countries', both(people('transfers'), connections(items))),
    part('(f)', 'Time limits for erasure', both(retention(record), erasure(record))),
    part('(g)', 'Security measures', both(...security(record, items), people('securityMeasures'))),
  ]
  return {
    format: 'attestry-record-of-processing/1',
    run: record.id,
    name: record.config.name,
    assessedAt: assessedAtOf(record, items),
    parts,
    open: parts.filter(one => one.said.length === 0).length,
  }
}

interface Said {
  readonly said: readonly string[]
  readonly from: readonly string[]
}

const said = (from: string, lines: readonly string[]): Said =>
  lines.length === 0 ? nothing : { said: lines, from: [from] }

const nothing: Said = { said: [], from: [] }

const both = (...parts: readonly Said[]): Said => ({
  said: parts.flatMap(one => one.said),
  from: [...new Set(parts.flatMap(one => one.from))],
})

const part = (letter: string, title: string, { said: lines, from }: Said): StatedPart => ({
  provision: `GDPR Art. 30(1)${letter}`,
  title,
  said: lines,
  from,
})

function newestSigned(statements: readonly Statement[]): Statement | undefined {
  const when = ({ predicate }: Statement): string => String(predicate['attestedAt'] ?? '')
  return statements
    .filter(({ type, predicate }) => type === 'attestation' && predicate['kind'] === 'record-of-processing')
    .sort((a, b) => byText(when(a), when(b)) || byText(a.file, b.file))
    .at(-1)
}

function saidBy(statement: Statement | undefined, field: string): Said {
  const value = statement?.predicate[field]
  const lines = (Array.isArray(value) ? value : [value]).filter(one => typeof one === 'string' && one.trim() !== '')
  return statement ? said(statement.file, lines as readonly string[]) : nothing
}

function columns({ config: { data } }: RunRecord): Said {
  const features = Object.keys(data.features ?? {}).sort(byText)
  return said('config', [
    ...(data.text === undefined ? [] : [`free text in column ${data.text}`]),
    ...(features.length > 0 ? [`features: ${features.join(', ')}`] : []),
    ...(data.groups?.length ? [`groups compared for fairness: ${data.groups.join(', ')}`] : []),
    `outcome: ${data.label}`,
    ...(data.subject === undefined ? [] : [`the person a row is about, kept as a random handle: ${data.subject}`]),
    ...(data.keep?.length ? [`kept for plugins: ${data.keep.join(', ')}`] : []),
  ])
}

function identifierTypes(items: readonly EvidenceItem[]): Said {
  const types = sortedEntries(identifiersOf(items)?.found ?? {}).filter(([, times]) => times > 0)
  if (types.length === 0) return nothing
  const files = items.filter(({ type }) => type === 'pii-removal').map(({ statement }) => statement.file)
  return { said: [`identifiers found by rules before removal: ${types.map(([type]) => type).join(', ')}`], from: files }
}

const hosts = ({ config: { network } }: RunRecord): Said =>
  said(
    'config',
    network.allow.length > 0
      ? [`hosts that the run may connect to: ${[...network.allow].sort(byText).join(', ')}`]
      : [],
  )

/** What the guard of the run saw. That nothing was sent while training says nothing about transfers before or after. */
function connections(items: readonly EvidenceItem[]): Said {
  const found = newest({ items }, 'local-processing')
  if (!found || found.hasFailed) return nothing
  const allowed = found.item.facts['allowed']
  const hostsAllowed = Array.isArray(allowed) ? allowed.filter(one => typeof one === 'string') : []
  const line =
    hostsAllowed.length === 0
      ? 'during the run, connections from this process were allowed to loopback only'
      : `during the run, connections from this process were allowed to loopback and ${hostsAllowed.join(', ')}`
  return { said: [line], from: found.files }
}

const retention = ({ policy }: RunRecord): Said =>
  said(
    'policy',
    policy.retention.map(({ value: { dataClass, min, max, trigger } }) => {
      const bounds = [min && `at least ${durationWords(min)}`, max && `at most ${durationWords(max)}`].filter(Boolean)
      return `${dataClass}: ${bounds.join(', ') || 'no bound'} from ${trigger}`
    }),
  )

const erasure = ({ policy }: RunRecord): Said =>
  said(
    'policy',
    policy.erasure.map(({ value }) => `${value}: on request of the person`),
  )

/** Measures for which evidence is at hand and did not fail. */
const security = ({ policy, stages }: RunRecord, items: readonly EvidenceItem[]): readonly Said[] => {
  const measure = (type: string, line: string): Said => {
    const found = newest({ items }, type)
    return found && !found.hasFailed ? { said: [line], from: found.files } : nothing
  }
  return [
    measure(
      'encryption-at-rest',
      `data at rest is encrypted${policy.encryption ? `, at least ${policy.encryption.value.keyBits} bits` : ''}`,
    ),
    measure('access-control', 'access is denied unless a grant permits it'),
    measure('audit-log', 'a tamper-evident log of the run, given that a checkpoint is held by someone else'),
    measure('pii-removal', 'identifiers that rules find are removed or masked before training'),
    measure('local-processing', 'connections of the run are limited'),
    stages.train?.plan.privacy
      ? measure('dp-training', 'training with differential privacy, with the parameters in the model card')
      : nothing,
  ]
}
