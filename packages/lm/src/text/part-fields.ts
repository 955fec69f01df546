import { isJsonObject, type JsonObject } from '../files/json-object.js'

/** Refuses a part of a tokenizer; `what` goes on where the name of the file ends. */
export type RefusePart = (what: string) => Error

/** Longest pattern of a tokenizer, in characters; published ones have up to a few hundred. */
const patternLength = 2_000

const partDepth = 12

/** Whether a part nests no deeper than 12 levels; published ones nest 4. */
export const withinDepth = (part: unknown): boolean => isShallow(part, partDepth)

const isShallow = (value: unknown, levels: number): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (levels > 0 && Object.values(value).every(item => isShallow(item, levels - 1)))

export const label = (value: unknown): string => (typeof value === 'string' ? `'${value.slice(0, 40)}'` : typeof value)

export function list(value: unknown, refuse: RefusePart): readonly unknown[] {
  if (Array.isArray(value) && value.length <= 100) return value as unknown[]
  throw refuse('has a part whose list is missing or longer than 100')
}

export function text(value: unknown, name: string, refuse: RefusePart): string {
  if (typeof value === 'string' && value.length <= patternLength) return value
  throw refuse(`has a part whose ${name} is not a text of at most ${patternLength} characters`)
}

export function count(value: unknown, refuse: RefusePart): number {
  if (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 100) return value as number
  throw refuse('has a part whose counts are not whole numbers up to 100')
}

export function pattern(value: unknown, refuse: RefusePart): JsonObject {
  if (isJsonObject(value)) {
    if (typeof value.Regex === 'string') return { Regex: text(value.Regex, 'pattern', refuse) }
    if (typeof value.String === 'string') return { String: text(value.String, 'pattern', refuse) }
  }
  throw refuse('has a part without a pattern')
}
