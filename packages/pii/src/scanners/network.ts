import { isAsciiLetter, isDigit, isHexDigit, isLetter, isLetterOrDigit } from '../char-class.js'
import { topLevelDomains, wordlikeDomains } from '../gazetteer/top-level-domains.js'
import { triggersOf } from '../triggers.js'
import type { Scanner } from '../scanner.js'
import { sign } from '../text-signs.js'

const dot = 0x2e
const hyphen = 0x2d
const slash = 0x2f
const longestDomain = 253
const longestPath = 2048

/** Bare domain names with a known ending, and with the path after them; never inside an address or a longer token. */
export const domainScanner: Scanner = {
  id: 'domains',
  types: ['DOMAIN'],
  needs: sign.point,
  scan({ text }, emit) {
    for (let at = text.indexOf('.'); at >= 0; ) {
      let start = at
      while (start > 0 && at - start < 64 && isDomainUnit(text.charCodeAt(start - 1))) start--
      let end = at
      while (isDomainUnit(text.charCodeAt(end)) || text.charCodeAt(end) === dot) end++
      const next = Math.max(end, at + 1)
      while (end > start && !isLetterOrDigit(text.charCodeAt(end - 1))) end--
      if (end - start <= longestDomain && isDomain(text, start, end))
        emit({ type: 'DOMAIN', start, end: pathEnd(text, end), score: 0.8, rule: 'domain', validator: 'tld' })
      at = text.indexOf('.', next)
    }
  },
}

const isDomainUnit = (unit: number): boolean => isLetterOrDigit(unit) || unit === hyphen

function isDomain(text: string, start: number, end: number): boolean {
  // Most points end a sentence.
  if (!text.slice(start, end).includes('.')) return false
  const around = `${text[start - 1] ?? ' '}${text[end] ?? ' '}`
  if (/[@/\\_\w]./s.test(around) || /.[@(\\_]/s.test(around)) return false
  const labels = text.slice(start, end).split('.')
  const top = labels.at(-1)!
  const key = top.toLowerCase()
  if (labels.length < 2 || !topLevelDomains.has(key) || labels.some(label => label === '' || /^-|-$/.test(label)))
    return false
  // `end.It was`: a sentence without a space after it.
  if (top !== key && top !== top.toUpperCase()) return false
  const host = labels.at(-2)!
  if (host.length < 2 || !/\p{L}|\d{3}/u.test(host)) return false
  return !wordlikeDomains.has(key) || labels.length > 2 || /[\d-]/.test(host) || text.charCodeAt(end) === slash
}

function pathEnd(text: string, end: number): number {
  if (text.charCodeAt(end) !== slash || !isLetterOrDigit(text.charCodeAt(end + 1))) return end
  let at = end
  while (at < text.length && at - end < longestPath && /[^\s"'<>|\\^`{}\uFFFC]/.test(text[at]!)) at++
  while (/[.,;:!?)\]]/.test(text[at - 1]!)) at--
  return at
}

const pair = 2
const pairs = 6

/** MAC addresses: six pairs of hexadecimal digits with one kind of separator, or three groups of four with points. */
export const macScanner: Scanner = {
  id: 'mac',
  types: ['MAC_ADDRESS'],
  needs: sign.colon | sign.hyphen,
  scan({ text }, emit) {
    for (let i = pair; i < text.length; i++) {
      const unit = text.charCodeAt(i)
      if (unit !== 0x3a && unit !== hyphen) continue
      const start = i - pair
      const end = macEnd(text, start, unit)
      if (end === 0) continue
      emit({ type: 'MAC_ADDRESS', start, end, score: 0.9, rule: 'mac', validator: 'eui48' })
      i = end
    }
  },
}

function macEnd(text: string, start: number, separator: number): number {
  if (isLetterOrDigit(text.charCodeAt(start - 1)) || text.charCodeAt(start - 1) === separator) return 0
  let at = start
  for (let group = 0; group < pairs; group++, at += pair) {
    if (group > 0 && text.charCodeAt(at++) !== separator) return 0
    if (!isHexDigit(text.charCodeAt(at)) || !isHexDigit(text.charCodeAt(at + 1))) return 0
  }
  return isLetterOrDigit(text.charCodeAt(at)) || text.charCodeAt(at) === separator ? 0 : at
}

const longestHandle = 40
const shortestHandle = 3
export const handleLabels: ReadonlySet<string> = new Set(
  'username user login nick nickname handle usuario utilisateur benutzername screenname twitter instagram snapchat telegram tiktok discord skype gamertag'.split(
    ' ',
  ),
)
/** After such a word a handle needs a colon. */
const afterHandleLabel = /^(?: ?(?:name|id|handle))?(?: ?[:=] ?| (?:is|es|ist|est):? )["']?@?/i

const triggers = triggersOf(handleLabels, ['u'])

/** Names of accounts: `@name`, `u/name`, and what follows a label such as `username:`. */
export const handleScanner: Scanner = {
  id: 'handles',
  types: ['HANDLE'],
  triggers,
  scan(source, emit) {
    const { text } = source
    for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
      const end = handleEnd(text, at + 1)
      if (
        isLetterOrDigit(text.charCodeAt(at - 1)) ||
        /[@.\-_/]/.test(text[at - 1] ?? '') ||
        end - at - 1 < shortestHandle
      )
        continue
      if ((isLetter(text.charCodeAt(at + 1)) || text[at + 1] === '_') && text[end] !== '@')
        emit({ type: 'HANDLE', start: at, end, score: 0.75, rule: 'handle/at' })
    }
    const words = source.words()
    const triggered = source.triggers()
    for (let word = 0; word < words.count; word++) {
      if ((triggered[word]! & triggers.bit) === 0) continue
      const folded = words.folded(word)
      if (
        folded === 'u' &&
        text.charCodeAt(words.end[word]!) === slash &&
        !/[\w/]/.test(text[words.start[word]! - 1] ?? '')
      ) {
        const end = handleEnd(text, words.end[word]! + 1)
        if (end - words.end[word]! > shortestHandle)
          emit({ type: 'HANDLE', start: words.start[word]!, end, score: 0.75, rule: 'handle/path' })
        continue
      }
      if (!handleLabels.has(folded)) continue
      const from = words.end[word]!
      const gap = afterHandleLabel.exec(text.slice(from, from + 16))
      if (!gap) continue
      const start = from + gap[0].length
      const end = handleEnd(text, start)
      const isHandle =
        /[\d_.]/.test(text.slice(start, end)) ||
        (gap[0].includes(':') && folded !== 'user' && end - start >= shortestHandle)
      if (end - start >= shortestHandle && isHandle)
        emit({ type: 'HANDLE', start, end, score: 0.7, rule: 'handle/label' })
    }
  },
}

function handleEnd(text: string, from: number): number {
  let end = from
  while (end - from < longestHandle && isHandleUnit(text.charCodeAt(end))) end++
  while (end > from && /[.\-]/.test(text[end - 1]!)) end--
  return end
}

const isHandleUnit = (unit: number): boolean =>
  isDigit(unit) || isAsciiLetter(unit) || unit === 0x5f || unit === dot || unit === hyphen
