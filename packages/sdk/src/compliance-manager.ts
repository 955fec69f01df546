import type { Control, Obligation, Regulation } from '@attestry/core'
import { regulation, regulationPlugin, regulations, type RegulationName } from './regulations.js'

/** What a regulation brings: its controls, what it demands, and the options that can be changed. */
export interface ComplianceTemplate {
  readonly regulation: RegulationName
  readonly package: string
  readonly about: Regulation
  readonly controls: readonly Control[]
  readonly obligations: readonly Obligation[]
  readonly options: Readonly<Record<string, unknown>>
}

export interface ComplianceManagerOptions {
  readonly regulations?: readonly string[]
  readonly industryStandards?: readonly string[]
}

/** Looks regulations up and lays open what each would bring, before anything is applied. */
export class ComplianceManager {
  /** Those that were named, in the order given. */
  readonly templates: readonly ComplianceTemplate[]

  /** @throws SDK-E001 for a name that nobody speaks for, with the nearest known one */
  constructor({ regulations: laws = [], industryStandards = [] }: ComplianceManagerOptions = {}) {
    this.templates = [...laws, ...industryStandards].map(name => this.getTemplate(name))
  }

  /** @throws SDK-E001 */
  getTemplate(name: string): ComplianceTemplate {
    const { name: known, package: source, defaults } = regulation(name)
    const { regulation: about, controls = [], obligations = [] } = regulationPlugin(known)
    return { regulation: known, package: source, about: about!, controls, obligations, options: defaults }
  }

  /** Names that `getTemplate` knows. */
  known(): readonly RegulationName[] {
    return regulations.map(({ name }) => name)
  }
}
