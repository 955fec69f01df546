import { unknownType, unusablePath } from '../errors.js'
import { isIdentifierType, type IdentifierType } from '../identifier-types.js'

/** What is done with the texts at a place: looked through, left alone, or taken as one value of a type. */
export type Treating = 'text' | 'keep' | IdentifierType

/** @throws PII-E001 */
export function treatingOf(name: string): Treating {
  if (name !== 'text' && name !== 'keep' && !isIdentifierType(name)) throw unknownType(name)
  return name
}

/** One step of a path: a key, or null for any key and any place of a list. */
type Step = string | null

/** Tells what to do with a text by the keys that lead to it; list places are numbers. */
export type PathRules = (path: readonly (string | number)[]) => Treating

/**
 * Rules for the texts of records: `messages[*].content`, `customer.email`, `*.note`, `**` for everything below.
 *
 * The last path that fits decides. Where none fits a text is looked through, unless some path asks for `text`: then only those are.
 *
 * @throws PII-E001, PII-E020 for a path that cannot be read
 */
export function pathRules(rules: Readonly<Record<string, string>>): PathRules {
  const read = Object.entries(rules).map(([path, name]) => ({ steps: stepsOf(path), treating: treatingOf(name) }))
  const otherwise: Treating = read.some(({ treating }) => treating === 'text') ? 'keep' : 'text'
  return path => read.findLast(({ steps }) => fits(steps, path))?.treating ?? otherwise
}

/**
 * Whether keys lead to the one place that a path names.
 *
 * @throws PII-E020 for a path that cannot be read, and one that names several places
 */
export function onePlace(path: string): (path: readonly (string | number)[]) => boolean {
  const steps = stepsOf(path)
  if (steps.includes(null) || steps.includes('**')) throw unusablePath(path, 'names more than one place')
  return keys => fits(steps, keys)
}

function fits(steps: readonly Step[], path: readonly (string | number)[]): boolean {
  const isDeep = steps.at(-1) === '**'
  const fixed = isDeep ? steps.length - 1 : steps.length
  if (isDeep ? path.length < fixed : path.length !== fixed) return false
  for (let i = 0; i < fixed; i++) if (steps[i] !== null && steps[i] !== String(path[i])) return false
  return true
}

const step = /(?:^|\.)(\*\*|\*|[^.[\]*"]+)|\[(\*|\d+|"(?:[^"\\]|\\.)*")\]/gy

function stepsOf(path: string): readonly Step[] {
  const steps: Step[] = []
  step.lastIndex = 0
  let end = 0
  for (let found = step.exec(path); found; found = step.exec(path)) {
    const name = found[1] ?? found[2]!
    steps.push(name === '*' ? null : name.startsWith('"') ? (JSON.parse(name) as string) : name)
    end = step.lastIndex
  }
  if (steps.length === 0 || end !== path.length || steps.slice(0, -1).includes('**'))
    throw unusablePath(path, 'is no path')
  return steps
}
