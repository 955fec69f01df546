import type { Digest, PrivacyCharge, PrivacySpent } from '@attestry/core'
import { overBudgetOfPeople } from './errors.js'
import { spentBy, type DatedCharge } from './ledger-entries.js'
import { groupByLists, type Bearers, type Members } from './members.js'

type Limit = { readonly epsilon: number; readonly delta: number }
type Lists = ReadonlyMap<Digest, Members>

// Sums like 0.1 + 0.2 miss their decimal value in the last digit; that digit is not a reason to refuse.
const slack = 1 + 1e-12

/** Whether a total keeps to a limit, up to rounding. */
export const isWithin = (total: number, limit: number): boolean => total <= limit * slack

/**
 * What people bear who stand in the same lists: every charge that names one of their lists, and every charge that names nobody
 * on a dataset of theirs.
 */
function borneBy({ lists }: Bearers, charges: readonly DatedCharge[], dataset?: string): readonly DatedCharge[] {
  const isNamed = ({ members }: DatedCharge): boolean => members !== undefined && lists.has(members)
  const datasets = new Set(charges.filter(isNamed).map(charge => charge.dataset))
  if (dataset !== undefined) datasets.add(dataset)
  return charges.filter(charge => (charge.members === undefined ? datasets.has(charge.dataset) : isNamed(charge)))
}

/**
 * Holds the total of each person to a limit, over all datasets that the person is in.
 *
 * Two files that share a person share a budget for that person, whatever else is in them. A person's total bounds what was told
 * about any one record of that person; records of one person within a dataset are not added up.
 *
 * @throws DP-E022 when the charge would bring anybody over the limit
 */
export function refuseOverForPeople(
  charges: readonly DatedCharge[],
  lists: Lists,
  { charge, people, limit }: { readonly charge: PrivacyCharge; readonly people: Members; readonly limit: Limit },
): void {
  const totals = groupByLists(people, lists).map(bearers => {
    const own = borneBy(bearers, charges, charge.dataset)
    return { count: bearers.count, before: spentBy(own), after: spentBy([...own, charge]) }
  })
  for (const what of ['epsilon', 'delta'] as const) {
    const over = totals.filter(({ after }) => !isWithin(after[what], limit[what]))
    if (over.length === 0) continue
    const worst = over.reduce((a, b) => (a.after[what] >= b.after[what] ? a : b))
    throw overBudgetOfPeople(what, {
      people: over.reduce((sum, { count }) => sum + count, 0),
      of: people.length,
      spent: worst.before,
      after: worst.after,
      limit: limit[what],
      dataset: charge.dataset,
    })
  }
}

/** What people bear, over all datasets. */
export interface PeopleSpending {
  /** Distinct people whom a charge names. */
  readonly people: number
  /** The largest epsilon that any of them bears, with its delta. */
  readonly most: PrivacySpent
  /** How many bear that. */
  readonly peopleAtMost: number
}

/** Null where no charge names people. */
export function peopleSpending(charges: readonly DatedCharge[], lists: Lists): PeopleSpending | null {
  const people = [...new Set([...lists.values()].flat())].sort()
  if (people.length === 0) return null
  const totals = groupByLists(people, lists).map(bearers => ({
    count: bearers.count,
    spent: spentBy(borneBy(bearers, charges)),
  }))
  const { spent: most } = totals.reduce((a, b) => (a.spent.epsilon >= b.spent.epsilon ? a : b))
  const peopleAtMost = totals.reduce((sum, { spent, count }) => sum + (spent.epsilon === most.epsilon ? count : 0), 0)
  return { people: people.length, most, peopleAtMost }
}
