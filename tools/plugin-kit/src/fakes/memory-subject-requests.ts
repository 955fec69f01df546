import type { SubjectCase, SubjectRequests } from '@attestry/core'

/** A case; what is left out is an open request for access, opened at 2026-11-01, without a deadline. */
export type FakeCase = Partial<SubjectCase> & Pick<SubjectCase, 'subject'>

/** Requests of people in memory, oldest first. */
export class MemorySubjectRequests implements SubjectRequests {
  readonly #cases: readonly SubjectCase[]

  constructor(cases: readonly FakeCase[] = []) {
    this.#cases = cases
      .map(
        (given, index): SubjectCase => ({
          id: `case-${index + 1}`,
          kind: 'access',
          openedAt: '2026-11-01T00:00:00.000Z',
          cause: 'request',
          due: [],
          answeredAt: null,
          outcome: given.answeredAt ? 'done' : null,
          retrainingDue: [],
          ...given,
        }),
      )
      .toSorted((a, b) => (a.openedAt < b.openedAt ? -1 : a.openedAt > b.openedAt ? 1 : 0))
  }

  async cases(): Promise<readonly SubjectCase[]> {
    return this.#cases
  }
}
