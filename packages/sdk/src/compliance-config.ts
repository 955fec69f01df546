import {
  auditTraining,
  encryptAtRest,
  removeIdentifiers,
  retain,
  requireApprovals,
  requireDocument,
  type Duration,
  type Obligation,
} from '@attestry/core'
import { flagUnanswered } from './errors.js'

/** Settings of an application, without naming a regulation. Each turns a mechanism on. */
export interface ComplianceConfig {
  readonly encryption?: 'AES-256'
  /** Such as `6_years`. */
  readonly auditRetention?: `${number}_years` | `${number}_months` | `${number}_days`
  /** Finds and removes identifiers that point at a patient. */
  readonly phiDetection?: boolean
  /** Masks identifiers instead of removing them. */
  readonly dataMasking?: boolean
  readonly transactionLogging?: boolean
  /** Two approvals of people other than the author. */
  readonly segregationOfDuties?: boolean
  /** Somebody attests an impact assessment before deployment. */
  readonly privacyByDesign?: boolean
}

type Settings = { readonly [K in keyof Required<ComplianceConfig>]: (value: never, control: string) => Obligation[] }

const identifiers = ['EMAIL', 'PHONE', 'PERSON', 'IP_ADDRESS', 'URL', 'CREDIT_CARD', 'IBAN', 'US_SSN'] as const

const settings: Settings = {
  encryption: (_: 'AES-256', control) => [encryptAtRest(256, control)],
  auditRetention: (value: string, control) => [
    retain({ dataClass: 'audit-log', min: durationOf(value), trigger: 'event' }, control),
  ],
  phiDetection: (isOn: boolean, control) =>
    isOn
      ? [
          removeIdentifiers(
            identifiers.map(type => ({ type, operator: 'redact' as const })),
            control,
          ),
        ]
      : [],
  dataMasking: (isOn: boolean, control) =>
    isOn
      ? [
          removeIdentifiers(
            identifiers.map(type => ({ type, operator: 'mask' as const })),
            control,
          ),
        ]
      : [],
  transactionLogging: (isOn: boolean, control) => (isOn ? [auditTraining(1, control)] : []),
  segregationOfDuties: (isOn: boolean, control) => (isOn ? [requireApprovals(2, control)] : []),
  privacyByDesign: (isOn: boolean, control) => (isOn ? [requireDocument('dpia', control)] : []),
}

/** The obligations behind the settings. @throws SDK-E005 for a setting, or a value of one, that nothing answers */
export function obligationsOf(config: ComplianceConfig, control: string): readonly Obligation[] {
  return Object.entries(config).flatMap(([name, value]) => {
    const setting = (settings as Record<string, (value: never, control: string) => Obligation[]>)[name]
    if (!setting) throw flagUnanswered(name, Object.keys(settings))
    if (name === 'encryption' && value !== 'AES-256') throw flagUnanswered(`${name}: ${String(value)}`, ['AES-256'])
    return setting(value as never, control)
  })
}

function durationOf(value: string): Duration {
  const match = /^(\d{1,4})_(years|months|days)$/.exec(value)
  if (!match) throw flagUnanswered(`auditRetention: ${value}`, ['6_years', '18_months', '90_days'])
  return `P${match[1]}${match[2]!.charAt(0).toUpperCase()}`
}
