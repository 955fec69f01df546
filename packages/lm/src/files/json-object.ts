/** A parsed JSON object whose content nothing is known about yet. */
export type JsonObject = Readonly<Record<string, unknown>>

/**
 * Parses bytes that must be one JSON object in UTF-8, in which no object names a key twice. `JSON.parse` keeps the last
 * of two equal keys in silence, and other readers the first: they would see two different files.
 *
 * @throws what `refuse` makes of the problem
 */
export function parseJsonObject(bytes: Uint8Array, refuse: (problem: string) => Error): JsonObject {
  let text: string
  let value: unknown
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    value = JSON.parse(text)
  } catch (cause) {
    throw refuse(`is not JSON in UTF-8 (${cause instanceof Error ? cause.name : 'error'})`)
  }
  if (!isJsonObject(value)) throw refuse('is not a JSON object')
  const twice = repeatedKey(text)
  if (twice !== undefined) throw refuse(`names the key ${JSON.stringify(twice.slice(0, 80))} twice`)
  return value
}

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Finds a key that occurs twice in one object of a text that is known to be valid JSON. */
function repeatedKey(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = []
  let keyNext = false
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case 0x22: {
        const from = i
        i = endOfString(text, i)
        const keys = open.at(-1)
        if (!keyNext || keys === undefined) break
        const key = JSON.parse(text.slice(from, i + 1)) as string
        if (keys.has(key)) return key
        keys.add(key)
        keyNext = false
        break
      }
      case 0x7b: // {
        open.push(new Set())
        keyNext = true
        break
      case 0x5b: // [
        open.push(undefined)
        keyNext = false
        break
      case 0x7d: // }
      case 0x5d: // ]
        open.pop()
        keyNext = false
        break
      case 0x2c: // ,
        keyNext = open.at(-1) !== undefined
    }
  }
  return undefined
}

function endOfString(text: string, from: number): number {
  let i = from + 1
  for (; text.charCodeAt(i) !== 0x22; i++) if (text.charCodeAt(i) === 0x5c) i++
  return i
}
