import {
  AccessControl,
  ConsentRegistry,
  filterRows,
  rowCount,
  type Handler,
  type Plugin,
  type Reason,
  type ServiceToken,
} from '@attestry/core'
import { noSubjectColumn } from './errors.js'

/** Rules of an application that are more than a demand on a mechanism. */
export type OwnRule = 'role-based-access' | 'change-management' | 'consent-only' | 'people-can-be-found'

const control = 'SDK-1'

/** What a plugin needs to keep these rules: hooks, and the services they touch. */
export function ownRules(rules: ReadonlySet<OwnRule>): Pick<Plugin, 'hooks' | 'requires' | 'uses'> {
  const asksConsent = rules.has('consent-only')
  const needsPeople = asksConsent || rules.has('people-can-be-found')
  const gates = [
    ...(rules.has('role-based-access') ? [deployerHasRole] : []),
    ...(rules.has('change-management') ? [changeIsRequested] : []),
  ]
  const uses: ServiceToken<unknown>[] = rules.has('role-based-access') ? [AccessControl] : []
  return {
    requires: asksConsent ? [ConsentRegistry] : [],
    uses,
    hooks: {
      ...(needsPeople && { preprocess: { order: 'pre' as const, handler: asksConsent ? consentOnly : peopleNamed } }),
      ...(gates.length > 0 && { deploy: inTurn(gates) }),
    },
  }
}

/** Nobody can be found, asked or left out in data that names nobody. */
const peopleNamed: Handler<'preprocess'> = (batch, { run }) => {
  if (run.config.data.subject === undefined) throw noSubjectColumn()
  return batch
}

/** Only rows of people whose consent for this purpose stands. */
const consentOnly: Handler<'preprocess'> = async (batch, context) => {
  await peopleNamed(batch, context)
  const registry = context.get(ConsentRegistry)
  const { purpose } = context.run.config
  const states = batch.subjects.map(subject => registry.state(subject, purpose))
  const kept = filterRows(batch, row => states[row] === 'given')
  const byState: Record<string, number> = {}
  for (const state of states) byState[state] = (byState[state] ?? 0) + 1
  await context.evidence({
    type: 'purpose-and-basis',
    controls: [control],
    outcome: 'pass',
    facts: {
      purpose,
      legalBasis: 'consent',
      rows: rowCount(batch),
      dropped: rowCount(batch) - rowCount(kept),
      byState,
    },
  })
  return kept
}

type Gate = Handler<'deploy'>

const deployerHasRole: Gate = async ({ author }, context) => {
  const access = context.find(AccessControl)
  const request = { principal: author, action: 'run', resource: `run/${context.run.runId}` }
  const decision = await access?.decide(request)
  if (decision?.decision === 'allow') return { decision: 'abstain' }
  const note = access
    ? `no role lets '${author}' run a training`
    : 'access is by roles, and no plugin decides who has which'
  const help = access ? `grant '${author}' a role that may run` : 'load a plugin that provides AccessControl'
  return { decision: 'deny', reasons: [{ code: 'SDK-ACCESS', note, kind: 'pending', control, help }] }
}

const changeIsRequested: Gate = ({ changeTicket, assessments }) => {
  const reasons: Reason[] = []
  const refuse = (note: string, help: string): void =>
    void reasons.push({ code: 'SDK-CHANGE', note, kind: 'refused', control, help })
  if (!changeTicket?.trim()) refuse('no change ticket is named', "fineTune({ …, changeTicket: 'CHG-1' })")
  if (!assessments.some(({ value }) => value !== null)) refuse('nothing about the model was measured', 'evaluate it')
  return reasons.length > 0 ? { decision: 'deny', reasons } : { decision: 'abstain' }
}

/** All gates are asked, so that a person hears of everything at once. */
const inTurn =
  (gates: readonly Gate[]): Gate =>
  async (request, context) => {
    const votes = await Promise.all(gates.map(gate => gate(request, context)))
    const reasons = votes.flatMap(vote => (vote.decision === 'deny' ? vote.reasons : []))
    return reasons.length > 0 ? { decision: 'deny', reasons } : { decision: 'abstain' }
  }
