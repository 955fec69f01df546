import { AttestryError } from './errors.js'
import { compareDurations, type Duration } from './duration.js'
import { operators, type IdentifierRule, type Obligation, type ObligationKind } from './obligations.js'
import type { Plugin } from './plugin.js'

/** Who asked for something. */
export interface Source {
  readonly plugin: string
  readonly control: string
}

/** A value in force, with everybody who asked for it or for less. */
export interface InForce<T> {
  readonly value: T
  readonly sources: readonly Source[]
}

export interface RetentionRule {
  readonly dataClass: string
  /** The longest of the minimums. */
  readonly min: Duration | null
  /** The shortest of the maximums. */
  readonly max: Duration | null
  readonly trigger: string
}

/** Where a run may connect to. */
export interface NetworkRule {
  /** Who demands that nothing but loopback is reached; null when nobody does. */
  readonly localOnly: InForce<true> | null
  /** Hosts that somebody needs. */
  readonly hosts: readonly InForce<string>[]
}

/** Demands that cannot all be met. The kernel never picks a winner. */
export interface Conflict {
  /** Such as `retain:training-data`. */
  readonly id: string
  readonly kind: ObligationKind
  readonly demands: readonly (Source & { readonly demand: string })[]
  /** The signed statement that resolved it; null while nobody has. */
  readonly resolution: Resolution | null
}

/**
 * How a conflict is settled: a period that is kept to (retention), a host that may be reached although processing is local
 * otherwise, or whether the hold or the erasure goes first.
 */
export type Decision =
  | { readonly keep: Duration }
  | { readonly connect: 'allow' | 'refuse' }
  | { readonly first: 'hold' | 'erasure' }

/** What a signed resolution says. */
export interface Resolution {
  /** Digest of the statement. */
  readonly statement: string
  readonly signer: string
  readonly legalBasis: string
  readonly scope: string
  /** What is done, such as `{ keep: 'P7Y' }`. */
  readonly decision: Decision
  /** ISO date after which the resolution no longer counts. */
  readonly expires: string
}

/** All obligations combined, each with the plugins and controls that asked for it. Independent of plugin order. */
export interface EffectivePolicy {
  /** Identifier types to remove, each with the strongest operator asked. */
  readonly identifiers: readonly InForce<IdentifierRule>[]
  readonly epsilon: InForce<{ readonly epsilon: number; readonly delta: number }> | null
  readonly metrics: readonly InForce<{ readonly metric: string; readonly max: number }>[]
  readonly approvals: InForce<number> | null
  readonly encryption: InForce<{ readonly keyBits: number }> | null
  readonly auditEverySteps: InForce<number> | null
  readonly retention: readonly InForce<RetentionRule>[]
  readonly documents: readonly InForce<string>[]
  readonly network: NetworkRule
  /** Data classes whose records are erased on request. */
  readonly erasure: readonly InForce<string>[]
  readonly holds: readonly InForce<{ readonly dataClass: string; readonly id: string }>[]
  readonly conflicts: readonly Conflict[]
}

type Asked<K extends ObligationKind> = {
  readonly obligation: Extract<Obligation, { kind: K }>
  readonly source: Source
}

/** Combines the obligations of all plugins (design: upper bounds smallest, lower bounds largest, sets by union). */
export function combinePolicy(plugins: readonly Plugin[]): EffectivePolicy {
  const all = plugins
    .flatMap(({ name, obligations = [] }) =>
      obligations.map(obligation => ({ obligation, source: { plugin: name, control: obligation.control } })),
    )
    .sort((a, b) => compareText(key(a.source), key(b.source)))
  const asked = <K extends ObligationKind>(kind: K): Asked<K>[] =>
    all.filter((one): one is Asked<K> => one.obligation.kind === kind)

  const epsilon = asked('limit-epsilon')
  const approvals = asked('require-approvals')
  const encryption = asked('encrypt-at-rest')
  const audits = asked('audit-training')
  const network = combineNetwork(asked('local-only'), asked('connect-to'))
  const erasing = groupBy(asked('honour-erasure'), ({ obligation }) => obligation.dataClass)
  const held = groupBy(asked('hold'), ({ obligation }) => `${obligation.dataClass} ${obligation.id}`)
  const retained = groupBy(asked('retain'), ({ obligation }) => obligation.dataClass).map(combineRetention)

  return {
    identifiers: groupBy(
      asked('remove-identifiers').flatMap(({ obligation, source }) => obligation.rules.map(rule => ({ rule, source }))),
      ({ rule }) => rule.type,
    ).map(group => ({
      value: { type: group[0]!.rule.type, operator: strongest(group.map(({ rule }) => rule.operator)) },
      sources: sourcesOf(group),
    })),
    epsilon: inForce(epsilon, () => ({
      epsilon: Math.min(...epsilon.map(({ obligation }) => obligation.epsilon)),
      delta: Math.min(...epsilon.map(({ obligation }) => obligation.delta)),
    })),
    metrics: groupBy(asked('limit-metric'), ({ obligation }) => obligation.metric).map(group => ({
      value: {
        metric: group[0]!.obligation.metric,
        max: Math.min(...group.map(({ obligation }) => obligation.max)),
      },
      sources: sourcesOf(group),
    })),
    approvals: inForce(approvals, () => Math.max(...approvals.map(({ obligation }) => obligation.count))),
    encryption: inForce(encryption, () => ({
      keyBits: Math.max(...encryption.map(({ obligation }) => obligation.keyBits)),
    })),
    auditEverySteps: inForce(audits, () => Math.min(...audits.map(({ obligation }) => obligation.everySteps))),
    retention: retained.map(({ rule }) => rule),
    documents: groupBy(asked('require-document'), ({ obligation }) => obligation.document).map(group => ({
      value: group[0]!.obligation.document,
      sources: sourcesOf(group),
    })),
    network: network.rule,
    erasure: erasing.map(group => ({ value: group[0]!.obligation.dataClass, sources: sourcesOf(group) })),
    holds: held.map(group => {
      const { dataClass, id } = group[0]!.obligation
      return { value: { dataClass, id }, sources: sourcesOf(group) }
    }),
    conflicts: [
      ...network.conflicts,
      ...erasing.flatMap(group => erasureConflict(group, asked('hold'))),
      ...retained.flatMap(({ conflict }) => (conflict ? [conflict] : [])),
    ],
  }
}

/** L = longest minimum, U = shortest maximum; L > U is an empty interval, hence a conflict. */
function combineRetention(group: readonly Asked<'retain'>[]): {
  rule: InForce<RetentionRule>
  conflict: Conflict | null
} {
  const mins = group.flatMap(({ obligation }) => obligation.min ?? []).sort(compareDurations)
  const maxs = group.flatMap(({ obligation }) => obligation.max ?? []).sort(compareDurations)
  const min = mins.at(-1) ?? null
  const max = maxs[0] ?? null
  const { dataClass } = group[0]!.obligation
  const triggers = [...new Set(group.map(({ obligation }) => obligation.trigger))].sort()
  const isEmpty = min !== null && max !== null && compareDurations(min, max) > 0
  return {
    rule: { value: { dataClass, min, max, trigger: triggers.join('; ') }, sources: sourcesOf(group) },
    conflict: isEmpty
      ? {
          id: `retain:${dataClass}`,
          kind: 'retain',
          demands: group.map(({ obligation, source }) => ({ ...source, demand: retentionText(obligation) })),
          resolution: null,
        }
      : null,
  }
}

const retentionText = ({ min, max, trigger }: Asked<'retain'>['obligation']): string =>
  [min && `at least ${min}`, max && `at most ${max}`].filter(Boolean).join(', ') + ` from ${trigger}`

/** Every host that somebody needs is a conflict once somebody demands that nothing leaves the machine. */
function combineNetwork(
  local: readonly Asked<'local-only'>[],
  remote: readonly Asked<'connect-to'>[],
): { readonly rule: NetworkRule; readonly conflicts: readonly Conflict[] } {
  const hosts = groupBy(remote, ({ obligation }) => obligation.host)
  return {
    rule: {
      localOnly: inForce(local, () => true as const),
      hosts: hosts.map(group => ({ value: group[0]!.obligation.host, sources: sourcesOf(group) })),
    },
    conflicts:
      local.length === 0
        ? []
        : hosts.map(group => ({
            id: `connect:${group[0]!.obligation.host}`,
            kind: 'connect-to',
            demands: [
              ...local.map(({ source }) => ({ ...source, demand: 'no connection but to this machine' })),
              ...group.map(({ obligation, source }) => ({ ...source, demand: `a connection to ${obligation.host}` })),
            ],
            resolution: null,
          })),
  }
}

/** Erasure on request against an order to destroy nothing of the same data class. */
function erasureConflict(
  erasing: readonly Asked<'honour-erasure'>[],
  holds: readonly Asked<'hold'>[],
): readonly Conflict[] {
  const { dataClass } = erasing[0]!.obligation
  const against = holds.filter(({ obligation }) => obligation.dataClass === dataClass)
  if (against.length === 0) return []
  return [
    {
      id: `erase:${dataClass}`,
      kind: 'hold',
      demands: [
        ...erasing.map(({ source }) => ({ ...source, demand: `${dataClass} of a person is erased on request` })),
        ...against.map(({ obligation, source }) => ({
          ...source,
          demand: `nothing of ${dataClass} is destroyed (hold ${obligation.id})`,
        })),
      ],
      resolution: null,
    },
  ]
}

/** The policy with a conflict marked as resolved and, for retention, the resolved period in force. */
export function applyResolution(policy: EffectivePolicy, conflictId: string, resolution: Resolution): EffectivePolicy {
  return {
    ...policy,
    conflicts: policy.conflicts.map(conflict => (conflict.id === conflictId ? { ...conflict, resolution } : conflict)),
    retention: policy.retention.map(rule =>
      `retain:${rule.value.dataClass}` === conflictId && 'keep' in resolution.decision
        ? { ...rule, value: { ...rule.value, min: resolution.decision.keep, max: resolution.decision.keep } }
        : rule,
    ),
  }
}

/**
 * Hosts that a run may reach beside loopback; null when nobody demands `localOnly` and the config does not either. A host
 * against which somebody demands `localOnly` counts only once a signed resolution allows it.
 *
 * @param network what the config says
 */
export function reachableHosts(
  policy: EffectivePolicy,
  network: { readonly localOnly: boolean; readonly allow: readonly string[] },
): readonly string[] | null {
  const { localOnly, hosts } = policy.network
  if (!localOnly && !network.localOnly) return null
  const refused = new Set(
    policy.conflicts.flatMap(({ id, resolution }) => {
      const isAllowed = resolution && 'connect' in resolution.decision && resolution.decision.connect === 'allow'
      return id.startsWith('connect:') && !isAllowed ? [id.slice('connect:'.length)] : []
    }),
  )
  return [...new Set([...hosts.map(({ value }) => value), ...network.allow])].filter(host => !refused.has(host)).sort()
}

/** @throws CORE-E005 when an obligation has no plugin that carries it out */
export function checkAnswers(plugins: readonly Plugin[]): void {
  const answered = new Set(plugins.flatMap(({ answers = [] }) => answers))
  for (const { name, obligations = [] } of plugins)
    for (const { kind, control } of obligations)
      if (!answered.has(kind))
        throw new AttestryError({
          code: 'CORE-E005',
          message: `no loaded plugin carries out '${kind}', which ${name} demands`,
          where: { plugin: name, control },
          help: `load a plugin that answers '${kind}'`,
        })
}

const inForce = <T>(asked: readonly { readonly source: Source }[], combine: () => T): InForce<T> | null =>
  asked.length === 0 ? null : { value: combine(), sources: sourcesOf(asked) }

const key = ({ plugin, control }: Source): string => `${plugin} ${control}`

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const sourcesOf = (asked: readonly { readonly source: Source }[]): readonly Source[] => [
  ...new Map(asked.map(({ source }) => [key(source), source])).values(),
]

const strongest = (asked: readonly IdentifierRule['operator'][]): IdentifierRule['operator'] =>
  operators[Math.max(...asked.map(operator => operators.indexOf(operator)))]!

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>()
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item])
  return [...groups.entries()].sort(([a], [b]) => compareText(a, b)).map(([, group]) => group)
}
