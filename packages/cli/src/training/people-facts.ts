import type { PeopleSpent, PrivacyLimit, PrivacyOfPeople, PrivacySpent } from '@attestry/core'
import { count } from '../terminal.js'
import type { HandledRow } from './people.js'

/** What a training will cost people, for whoever runs it: how many there are is a fact about the data that no epsilon covers. */
export interface PeopleFacts {
  readonly people: number
  /** The most rows that any of them has in the training data. */
  readonly mostRows: number
  /** The most that any of them bears after it, over all releases of the ledger. */
  readonly after: PrivacyOfPeople
}

export function peopleFacts(rows: readonly HandledRow[], after: PeopleSpent, { person }: PrivacyLimit): PeopleFacts {
  const counts = new Map<string, number>()
  for (const { handle } of rows) counts.set(handle, (counts.get(handle) ?? 0) + 1)
  const mostRows = [...counts.values()].reduce((most, each) => Math.max(most, each), 0)
  return { people: counts.size, mostRows, after: { ...after, budget: person ?? null } }
}

/** What a training will cost people, as rows of a table. */
export function peopleRows({ people, mostRows, after }: PeopleFacts): readonly (readonly [string, string])[] {
  const { record, person, budget } = after
  const allowed = budget ? `of ${total(budget)}` : 'for which no budget was set'
  return [
    ['people', `${count(people)}, with at most ${count(mostRows)} rows each; every one of them is charged`],
    ['about one row', `${total(record)} at most with this run, over all data of the ledger`],
    ['about a person', `${total(person)} at most with all of their rows together, ${allowed}`],
  ]
}

const total = ({ epsilon, delta }: Pick<PrivacySpent, 'epsilon' | 'delta'>): string =>
  `epsilon ${figure(epsilon)} at delta ${figure(delta)}`
const figure = (value: number): string => String(Number(value.toPrecision(4)))
