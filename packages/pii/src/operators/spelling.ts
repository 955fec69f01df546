import { decodeText } from '../rewrite/decode-text.js'

/** How a value stood in its file: as the inside of a JSON string, or as bytes. */
export interface Spelling {
  readonly form: 'json' | 'bytes'
  readonly bytes: Uint8Array
}

/**
 * How a value stood in a file, where its text alone would not lead back to the same bytes: escapes that JSON can do without
 * (`caf\u00e9`), bytes that are no UTF-8. Undefined where it would.
 */
export function spellingOf(value: string, bytes: Uint8Array, isJson: boolean): Spelling | undefined {
  // By way of UTF-8, in which the value is kept: half of a surrogate pair does not survive it.
  const kept = Buffer.from(value, 'utf8')
  const again = isJson ? Buffer.from(jsonInside(kept.toString('utf8')), 'utf8') : kept
  return again.equals(bytes) ? undefined : { form: isJson ? 'json' : 'bytes', bytes }
}

/** The text that is spelt so. */
export const textOfSpelling = ({ form, bytes }: Spelling): string =>
  decodeText(bytes, 0, bytes.length, form === 'json').text

/** A text as the inside of a JSON string. */
export const jsonInside = (text: string): string => JSON.stringify(text).slice(1, -1)
