import type { Adjacency, PrivacyCharge } from '@attestry/core'
import { ledgerFailed } from './errors.js'
import { readLedger, spentBy, type DatedCharge } from './ledger-entries.js'
import { ledgerFile, type LedgerFile } from './ledger-file.js'
import { listsOf, membersBeside } from './members.js'
import { peopleSpending, type PeopleSpending } from './people-spending.js'

/** What was spent on one dataset, and by whom. */
export interface DatasetSpending {
  /** Digest of the dataset. */
  readonly dataset: PrivacyCharge['dataset']
  /** By basic composition: epsilons add up, and so do deltas. Everybody in the dataset bears all of it. */
  readonly epsilon: number
  readonly delta: number
  /** The neighbouring relation for which the total holds. */
  readonly adjacency: Adjacency
  /** Oldest first. */
  readonly charges: readonly DatedCharge[]
}

/**
 * Who spent what, by dataset, from a ledger that is only read. Empty when there is no ledger yet.
 *
 * Rejects with DP-E012 when the file does not add up, DP-E013 when it cannot be read.
 */
export async function privacySpending(file: string | LedgerFile): Promise<readonly DatasetSpending[]> {
  const charges = await chargesIn(file)
  return [...new Set(charges.map(({ dataset }) => dataset))].map(dataset => {
    const own = charges.filter(charge => charge.dataset === dataset)
    return { dataset, ...spentBy(own), charges: own }
  })
}

/**
 * What people bear over all datasets, from a ledger that is only read: how many they are and the most that one of them bears, and
 * never who. Null where no charge names people.
 *
 * Rejects as `privacySpending` does, and with DP-E023 when a list of people is missing or was changed.
 */
export async function privacySpendingOfPeople(file: string): Promise<PeopleSpending | null> {
  const charges = await chargesIn(file)
  return peopleSpending(charges, await listsOf(charges, membersBeside(file)))
}

async function chargesIn(file: string | LedgerFile): Promise<readonly DatedCharge[]> {
  const disk = typeof file === 'string' ? ledgerFile(file) : file
  const text = await disk.read().catch((failure: unknown) => {
    throw ledgerFailed('read', failure)
  })
  return [...readLedger(text).charges.values()]
}
