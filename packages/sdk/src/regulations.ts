import { nearest } from '@attestry/core'
import type { AnyPluginFactory, Plugin } from '@attestry/core'
import { ccpa } from '@attestry/plugin-ccpa'
import { euAiAct } from '@attestry/plugin-eu-ai-act'
import { gdpr } from '@attestry/plugin-gdpr'
import { hipaa } from '@attestry/plugin-hipaa'
import { iso27001 } from '@attestry/plugin-iso27001'
import { pciDss } from '@attestry/plugin-pci-dss'
import { soc2 } from '@attestry/plugin-soc2'
import { sox } from '@attestry/plugin-sox'
import { unknownRegulation } from './errors.js'

/** A regulation that this composition brings, with the options that it starts from. */
export interface RegulationEntry {
  readonly name: RegulationName
  readonly package: string
  readonly factory: AnyPluginFactory
  readonly defaults: Readonly<Record<string, unknown>>
}

export type RegulationName = 'GDPR' | 'CCPA' | 'HIPAA' | 'SOX' | 'PCI-DSS' | 'SOC2' | 'ISO27001' | 'EU-AI-ACT'

export const regulations: readonly RegulationEntry[] = [
  {
    name: 'GDPR',
    package: '@attestry/plugin-gdpr',
    factory: gdpr,
    defaults: { legalBasis: { kind: 'legitimate-interests' } },
  },
  {
    name: 'CCPA',
    package: '@attestry/plugin-ccpa',
    factory: ccpa,
    // The purpose of a run that names none. Another purpose has to be declared before data is used for it.
    defaults: { disclosure: false, purposes: ['model-training'], admt: false },
  },
  {
    name: 'HIPAA',
    package: '@attestry/plugin-hipaa',
    factory: hipaa,
    defaults: { method: 'safe-harbor' },
  },
  { name: 'SOX', package: '@attestry/plugin-sox', factory: sox, defaults: {} },
  { name: 'PCI-DSS', package: '@attestry/plugin-pci-dss', factory: pciDss, defaults: {} },
  {
    name: 'SOC2',
    package: '@attestry/plugin-soc2',
    factory: soc2,
    // The most sensitive class until somebody says otherwise.
    defaults: { classification: { data: 'restricted' }, disposeAfter: 'P2Y' },
  },
  {
    name: 'ISO27001',
    package: '@attestry/plugin-iso27001',
    factory: iso27001,
    // Owners and licence are for people to state: until then nothing is deployed.
    defaults: {
      data: { owner: null, licence: null, classification: 'restricted' },
      model: { owner: null },
      deleteAfter: 'P2Y',
    },
  },
  {
    name: 'EU-AI-ACT',
    package: '@attestry/plugin-eu-ai-act',
    factory: euAiAct,
    // Everything that the Act leaves to people is open: a run starts, and its deployment waits for the answers.
    defaults: {
      use: ['not stated'],
      highRisk: 'unknown',
      role: 'unknown',
      datasets: [],
      disclosure: 'unknown',
    },
  },
]

/** Finds a regulation by its name. @throws SDK-E001 with the known names and the nearest */
export function regulation(name: string): RegulationEntry {
  const found = regulations.find(entry => entry.name === name.toUpperCase() || entry.package === name)
  if (found) return found
  const known = regulations.map(entry => entry.name)
  throw unknownRegulation(name, known, nearest(name, known))
}

/** The plugin of a regulation with its starting options, some of them replaced. */
export const regulationPlugin = (name: string, options: Readonly<Record<string, unknown>> = {}): Plugin => {
  const { factory, defaults } = regulation(name)
  return factory({ ...defaults, ...options } as never)
}
