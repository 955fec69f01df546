import { isJsonObject, type JsonObject } from '../files/json-object.js'
import { gpt2Pattern, llama3Pattern } from './tokenizer-parts.js'

/** Patterns of published tokenizers, each of which looks at a character a bounded number of times. */
const known: ReadonlySet<string> = new Set([
  gpt2Pattern,
  llama3Pattern,
  llama3Pattern.replace('{1,3}', ''),
  ' {2,}',
  '\\s+',
])

/** Whether the file has a regular expression that is not one of the known ones, and so may take any time. */
export const hasOwnPatterns = ({ normalizer, pre_tokenizer, decoder }: JsonObject): boolean =>
  [normalizer, pre_tokenizer, decoder].some(part => hasOther(part, 16))

function hasOther(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  if (isJsonObject(value) && typeof value.Regex === 'string' && !known.has(value.Regex)) return true
  return Object.values(value).some(inner => hasOther(inner, levels - 1))
}
