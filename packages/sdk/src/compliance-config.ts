import {
  auditTraining,
  encryptAtRest,
  honourErasure,
  removeIdentifiers,
  retain,
  requireApprovals,
  requireDocument,
  type Duration,
  type Obligation,
  type Operator,
} from '@attestry/core'
import { flagUnanswered } from './errors.js'
import type { OwnRule } from './own-rules.js'

/** Settings of an application, without naming a regulation. Each turns a mechanism on. */
export interface ComplianceConfig {
  readonly encryption?: 'AES-256'
  /** Deployment waits until the author of the run holds a role that may run it. */
  readonly accessControls?: 'role_based'
  /** Such as `6_years`. */
  readonly auditRetention?: `${number}_years` | `${number}_months` | `${number}_days`
  /** Finds and removes identifiers that point at a patient. */
  readonly phiDetection?: boolean
  /** Masks identifiers instead of removing them. */
  readonly dataMasking?: boolean
  /** A record of every training step. */
  readonly transactionLogging?: boolean
  /** Two approvals of people other than the author. */
  readonly segregationOfDuties?: boolean
  /** A change ticket, a measured model and an approval before deployment. */
  readonly changeManagement?: boolean
  /** Only rows of people whose consent for the purpose stands are used. */
  readonly consentManagement?: boolean
  /** Training data of a person is erased on request; the data must name people. */
  readonly rightToErasure?: boolean
  /** What is held about a person can be handed to them: the data must name people. */
  readonly dataPortability?: boolean
  /** Somebody attests an impact assessment before deployment. */
  readonly privacyByDesign?: boolean
}

/** What settings come to: demands on mechanisms, and rules of the application itself. */
export interface Settled {
  readonly obligations: readonly Obligation[]
  readonly rules: readonly OwnRule[]
}

type Settle = (value: never, control: string) => Partial<Settled>
type Settings = { readonly [K in keyof Required<ComplianceConfig>]: Settle }

const identifiers = ['EMAIL', 'PHONE', 'PERSON', 'IP_ADDRESS', 'URL', 'CREDIT_CARD', 'IBAN', 'US_SSN'] as const

const removeAll =
  (operator: Operator) =>
  (isOn: boolean, control: string): Partial<Settled> =>
    on(isOn, {
      obligations: [
        removeIdentifiers(
          identifiers.map(type => ({ type, operator })),
          control,
        ),
      ],
    })

const on = (isOn: boolean, settled: Partial<Settled>): Partial<Settled> => (isOn ? settled : {})

const settings: Settings = {
  encryption: (_: 'AES-256', control) => ({ obligations: [encryptAtRest(256, control)] }),
  accessControls: (_: 'role_based') => ({ rules: ['role-based-access'] }),
  auditRetention: (value: string, control) => ({
    obligations: [retain({ dataClass: 'audit-log', min: durationOf(value), trigger: 'event' }, control)],
  }),
  phiDetection: removeAll('redact'),
  dataMasking: removeAll('mask'),
  transactionLogging: (isOn: boolean, control) => on(isOn, { obligations: [auditTraining(1, control)] }),
  segregationOfDuties: (isOn: boolean, control) => on(isOn, { obligations: [requireApprovals(2, control)] }),
  changeManagement: (isOn: boolean, control) =>
    on(isOn, { obligations: [requireApprovals(1, control)], rules: ['change-management'] }),
  consentManagement: (isOn: boolean) => on(isOn, { rules: ['consent-only'] }),
  rightToErasure: (isOn: boolean, control) =>
    on(isOn, { obligations: [honourErasure('training-data', control)], rules: ['people-can-be-found'] }),
  dataPortability: (isOn: boolean) => on(isOn, { rules: ['people-can-be-found'] }),
  privacyByDesign: (isOn: boolean, control) => on(isOn, { obligations: [requireDocument('dpia', control)] }),
}

/** Words that a setting takes, where it is not on or off. */
const words: Readonly<Record<string, readonly string[]>> = {
  encryption: ['AES-256'],
  accessControls: ['role_based'],
}

/** What settings come to. @throws SDK-E005 for a setting, or a value of one, that nothing answers */
export function settle(config: ComplianceConfig, control: string): Settled {
  const found = Object.entries(config).map(([name, value]) => {
    const setting = Object.hasOwn(settings, name) ? settings[name as keyof Settings] : undefined
    if (!setting) throw flagUnanswered(name, Object.keys(settings))
    const known = words[name]
    if (known && !known.includes(value as string)) throw flagUnanswered(`${name}: ${String(value)}`, known)
    if (!known && name !== 'auditRetention' && typeof value !== 'boolean')
      throw flagUnanswered(`${name}: ${String(value)}`, ['true', 'false'])
    return setting(value as never, control)
  })
  return {
    obligations: found.flatMap(({ obligations = [] }) => obligations),
    rules: found.flatMap(({ rules = [] }) => rules),
  }
}

function durationOf(value: string): Duration {
  const match = /^(\d{1,4})_(years|months|days)$/.exec(value)
  if (!match) throw flagUnanswered(`auditRetention: ${value}`, ['6_years', '18_months', '90_days'])
  return `P${match[1]}${match[2]!.charAt(0).toUpperCase()}`
}
