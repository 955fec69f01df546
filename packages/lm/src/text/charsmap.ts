/** Refuses a charsmap; `what` goes on where the name of the file ends. */
type Refusal = (what: string) => Error

/** Largest charsmap, in characters of Base64; published ones have up to about 400,000. */
const mapLength = 4_194_304

/** Longest text that one character becomes, in bytes of UTF-8; Unicode's longest has 33. */
const longestReplacement = 256

/** A cluster of more bytes than this is looked up by character only, as SentencePiece has it. */
const clusterBytes = 5

/**
 * Reads the `precompiled_charsmap` of a SentencePiece normalizer: Base64 of a table from byte sequences to texts.
 *
 * The table is a double array (Darts-clone): 4 bytes with its length in bytes, units of 4 bytes each, little-endian, and
 * behind them the texts in UTF-8, each ended by a zero. A cluster of characters is replaced by the text of the shortest
 * key that it begins with, even where that is not all of it: so the reference implementation does it.
 *
 * @param bad for a map that contradicts itself, thrown while it is read or when a text comes upon the place
 * @returns a function from a text to the text that the map makes of it
 */
export function readCharsmap(value: unknown, bad: Refusal): (text: string) => string {
  if (typeof value !== 'string' || value.length > mapLength || !/^[A-Za-z0-9+/]+={0,2}$/.test(value))
    throw bad(`its precompiled_charsmap is not Base64 of at most ${mapLength} characters`)
  const bytes = Buffer.from(value, 'base64')
  const size = bytes.length >= 4 ? bytes.readUInt32LE(0) : 0
  if (size < 4 || size % 4 !== 0 || 4 + size > bytes.length) throw bad('its precompiled_charsmap is cut')
  const units = Uint32Array.from({ length: size / 4 }, (_, i) => bytes.readUInt32LE(4 + 4 * i))
  const texts = bytes.subarray(4 + size)
  const known = new Map<number, string>()

  const unitAt = (place: number): number => {
    if (place >= units.length) throw bad('its precompiled_charsmap points outside of itself')
    return units[place]!
  }
  const textAt = (place: number): string => {
    const before = known.get(place)
    if (before !== undefined) return before
    const end = texts.indexOf(0, place)
    const text = texts.subarray(place, end < 0 ? texts.length : end)
    if (place >= texts.length || text.length > longestReplacement)
      throw bad('its precompiled_charsmap has a replacement outside of the limits')
    const read = text.toString('utf8')
    if (Buffer.byteLength(read) !== text.length || read.includes('\ufffd'))
      throw bad('its precompiled_charsmap has a replacement that is not UTF-8')
    known.set(place, read)
    return read
  }
  /** What the shortest key becomes that these bytes begin with. */
  const replacement = (key: Uint8Array): string | undefined => {
    let place = offsetOf(unitAt(0))
    for (const byte of key) {
      if (byte === 0) return undefined
      place ^= byte
      const unit = unitAt(place)
      if ((unit & labelBits) >>> 0 !== byte) return undefined
      place ^= offsetOf(unit)
      if ((unit & leafBit) !== 0) return textAt(unitAt(place) & 0x7fffffff)
    }
    return undefined
  }
  const single = memo((character: string) => replacement(Buffer.from(character)) ?? character)
  const cluster = memo((text: string) => {
    const key = Buffer.from(text)
    const whole = key.length <= clusterBytes ? replacement(key) : undefined
    return whole ?? Array.from(text, single).join('')
  })
  return text => (isPlain(text) ? Array.from(text, single) : Array.from(clusters(text), cluster)).join('')
}

// A unit holds a label (the byte) in its low 8 bits with the topmost bit clear, a flag that a key ends here, and the
// distance to its children, which counts in steps of 256 when the second flag is set.
const labelBits = 0x800000ff
const leafBit = 0x100
const offsetOf = (unit: number): number => ((unit >>> 10) << ((unit & 0x200) >>> 6)) >>> 0

/** ASCII without line breaks of two characters has no clusters. */
const isPlain = (text: string): boolean => /^[\0-\x7f]*$/.test(text) && !text.includes('\r\n')

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })

function* clusters(text: string): Iterable<string> {
  for (const { segment } of segmenter.segment(text)) yield segment
}

/** Answers are kept, up to a number that no text can drive up without end. */
function memo(of: (text: string) => string): (text: string) => string {
  const answers = new Map<string, string>()
  return text => {
    let answer = answers.get(text)
    if (answer === undefined) {
      answer = of(text)
      if (answers.size < 65_536 && text.length <= 16) answers.set(text, answer)
    }
    return answer
  }
}
