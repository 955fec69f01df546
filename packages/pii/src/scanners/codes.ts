import { isAsciiLetter, isDigit, isLetterOrDigit } from '../char-class.js'
import { wordsBefore } from '../context-words.js'
import type { Candidate } from '../finding.js'
import type { IdentifierType } from '../identifier-types.js'
import type { Scanner } from '../scanner.js'
import type { CheckedCode } from '../validators/checked-code.js'
import { identityLabels, nationalIds } from '../validators/national-ids.js'
import { isVin, otherCodes } from '../validators/other-codes.js'
import { sign } from '../text-signs.js'

interface Code extends CheckedCode {
  readonly type: IdentifierType
  readonly labelSet: ReadonlySet<string>
}

const byShape = new Map<string, Code[]>()
for (const code of [...nationalIds.map(one => ({ ...one, type: 'NATIONAL_ID' as const })), ...otherCodes])
  for (const shape of code.shape.split('|'))
    byShape.set(shape, [...(byShape.get(shape) ?? []), { ...code, labelSet: new Set(code.labels.split(' ')) }])

/** Every beginning of a known shape: what is none needs no further look. */
const beginnings = new Set([...byShape.keys()].flatMap(shape => Array.from(shape, (_, i) => shape.slice(0, i + 1))))

const longest = 18
const shortest = 8
const mostPieces = 7
const longestCode = 12
const longestLead = 4
const vinLength = 17

/**
 * Codes with a published form and check characters: runs of letters and digits, together or with single separators between.
 * From each run that holds a digit, or is short and stands before one, at most seven runs are read.
 */
export const codeScanner: Scanner = {
  id: 'codes',
  types: ['NATIONAL_ID', 'ID', 'VIN', 'IMEI', 'ROUTING_NUMBER'],
  needs: sign.digit,
  scan({ text }, emit) {
    let listEnd = 0
    for (let i = 0; i < text.length; ) {
      if (!isCodeUnit(text.charCodeAt(i))) {
        i++
        continue
      }
      const { end, hasDigit } = pieceAt(text, i)
      if (hasDigit && i >= listEnd) listEnd = endOfList(text, i)
      const isStart = hasDigit ? end - i <= longest : end - i <= longestLead && isDigit(text.charCodeAt(end + 1))
      const found = isStart && !isGluedBefore(text, i) ? codeAt(text, i, i < listEnd ? 1 : mostPieces) : undefined
      if (found) emit(found)
      i = found?.end ?? end
    }
  },
}

const isCodeUnit = (unit: number): boolean => isDigit(unit) || isAsciiLetter(unit)
const isSeparator = (unit: number): boolean =>
  unit === 0x20 || unit === 0x2d || unit === 0x2e || unit === 0x2f || unit === 0x28

function pieceAt(text: string, from: number): { end: number; hasDigit: boolean } {
  let end = from
  let hasDigit = false
  for (; isCodeUnit(text.charCodeAt(end)); end++) hasDigit ||= isDigit(text.charCodeAt(end))
  return { end, hasDigit }
}

/** Whether what begins here goes on to the left: `1-23456789`, `0.123456789`. */
const isGluedBefore = (text: string, at: number): boolean =>
  isLetterOrDigit(text.charCodeAt(at - 1)) ||
  (/[-./+,]/.test(text[at - 1] ?? '') && isLetterOrDigit(text.charCodeAt(at - 2)))

const isGluedAfter = (text: string, end: number): boolean =>
  isLetterOrDigit(text.charCodeAt(end)) ||
  (/[-/]/.test(text[end] ?? '') && isLetterOrDigit(text.charCodeAt(end + 1))) ||
  (/[.,]/.test(text[end] ?? '') && isDigit(text.charCodeAt(end + 1)))

/** Where a list of more than a dozen numbers ends, of which each stands alone; `from` where there is none. */
function endOfList(text: string, from: number): number {
  let pieces = 0
  let at = from
  for (; ; pieces++) {
    const { end, hasDigit } = pieceAt(text, at)
    if (!hasDigit) break
    at = end
    if (!isSeparator(text.charCodeAt(at))) break
    at++
  }
  return pieces > longestCode ? at : from
}

function codeAt(text: string, start: number, mostPieces: number): Candidate | undefined {
  let labels: readonly string[] | undefined
  const labelsBefore = (): readonly string[] => (labels ??= wordsBefore(text, start))
  let compact = ''
  let shape = ''
  let at = start
  for (let piece = 0; piece < mostPieces && compact.length <= longest; piece++) {
    const { end } = pieceAt(text, at)
    if (end === at || compact.length + end - at > longest) return undefined
    for (; at < end; at++) {
      const isNumber = isDigit(text.charCodeAt(at))
      // Small letters count only in a code without separators.
      if (!isNumber && piece > 0 && text.charCodeAt(at) > 0x5a) return undefined
      compact += text[at]!
      shape += isNumber ? '9' : 'A'
    }
    if (
      piece === 0 &&
      compact.length === vinLength &&
      shape.includes('A') &&
      !isGluedAfter(text, at) &&
      isVin(compact.toUpperCase())
    )
      return { type: 'VIN', start, end: at, score: 0.9, rule: 'vin', validator: 'vin-check' }
    if (!beginnings.has(shape)) return undefined
    if (compact.length >= shortest && !isGluedAfter(text, at)) {
      const found = readCode(text, start, at, compact.toUpperCase(), shape, labelsBefore)
      if (found) return found
    }
    if (!isSeparator(text.charCodeAt(at))) return undefined
    at++
  }
  return undefined
}

function readCode(
  text: string,
  start: number,
  end: number,
  compact: string,
  shape: string,
  labelsBefore: () => readonly string[],
): Candidate | undefined {
  const codes = byShape.get(shape)
  if (!codes) return undefined
  for (const code of codes) {
    if (!code.isValid(compact)) continue
    const labels = labelsBefore()
    const isLabelled = labels.some(label => code.labelSet.has(label))
    const isIdentity = code.type === 'NATIONAL_ID' && labels.slice(0, 3).some(label => identityLabels.has(label))
    const isWritten = code.counts instanceof RegExp && code.counts.test(text.slice(start, end))
    if (!isLabelled && !isIdentity && !isWritten && code.counts !== 'alone') continue
    return {
      type: code.type,
      start,
      end: end + (text[end] === ')' && text.slice(start, end).includes('(') ? 1 : 0),
      score: isLabelled ? 0.95 : 0.85,
      rule: code.type === 'NATIONAL_ID' ? `national-id/${code.id}` : code.id,
      validator: code.id,
    }
  }
  return undefined
}
