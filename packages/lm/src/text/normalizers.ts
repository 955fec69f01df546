import * as library from '@huggingface/tokenizers'
import { isJsonObject, type JsonObject } from '../files/json-object.js'
import { bertCleaning, cleanForBert } from './bert-normalizer.js'
import { readCharsmap } from './charsmap.js'
import { label, list, pattern, text, withinDepth, type RefusePart } from './part-fields.js'

/** What a tokenizer does to a text before it cuts it. */
export type Normalizer = (text: string) => string

/** Longest text that a normalizer may make, in UTF-16 units. */
const mostMade = 2 ** 25

/**
 * Reads a normalizer; undefined when there is none.
 *
 * Each part follows the reference implementation where the library does not: white space is Unicode's, letters are
 * lowered one by one, and a charsmap is applied as it is written instead of by Unicode's NFKC.
 *
 * @param bad for a part that contradicts itself, and for a text that grows beyond the limit
 */
export function readNormalizer(part: unknown, refuse: RefusePart, bad: RefusePart): Normalizer | undefined {
  if (part === null || part === undefined) return undefined
  if (!withinDepth(part)) throw refuse('nests a normalizer too deep')
  const normalize = read(part, refuse, bad)
  return given => {
    const made = normalize(given)
    if (made.length > mostMade) throw bad(`its normalizer makes more than ${mostMade} characters of a text`)
    return made
  }
}

function read(part: unknown, refuse: RefusePart, bad: RefusePart): Normalizer {
  if (!isJsonObject(part)) throw refuse('has a normalizer that is not an object')
  const { type } = part
  switch (type) {
    case 'Sequence': {
      const steps = list(part.normalizers, refuse).map(inner => read(inner, refuse, bad))
      return given => steps.reduce((made, step) => step(made), given)
    }
    case 'NFC':
    case 'NFD':
    case 'NFKC':
    case 'NFKD':
      return given => given.normalize(type)
    case 'BertNormalizer': {
      const cleaning = bertCleaning(part)
      return given => cleanForBert(given, cleaning)
    }
    case 'Lowercase':
      return given => Array.from(given, character => character.toLowerCase()).join('')
    case 'StripAccents':
      return given => given.replace(/\p{M}/gu, '')
    case 'Strip':
      return given => strip(given, part.strip_left === true, part.strip_right === true)
    case 'Prepend': {
      const before = text(part.prepend, 'prepend', refuse)
      return given => (given === '' ? given : before + given)
    }
    case 'Replace':
      return replacing(part, refuse)
    case 'Precompiled':
      return readCharsmap(part.precompiled_charsmap, bad)
    default:
      throw refuse(`has a normalizer of type ${label(type)}`)
  }
}

/** What of the library is used; its own types do not resolve. */
const { ReplaceNormalizer } = library as unknown as {
  ReplaceNormalizer: new (part: JsonObject) => { normalize: Normalizer }
}

/** The library translates the pattern. In its replacements a dollar sign has a meaning. */
function replacing(part: JsonObject, refuse: RefusePart): Normalizer {
  const content = text(part.content, 'content', refuse).replaceAll('$', '$$$$')
  const replace = new ReplaceNormalizer({ type: 'Replace', pattern: pattern(part.pattern, refuse), content })
  return given => replace.normalize(given)
}

const isSpace = (unit: string): boolean => /\p{White_Space}/u.test(unit)

/** All white space of Unicode lies in the basic plane: one unit each. */
function strip(given: string, left: boolean, right: boolean): string {
  let from = 0
  let to = given.length
  if (left) while (from < to && isSpace(given[from]!)) from++
  if (right) while (to > from && isSpace(given[to - 1]!)) to--
  return given.slice(from, to)
}
