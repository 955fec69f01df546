import type { Statement } from '@attestry/core'
import { byText } from '../format.js'
import { failed, missing, type Finding } from './checklist-line.js'
import type { ChecklistFacts } from './facts.js'

/** Milliseconds since the epoch of an ISO date or instant; null for anything else, so that it never counts. */
function instantOf(value: unknown): number | null {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2}))?$/.test(value)) return null
  const time = Date.parse(value)
  return Number.isNaN(time) ? null : time
}

/**
 * What people signed about a kind of document that covers the run's purpose and dataset. The newest decides, also when it
 * has expired and an older one has not. One that cannot count, because it lacks a readable expiry, is signed for a time to
 * come or by the run's own key, is a failure: somebody relies on it.
 */
export function attested({ record, attestations, at }: ChecklistFacts, kind: string): Finding {
  const ofKind = attestations.filter(({ predicate }) => predicate['kind'] === kind)
  if (ofKind.length === 0) return missing(`nobody has attested '${kind}'`)
  const dataset = record.stages.preprocess?.dataset.digest
  const covering = ofKind.filter(
    ({ predicate }) =>
      (predicate['purpose'] === undefined || predicate['purpose'] === record.config.purpose) &&
      (predicate['dataset'] === undefined || predicate['dataset'] === dataset),
  )
  if (covering.length === 0)
    return missing(`'${kind}' is attested, but not for this purpose and dataset`, ofKind.map(fileOf).sort(byText))
  const statement = [...covering].sort(bySigning).at(-1)!
  const { signer, roles, predicate } = statement
  const evidence = [statement.file]
  const expires = instantOf(predicate['expires'])
  const signedAt = instantOf(predicate['attestedAt'])
  if (roles.includes('run')) return failed(`'${kind}' is signed by the run's own key, not by a person`, evidence)
  if (expires === null)
    return failed(`the newest attestation of '${kind}' has no expiry date that can be read`, evidence)
  if (signedAt !== null && signedAt > at.getTime())
    return failed(`the newest attestation of '${kind}' is dated ${day(signedAt)}, which has not come`, evidence)
  if (expires <= at.getTime())
    return { state: 'stale', detail: `'${kind}' expired on ${day(expires)}, signed by ${signer}`, evidence }
  const inRoles = roles.length > 0 ? ` (${roles.join(', ')})` : ''
  return { state: 'attested', detail: `signed by ${signer}${inRoles}, until ${day(expires)}`, evidence }
}

const bySigning = (a: Statement, b: Statement): number => {
  const [one, other] = [a, b].map(({ predicate }) => instantOf(predicate['attestedAt']) ?? -Infinity) as [
    number,
    number,
  ]
  return one === other ? byText(a.file, b.file) : one - other
}

const fileOf = ({ file }: Statement): string => file

const day = (time: number): string => new Date(time).toISOString().slice(0, 10)

/** The command with which a person signs such a document. */
export const attestCommand = (kind: string): string =>
  `attestry attest --kind ${kind} --as <principal> --title "..." --expires <date>`
