import { isJsonObject, type JsonObject } from '../files/json-object.js'

/**
 * The identifier of the person whom a row is about; undefined where it has none.
 *
 * @param field name of a field, or where there is none of that name, names of nested fields with dots between them: `meta.user`
 */
export function subjectOf(fields: JsonObject, field: string): string | undefined {
  const found = Object.hasOwn(fields, field) ? fields[field] : nested(fields, field.split('.'))
  // Larger numbers have lost digits when they were read: two people would be one.
  if (typeof found === 'number') return Number.isSafeInteger(found) ? String(found) : undefined
  return typeof found === 'string' && found.trim() !== '' ? found : undefined
}

function nested(value: unknown, names: readonly string[]): unknown {
  const [name, ...rest] = names
  if (name === undefined) return value
  return isJsonObject(value) && Object.hasOwn(value, name) ? nested(value[name], rest) : undefined
}
