import type { JsonObject } from '../files/json-object.js'

/** How BERT cleans text before it is cut, per field of `BertNormalizer` in tokenizer.json. */
export interface BertCleaning {
  /** Control characters are dropped and white space becomes a space. */
  readonly cleanText: boolean
  /** Ideographs become words of one character. */
  readonly spaceIdeographs: boolean
  readonly stripAccents: boolean
  readonly lowercase: boolean
}

/** The cleaning that a part of the type `BertNormalizer` describes. */
export function bertCleaning(part: JsonObject): BertCleaning {
  const { clean_text, handle_chinese_chars, strip_accents, lowercase } = part
  const isLower = lowercase !== false
  return {
    cleanText: clean_text !== false,
    spaceIdeographs: handle_chinese_chars !== false,
    stripAccents: typeof strip_accents === 'boolean' ? strip_accents : isLower,
    lowercase: isLower,
  }
}

const ideographs = new RegExp(
  `[${[
    [0x4e00, 0x9fff],
    [0x3400, 0x4dbf],
    [0x20000, 0x2a6df],
    [0x2a700, 0x2b73f],
    [0x2b740, 0x2b81f],
    [0x2b920, 0x2ceaf],
    [0xf900, 0xfaff],
    [0x2f800, 0x2fa1f],
  ]
    .map(range => range.map(point => `\\u{${point.toString(16)}}`).join('-'))
    .join('')}]`,
  'gu',
)
const dropped = /[\0\ufffd]|(?![\t\n\r])[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu
const space = /\p{White_Space}/gu

/**
 * Cleans text as the reference implementation does. The library's own version lowers a final sigma by its place in the
 * word and does not see ideographs beyond the basic plane, so that it gives other ids.
 */
export function cleanForBert(text: string, how: BertCleaning): string {
  let clean = text
  if (how.cleanText) clean = clean.replace(dropped, '').replace(space, ' ')
  if (how.spaceIdeographs) clean = clean.replace(ideographs, ' $& ')
  if (how.stripAccents) clean = clean.normalize('NFD').replace(/\p{Mn}/gu, '')
  if (how.lowercase) clean = Array.from(clean, character => character.toLowerCase()).join('')
  return clean
}
