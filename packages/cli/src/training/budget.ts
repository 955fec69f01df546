import { join, resolve } from 'node:path'
import { adjacencyOf, clippingInWords, samplingInWords, type Digest, type PrivacyPlan } from '@attestry/core'
import { digestFile } from '@attestry/data'
import { openLedger } from '@attestry/dp'
import type { SftSettings } from '@attestry/lm'

/** What all private trainings on a data file may spend together. */
export interface PrivacyLimit {
  readonly epsilon: number
  readonly delta: number
}

export interface PrivacyBudget {
  /** What was spent on each data file before this run, by digest. */
  spent(): Promise<Readonly<Record<Digest, PrivacyLimit>>>
  /**
   * Charges a run to each of its data files, durably, one after another. A run that goes on pays once.
   *
   * @throws DP-E011 when the budget of a file does not hold it; files that were charged before it stay charged
   */
  charge(run: string, privacy: PrivacyPlan, limit: PrivacyLimit): Promise<void>
}

/** Digests of the files with training rows, by path as the config names them. */
export async function digestsOfData(settings: SftSettings, folder: string): Promise<Readonly<Record<string, Digest>>> {
  const digests: [string, Digest][] = []
  for (const { path } of settings.datasets) digests.push([path, await digestFile(resolve(folder, path), path)])
  return Object.fromEntries(digests)
}

export const ledgerFile = (workspace: string): string => join(workspace, 'privacy-ledger.jsonl')

/** The ledger of a workspace, where governed runs are charged too: a data file has one budget, however it is trained on. */
export function openBudget(workspace: string, data: Readonly<Record<string, Digest>>): PrivacyBudget {
  const ledger = openLedger({ file: ledgerFile(workspace) })
  const files = new Set(Object.values(data))
  const chargeOf = (dataset: Digest, run: string, privacy: PrivacyPlan) => {
    const { epsilon, delta, noiseMultiplier, accountant } = privacy
    const mechanism = `${samplingInWords(privacy)}, ${clippingInWords(privacy)}, noise ${noiseMultiplier}, ${accountant}`
    const adjacency = adjacencyOf(privacy)
    return { id: files.size === 1 ? run : `${run} ${dataset}`, dataset, epsilon, delta, adjacency, mechanism }
  }
  return {
    async spent() {
      const entries: [Digest, PrivacyLimit][] = []
      for (const file of files) entries.push([file, await ledger.spent(file)])
      return Object.fromEntries(entries)
    },
    async charge(run, privacy, limit) {
      for (const file of files) await ledger.charge(chargeOf(file, run, privacy), limit)
    },
  }
}
