import { parseDocument } from 'yaml'
import { isAttestryError } from '@attestry/core'
import { isJsonObject, type JsonObject } from '../files/json-object.js'
import { badYaml } from './errors.js'
import { nestsTooDeep } from './yaml-depth.js'

/** Size of a config, in characters. */
const characters = 1_048_576
const aliases = 100
const depth = 20
const values = 20_000

/**
 * Parses a training config: one YAML mapping of plain data, read as the tools read it, by YAML 1.1, where `yes` and `on`
 * are truth values.
 *
 * @param file for messages
 * @throws LM-E045 for another document, a key that stands twice, or more than the limits of size, depth and aliases
 */
export function parseTrainingYaml(text: string, file: string): JsonObject {
  if (text.length > characters) throw badYaml(`the config has more than ${characters} characters`, { file })
  if (nestsTooDeep(text)) throw badYaml('the config nests too deep', { file })
  try {
    const document = parseDocument(text, {
      version: '1.1',
      uniqueKeys: true,
      stringKeys: true,
      logLevel: 'error',
      customTags: [],
    })
    const [error] = [...document.errors, ...document.warnings]
    if (error) {
      const line = error.linePos?.[0].line
      throw badYaml(`the config is not valid YAML (${error.code})`, { file, ...(line !== undefined && { line }) })
    }
    const value: unknown = document.toJS({ maxAliasCount: aliases })
    if (!isJsonObject(value)) throw badYaml('the config is not a mapping', { file })
    let seen = 0
    checkPlain(
      value,
      0,
      () => {
        if (++seen > values) throw badYaml(`the config has more than ${values} values`, { file })
      },
      file,
    )
    return value
  } catch (cause) {
    if (isAttestryError(cause)) throw cause
    throw badYaml('the config cannot be read as YAML: it nests or repeats too much', { file }, cause)
  }
}

function checkPlain(value: unknown, level: number, count: () => void, file: string): void {
  count()
  if (level > depth) throw badYaml(`the config nests deeper than ${depth} levels`, { file })
  if (Array.isArray(value)) for (const item of value as unknown[]) checkPlain(item, level + 1, count, file)
  else if (typeof value === 'object' && value !== null) {
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype !== Object.prototype && prototype !== null)
      throw badYaml('the config holds a value that is not a text, number, list or mapping', { file })
    for (const item of Object.values(value)) checkPlain(item, level + 1, count, file)
  }
}
