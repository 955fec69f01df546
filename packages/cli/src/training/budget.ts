import { join, resolve } from 'node:path'
import {
  adjacencyOf,
  clippingInWords,
  samplingInWords,
  type Adjacency,
  type Digest,
  type PeopleSpent,
  type PrivacyLimit,
  type PrivacyOfPeople,
  type PrivacyPlan,
} from '@attestry/core'
import { digestFile } from '@attestry/data'
import { openLedger, type ProposedCharge } from '@attestry/dp'
import type { SftSettings } from '@attestry/lm'
import type { HandledRow } from './people.js'

export interface PrivacyBudget {
  /** What was spent on each data file before this run, by digest. */
  spent(): Promise<Readonly<Record<Digest, { readonly epsilon: number; readonly delta: number }>>>
  /**
   * Rejects as a charge would, and writes nothing.
   *
   * @param asked at least what the plan will spend
   * @param run that may go on, and has paid then
   * @returns the most that any of these people would bear
   */
  check(
    asked: { readonly epsilon: number; readonly delta: number },
    limit: PrivacyLimit,
    rows: readonly HandledRow[],
    run?: string,
  ): Promise<PeopleSpent>
  /**
   * Charges a run to each of its data files and to the people in it, durably, one file after another. A run that goes on pays once.
   *
   * @throws DP-E011 when the budget of a file does not hold it, DP-E022 when that of a person does not; files that were charged
   *   before it stay charged
   * @returns what the people of the data bear with it; undefined where nobody is named
   */
  charge(
    run: string,
    privacy: PrivacyPlan,
    limit: PrivacyLimit,
    rows: readonly HandledRow[] | undefined,
  ): Promise<PrivacyOfPeople | undefined>
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
  const files = [...new Set(Object.values(data))]
  const chargesOf = (
    run: string,
    charge: Omit<ProposedCharge['charge'], 'id' | 'dataset'>,
    rows: readonly HandledRow[] | undefined,
  ): readonly ProposedCharge[] =>
    files.map(dataset => ({
      charge: { ...charge, dataset, id: files.length === 1 ? run : `${run} ${dataset}` },
      ...(rows && { people: peopleIn(dataset, rows) }),
    }))
  /** Everybody in a file, once for each of their rows in the whole run: what it learns of them is learnt of all of these together. */
  const peopleIn = (dataset: Digest, rows: readonly HandledRow[]): readonly string[] => {
    const here = new Set(rows.flatMap(({ path, handle }) => (data[path] === dataset ? [handle] : [])))
    return rows.flatMap(({ handle }) => (here.has(handle) ? [handle] : []))
  }
  return {
    async spent() {
      const entries: [Digest, { readonly epsilon: number; readonly delta: number }][] = []
      for (const file of files) entries.push([file, await ledger.spent(file)])
      return Object.fromEntries(entries)
    },
    async check({ epsilon, delta }, limit, rows, run = 'the run that is planned') {
      const charge = { epsilon, delta, adjacency, mechanism: 'to be planned' }
      return (await ledger.check(chargesOf(run, charge, rows), limit))!
    },
    async charge(run, privacy, limit, rows) {
      const { epsilon, delta, noiseMultiplier, accountant } = privacy
      const mechanism = `${samplingInWords(privacy)}, ${clippingInWords(privacy)}, noise ${noiseMultiplier}, ${accountant}`
      const charges = chargesOf(run, { epsilon, delta, adjacency: adjacencyOf(privacy), mechanism }, rows)
      for (const { charge, people } of charges) await ledger.charge(charge, limit, people)
      return rows && { ...(await ledger.spentOnPeople(rows.map(({ handle }) => handle))), budget: limit.person ?? null }
    },
  }
}

/** That of Poisson sampling, with which language models are trained. */
const adjacency: Adjacency = 'add-or-remove-one'
