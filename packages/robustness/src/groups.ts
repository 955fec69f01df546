import type { GroupRobustness, MeasuredValue, PredictionTable } from '@attestry/core'
import { share } from './statistics.js'

/** Rows of an attack: which were attacked, which were right before it, which are right after it. */
export interface AttackedRows {
  /** Row ids, as the test set has them. */
  readonly ids: readonly string[]
  readonly isRight: ArrayLike<number | boolean>
  readonly stays: ArrayLike<number | boolean>
}

/**
 * Accuracy before and after for each group of each attribute. Small groups are not assessed, and say so; a row of no known group
 * is in the group `(unknown)`.
 */
export function byGroup(
  { ids, isRight, stays }: AttackedRows,
  { rowIds, groups }: Pick<PredictionTable, 'rowIds' | 'groups'>,
  { minGroup, confidence }: { readonly minGroup: number; readonly confidence: number },
): readonly GroupRobustness[] {
  return membersByGroup(ids, { rowIds, groups }).map(({ attribute, group, rows }): GroupRobustness => {
    const of = (flags: ArrayLike<number | boolean>): MeasuredValue =>
      rows.length < minGroup
        ? tooSmall(rows.length, minGroup)
        : share(rows.filter(i => Boolean(flags[i])).length, rows.length, confidence)
    return { attribute, group, clean: of(isRight), attacked: of(stays) }
  })
}

/** What a group of fewer rows than are needed has instead of a value. */
export const tooSmall = (rows: number, minGroup: number): MeasuredValue => ({
  value: null,
  interval: null,
  n: rows,
  reason: `fewer than ${minGroup} rows`,
})

/** Which rows are of a group, by their places among the ids. */
export interface GroupMembers {
  readonly attribute: string
  readonly group: string
  readonly rows: readonly number[]
}

/** The groups of each attribute that have rows, by name; a row of no known group is in the group `(unknown)`. */
export function membersByGroup(
  ids: readonly string[],
  { rowIds, groups }: Pick<PredictionTable, 'rowIds' | 'groups'>,
): readonly GroupMembers[] {
  const place = new Map(rowIds.map((id, i) => [id, i]))
  return Object.entries(groups).flatMap(([attribute, names]) => {
    const members = new Map<string, number[]>()
    for (const [i, id] of ids.entries()) {
      const group = names[place.get(id) ?? -1] ?? '(unknown)'
      members.set(group, [...(members.get(group) ?? []), i])
    }
    return [...members].sort(([a], [b]) => (a < b ? -1 : 1)).map(([group, rows]) => ({ attribute, group, rows }))
  })
}

/** The group with the smallest accuracy under attack; null when none could be assessed. */
export const worstOf = (groups: readonly GroupRobustness[]): GroupRobustness | null =>
  groups
    .filter(({ attacked }) => attacked.value !== null)
    .reduce<GroupRobustness | null>(
      (worst, one) => (worst === null || one.attacked.value! < worst.attacked.value! ? one : worst),
      null,
    )

/** What these groups leave open, for the list of what was not tested. */
export const groupsNotTested = (groups: PredictionTable['groups']): readonly string[] =>
  Object.keys(groups).length > 1 ? ['people of several protected groups at once (intersections)'] : []
