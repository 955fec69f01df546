import { token, type ServiceToken } from '../services.js'

/**
 * Which data sets count as neighbours: one unit more or less, so that their number is private, or one exchanged for another,
 * so that it is public.
 */
export type Adjacency = 'add-or-remove-one' | 'replace-one'

/** What one training run, or one release, costs. */
export interface PrivacyCharge {
  /** What the budget belongs to: the digest of the source dataset. */
  readonly dataset: string
  readonly epsilon: number
  readonly delta: number
  /** The neighbouring relation for which epsilon and delta hold. */
  readonly adjacency: Adjacency
  /**
   * How many records of a person epsilon and delta hold for together; 1 when absent. A person with k records then bears the
   * charge as a group of k / recordsPerUnit, rounded up.
   */
  readonly recordsPerUnit?: number
  /** Sampler, clipping, noise and accountant, in words and numbers. */
  readonly mechanism: string
  /** The charge of a run that is resumed is the same charge, not a second one. */
  readonly id: string
}

/** A total, and the neighbouring relation for which it holds. */
export interface PrivacySpent {
  readonly epsilon: number
  readonly delta: number
  readonly adjacency: Adjacency
}

/** What may be spent on a dataset, and on any one record of each person who is named. */
export interface PrivacyLimit {
  readonly epsilon: number
  readonly delta: number
  /**
   * What may be spent on a person as a whole, over all datasets and releases; absent: it is added up, and not limited. A charge
   * on data with k records of a person costs that person what it costs a group of k.
   */
  readonly person?: { readonly epsilon: number; readonly delta: number }
}

/** The most that any one of some people bears, over all datasets. */
export interface PeopleSpent {
  /** About any one record of a person: each charge counts once. */
  readonly record: PrivacySpent
  /** About a person as a whole: a charge on data with k records of theirs counts as a group of k. */
  readonly person: PrivacySpent
}

/** The most that anybody in some training data bears after the run, and what was allowed. */
export interface PrivacyOfPeople extends PeopleSpent {
  /** Of a person as a whole; null when none was set. */
  readonly budget: { readonly epsilon: number; readonly delta: number } | null
}

/** What has been spent on each dataset and on each person, across runs. */
export interface PrivacyLedger {
  /** Writes the charge durably before it resolves. Charging the same id again changes nothing. @throws DP-E… over budget */
  charge(
    charge: PrivacyCharge,
    limit: PrivacyLimit,
    /**
     * Handles of the people whose records the data holds, once for each record. The total of each of them, over all datasets that
     * the person is in, is then held to the limit too. Without them only the dataset has a budget.
     */
    people?: Iterable<string>,
  ): Promise<void>
  spent(dataset: string): Promise<PrivacySpent>
  /** @param people handles, once for each record as in `charge` */
  spentOnPeople(people: Iterable<string>): Promise<PeopleSpent>
}

export const PrivacyLedger: ServiceToken<PrivacyLedger> = token<PrivacyLedger>('PrivacyLedger')
