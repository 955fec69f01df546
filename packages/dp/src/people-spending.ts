import type { Digest, PeopleSpent, PrivacyCharge, PrivacyLimit, PrivacySpent } from '@attestry/core'
import { overBudgetOfPeople } from './errors.js'
import { groupCost } from './group-privacy.js'
import { spentBy, type DatedCharge } from './ledger-entries.js'
import { everybodyIn, groupByLists, type Bearers, type Members } from './members.js'

type Lists = ReadonlyMap<Digest, Members>

// Sums like 0.1 + 0.2 miss their decimal value in the last digit; that digit is not a reason to refuse.
const slack = 1 + 1e-12

/** Whether a total keeps to a limit, up to rounding. */
export const isWithin = (total: number, limit: number): boolean => total <= limit * slack

/** A charge with the records that somebody has in the data that it is for. */
interface Borne {
  readonly charge: PrivacySpent & Pick<PrivacyCharge, 'recordsPerUnit'>
  readonly records: number
}

/** How many units of a charge some records are. */
const unitsIn = ({ charge, records }: Borne): number => Math.ceil(records / (charge.recordsPerUnit ?? 1))

/**
 * What people bear who stand in the same lists: every charge that names one of their lists, and every charge that names nobody
 * on a dataset of theirs. That one counts with the most records that any list of the dataset has of them.
 */
function borneBy({ lists, records }: Bearers, charges: readonly DatedCharge[], dataset?: string): readonly Borne[] {
  const datasets = new Map<string, number>(dataset === undefined ? [] : [[dataset, records]])
  for (const { members, dataset: own } of charges) {
    const here = members && lists.get(members)
    if (here !== undefined) datasets.set(own, Math.max(here, datasets.get(own) ?? 0))
  }
  return charges.flatMap(charge => {
    const here = charge.members === undefined ? datasets.get(charge.dataset) : lists.get(charge.members)
    return here === undefined ? [] : [{ charge, records: here }]
  })
}

const spentOn = {
  record: (borne: readonly Borne[]): PrivacySpent => spentBy(borne.map(({ charge }) => charge)),
  person: (borne: readonly Borne[]): PrivacySpent => spentBy(borne.map(one => groupCost(one.charge, unitsIn(one)))),
}

/**
 * Holds the total of each person to a limit, over all datasets that the person is in.
 *
 * Two files that share a person share a budget for that person, whatever else is in them. Each charge counts once against the
 * limit of the dataset, which bounds what was told about any one record of a person. Where a limit of the person as a whole
 * is set, a charge on data with k records of a person counts as a group of k against that, or of as many units as these are.
 *
 * Whether to go on depends on the total of each person alone, known before the release, so that the sum over the releases that
 * were made stays within the limit: a filter for basic composition (Rogers, Roth, Ullman, Vadhan 2016, arXiv 1605.08294).
 *
 * @throws DP-E022 when the charge would bring anybody over a limit
 */
export function refuseOverForPeople(
  charges: readonly DatedCharge[],
  lists: Lists,
  { charge, people, limit }: { readonly charge: PrivacyCharge; readonly people: Members; readonly limit: PrivacyLimit },
): void {
  const groups = groupByLists(people, lists).map(bearers => ({
    ...bearers,
    borne: borneBy(bearers, charges, charge.dataset),
  }))
  const units = [
    { unit: 'record', most: limit } as const,
    ...(limit.person ? [{ unit: 'person', most: limit.person } as const] : []),
  ]
  const withCharge = (epsilon: number, { borne, records }: (typeof groups)[number]): readonly Borne[] => [
    ...borne,
    { charge: { ...charge, epsilon }, records },
  ]
  const isWithinAll = (epsilon: number): boolean =>
    groups.every(group =>
      units.every(({ unit, most }) => {
        const after = spentOn[unit](withCharge(epsilon, group))
        return isWithin(after.epsilon, most.epsilon) && isWithin(after.delta, most.delta)
      }),
    )
  for (const { unit, most } of units)
    for (const what of ['epsilon', 'delta'] as const) {
      const totals = groups.map(group => ({ ...group, after: spentOn[unit](withCharge(charge.epsilon, group)) }))
      const over = totals.filter(({ after }) => !isWithin(after[what], most[what]))
      if (over.length === 0) continue
      const worst = over.reduce((a, b) => (a.after[what] >= b.after[what] ? a : b))
      throw overBudgetOfPeople(what, {
        people: over.reduce((sum, { count }) => sum + count, 0),
        of: people.handles.length,
        unit,
        groupOf: unit === 'person' ? unitsIn({ charge, records: worst.records }) : 1,
        records: worst.records,
        spent: spentOn[unit](worst.borne),
        after: worst.after,
        limit: most[what],
        left: largestWithin(charge.epsilon, isWithinAll),
        dataset: charge.dataset,
      })
    }
}

/** The largest epsilon below one that is too large, to many digits; null where none above 0 fits. Totals grow with epsilon. */
function largestWithin(tooLarge: number, fits: (epsilon: number) => boolean): number | null {
  let [low, high] = [0, tooLarge]
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (fits(middle)) low = middle
    else high = middle
  }
  return low > tooLarge * 1e-6 ? low : null
}

/** The most that anybody of these people bears. */
export function mostSpentOn(people: Members, charges: readonly DatedCharge[], lists: Lists): PeopleSpent {
  const borne = groupByLists(people, lists).map(bearers => borneBy(bearers, charges))
  return { record: most(borne.map(spentOn.record)), person: most(borne.map(spentOn.person)) }
}

const most = (totals: readonly PrivacySpent[]): PrivacySpent =>
  totals.reduce((a, b) => (a.epsilon >= b.epsilon ? a : b), spentBy([]))

/** What people bear, over all datasets. */
export interface PeopleSpending {
  /** Distinct people whom a charge names. */
  readonly people: number
  /** The largest epsilon that any of them bears about one record, with its delta. */
  readonly most: PrivacySpent
  /** How many bear that. */
  readonly peopleAtMost: number
  /** The largest epsilon that any of them bears as a whole, with all records of theirs, and its delta. */
  readonly mostOfPerson: PrivacySpent
  /** Of a person as a whole, as the newest charge with one had it; null when none had. */
  readonly budget: { readonly epsilon: number; readonly delta: number } | null
  /** How many people have used up that budget, in epsilon or in delta; null without one. */
  readonly exhausted: number | null
}

/** Null where no charge names people. */
export function peopleSpending(charges: readonly DatedCharge[], lists: Lists): PeopleSpending | null {
  const people = everybodyIn(lists.values())
  if (people.handles.length === 0) return null
  const totals = groupByLists(people, lists).map(bearers => {
    const borne = borneBy(bearers, charges)
    return { count: bearers.count, record: spentOn.record(borne), person: spentOn.person(borne) }
  })
  const count = (isMeant: (total: (typeof totals)[number]) => boolean): number =>
    totals.reduce((sum, total) => sum + (isMeant(total) ? total.count : 0), 0)
  const mostOfRecord = most(totals.map(({ record }) => record))
  const budget = charges.findLast(({ personLimit }) => personLimit)?.personLimit ?? null
  return {
    people: people.handles.length,
    most: mostOfRecord,
    peopleAtMost: count(({ record }) => record.epsilon === mostOfRecord.epsilon),
    mostOfPerson: most(totals.map(({ person }) => person)),
    budget,
    exhausted: budget && count(({ person }) => isUsedUp(person, budget)),
  }
}

const isUsedUp = (spent: PrivacySpent, budget: { readonly epsilon: number; readonly delta: number }): boolean =>
  spent.epsilon * slack >= budget.epsilon || (spent.delta > 0 && spent.delta * slack >= budget.delta)
