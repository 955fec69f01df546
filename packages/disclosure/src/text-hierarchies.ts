import { badHierarchy, outOfRange } from './errors.js'
import type { Hierarchy, Label } from './hierarchy.js'

export interface PrefixOptions {
  /** Characters that every value has. */
  readonly length: number
  /** Characters kept on each level, descending. */
  readonly keep: readonly number[]
}

/**
 * Codes that say more with every character, such as postal codes: `13053` becomes `130**`, then `1****`.
 *
 * @throws DISCLOSURE-E003 when a number is out of range
 * @example
 *   prefixes({ length: 5, keep: [3, 1] })
 */
export function prefixes({ length, keep }: PrefixOptions): Hierarchy {
  if (!Number.isInteger(length) || length < 1) throw outOfRange('length', length, 'a whole number from 1')
  keep.forEach((kept, place) => {
    const above = place === 0 ? length : keep[place - 1]!
    if (!Number.isInteger(kept) || kept < 1 || kept >= above)
      throw outOfRange('keep', kept, `a whole number from 1 to ${above - 1}`)
  })
  return {
    height: keep.length + 1,
    path(value) {
      if (typeof value !== 'string' || value.length !== length) return undefined
      return keep.map(kept => ({ text: value.slice(0, kept) + '*'.repeat(length - kept) }))
    },
  }
}

const dateParts = {
  month: (text: string): string => text.slice(0, 7),
  quarter: (text: string): string => `${text.slice(0, 4)}-Q${Math.ceil(Number(text.slice(5, 7)) / 3)}`,
  year: (text: string): string => text.slice(0, 4),
  decade: (text: string): string => `${text.slice(0, 3)}0s`,
}

/** A calendar unit that dates are generalised to. */
export type DatePart = keyof typeof dateParts

/**
 * ISO dates (`1984-02-29`) by month, quarter, year and decade, in this order; give the ones that are wanted.
 *
 * @throws DISCLOSURE-E005 when parts are out of order
 * @example
 *   dates(['month', 'year', 'decade'])
 */
export function dates(parts: readonly DatePart[] = ['month', 'quarter', 'year', 'decade']): Hierarchy {
  const order = Object.keys(dateParts)
  parts.forEach((part, place) => {
    if (!order.includes(part)) throw badHierarchy(`'${part}' is none of ${order.join(', ')}`)
    if (place > 0 && order.indexOf(part) <= order.indexOf(parts[place - 1]!))
      throw badHierarchy(
        `'${part}' does not come after '${parts[place - 1]}'`,
        `name parts in the order ${order.join(', ')}`,
      )
  })
  return {
    height: parts.length + 1,
    path: value =>
      typeof value === 'string' && isDate(value) ? parts.map(part => ({ text: dateParts[part](value) })) : undefined,
  }
}

/** A day that exists: 30 February does not come back from the calendar as it went in. */
function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const day = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)
}

/** Categories by name: below each either its values, or narrower categories. */
export interface CategoryTree {
  readonly [category: string]: CategoryTree | readonly string[]
}

/**
 * Named categories, as deep as wanted. A value whose branch is shorter than the deepest keeps its own name on the lowest levels.
 *
 * @throws DISCLOSURE-E005 when a value is given twice, or nothing is given
 * @example
 *   categories({ Europe: { North: ['SE', 'FI'], South: ['IT'] }, Asia: ['JP'] })
 */
export function categories(tree: CategoryTree): Hierarchy {
  const paths = new Map<string, readonly string[]>()
  collect(tree, [], paths)
  if (paths.size === 0) throw badHierarchy('the category tree has no value')
  const depth = Math.max(...[...paths.values()].map(path => path.length))
  return fromPaths(
    new Map(
      [...paths].map(([value, path]) => [
        value,
        [...Array.from({ length: depth - path.length }, () => value), ...path],
      ]),
    ),
  )
}

function collect(tree: CategoryTree, above: readonly string[], paths: Map<string, readonly string[]>): void {
  if (above.length > 32) throw badHierarchy('the category tree is deeper than 32 levels')
  for (const [category, below] of Object.entries(tree)) {
    const path = [category, ...above]
    if (!Array.isArray(below)) {
      collect(below as CategoryTree, path, paths)
      continue
    }
    for (const value of below as readonly string[]) {
      if (paths.has(value)) throw badHierarchy(`the category tree gives '${value}' twice`)
      paths.set(value, path)
    }
  }
}

/** From what each value becomes on the levels 1, 2, …; numbers are looked up by their text. */
export function fromPaths(paths: ReadonlyMap<string, readonly string[]>): Hierarchy {
  const labels = new Map<string, readonly Label[]>()
  for (const [value, path] of paths)
    labels.set(
      value,
      path.map(text => ({ text })),
    )
  const [first] = labels.values()
  return { height: (first?.length ?? 0) + 1, path: value => labels.get(String(value)) }
}
