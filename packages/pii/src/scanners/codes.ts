import { isAsciiLetter, isDigit, isLetterOrDigit } from '../char-class.js'
import { wordsBefore } from '../context-words.js'
import type { Candidate } from '../finding.js'
import type { IdentifierType } from '../identifier-types.js'
import { addLikely, likelyWords } from '../likely-words.js'
import type { Scanner } from '../scanner.js'
import type { CheckedCode } from '../validators/checked-code.js'
import { identityLabels, nationalIds } from '../validators/national-ids.js'
import { isVin, otherCodes } from '../validators/other-codes.js'
import { sign } from '../text-signs.js'

interface Code extends CheckedCode {
  readonly type: IdentifierType
}

/** A shape as a number: one bit per character, set for a letter, after a first bit that is always set. */
const noShape = 1
const grownShape = (shape: number, isNumber: boolean): number => (shape << 1) | (isNumber ? 0 : 1)
const shapesOf = (written: string): readonly number[] => {
  let shape = noShape
  return Array.from(written, character => (shape = grownShape(shape, character === '9')))
}

interface CodesOfShape {
  readonly all: Code[]
  /** Those that may count without a label. */
  readonly unlabelled: Code[]
}

const byShape = new Map<number, CodesOfShape>()
const byLabel = new Map<string, Code[]>()
const likely = likelyWords()
for (const label of identityLabels) addLikely(likely, label)
/** Every beginning of a known shape: what is none needs no further look. */
const beginnings = new Set<number>()
for (const one of [...nationalIds.map(one => ({ ...one, type: 'NATIONAL_ID' as const })), ...otherCodes]) {
  for (const label of one.labels.split(' ')) {
    byLabel.set(label, [...(byLabel.get(label) ?? []), one])
    addLikely(likely, label)
  }
  for (const written of one.shape.split('|')) {
    const shapes = shapesOf(written)
    for (const shape of shapes) beginnings.add(shape)
    const whole = shapes.at(-1)!
    const codes = byShape.get(whole) ?? { all: [], unlabelled: [] }
    codes.all.push(one)
    if (one.counts !== 'labelled') codes.unlabelled.push(one)
    byShape.set(whole, codes)
  }
}

const longest = 18
const shortest = 8
const mostPieces = 7
/** More numbers than this in a row are a list. */
const mostListed = 12
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
  scan(source, emit) {
    const { text } = source
    let listEnd = 0
    /** What lies before was read. */
    let floor = 0
    const read = (start: number): void => {
      const found = isGluedBefore(text, start) ? undefined : codeAt(text, start, start < listEnd ? 1 : mostPieces)
      if (!found) return
      emit(found)
      floor = found.end
    }
    const runs = source.digitRuns()
    for (let index = 0; index < runs.length; index++) {
      const run = runs[index]!
      if (run < floor) continue
      const start = pieceStart(text, run, floor)
      if (start === run && run - 1 > floor) {
        const lead = pieceStart(text, run - 1, floor)
        if (lead < run - 1 && run - 1 - lead <= longestLead) read(lead)
        if (run < floor) continue
      }
      const end = pieceEnd(text, run)
      const mayBeList = runs.length - index > mostListed
      if (mayBeList && start >= listEnd) listEnd = endOfList(text, start)
      floor = end
      if (end - start <= longest) read(start)
    }
  },
}

const isCodeUnit = (unit: number): boolean => isDigit(unit) || isAsciiLetter(unit)
const isSeparator = (unit: number): boolean =>
  unit === 0x20 || unit === 0x2d || unit === 0x2e || unit === 0x2f || unit === 0x28

/** Where the letters and digits begin that end at a place. */
function pieceStart(text: string, end: number, floor: number): number {
  let start = end
  while (start > floor && isCodeUnit(text.charCodeAt(start - 1))) start--
  return start
}

/** Where the letters and digits end that begin at a place. */
function pieceEnd(text: string, start: number): number {
  let end = start
  while (isCodeUnit(text.charCodeAt(end))) end++
  return end
}

/** Whether what begins here goes on to the left: `1-23456789`, `0.123456789`. */
const isGluedBefore = (text: string, at: number): boolean => {
  const unit = text.charCodeAt(at - 1)
  return isLetterOrDigit(unit) || (gluesBefore.has(unit) && isLetterOrDigit(text.charCodeAt(at - 2)))
}
const gluesBefore = new Set([...'-./+,'].map(c => c.charCodeAt(0)))

const isGluedAfter = (text: string, end: number): boolean => {
  const unit = text.charCodeAt(end)
  if (isLetterOrDigit(unit)) return true
  if (unit === 0x2d || unit === 0x2f) return isLetterOrDigit(text.charCodeAt(end + 1))
  return (unit === 0x2e || unit === 0x2c) && isDigit(text.charCodeAt(end + 1))
}

/** Where a list of more than a dozen numbers ends, of which each stands alone; `from` where there is none. */
function endOfList(text: string, from: number): number {
  let pieces = 0
  let at = from
  for (; ; pieces++) {
    const end = pieceEnd(text, at)
    if (!holdsDigit(text, at, end)) break
    at = end
    if (!isSeparator(text.charCodeAt(at))) break
    at++
  }
  return pieces > mostListed ? at : from
}

function holdsDigit(text: string, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (isDigit(text.charCodeAt(i))) return true
  return false
}

function codeAt(text: string, start: number, mostPieces: number): Candidate | undefined {
  let labels: Labels | undefined
  let compact = ''
  let shape = noShape
  let at = start
  for (let piece = 0; piece < mostPieces && compact.length <= longest; piece++) {
    const end = pieceEnd(text, at)
    if (end === at || compact.length + end - at > longest) return undefined
    for (let i = at; i < end; i++) {
      const isNumber = isDigit(text.charCodeAt(i))
      // Small letters count only in a code without separators.
      if (!isNumber && piece > 0 && text.charCodeAt(i) > 0x5a) return undefined
      shape = grownShape(shape, isNumber)
    }
    compact += text.slice(at, end)
    at = end
    if (
      piece === 0 &&
      compact.length === vinLength &&
      shape !== noShape << vinLength &&
      !isGluedAfter(text, at) &&
      isVin(compact.toUpperCase())
    )
      return { type: 'VIN', start, end: at, score: 0.9, rule: 'vin', validator: 'vin-check' }
    if (!beginnings.has(shape)) return undefined
    const codes = compact.length >= shortest ? byShape.get(shape) : undefined
    if (codes && !isGluedAfter(text, at)) {
      labels ??= labelsBefore(text, start)
      const found = readCode(text, start, at, compact.toUpperCase(), codes, labels)
      if (found) return found
    }
    if (!isSeparator(text.charCodeAt(at))) return undefined
    at++
  }
  return undefined
}

/** What the words before a code say of it. */
interface Labels {
  /** Codes of which one of the words is a label. */
  readonly named: readonly Code[]
  /** Whether one of the nearest speaks of an identity. */
  readonly isIdentity: boolean
}

const noLabels: Labels = { named: [], isIdentity: false }

function labelsBefore(text: string, at: number): Labels {
  const words = wordsBefore(text, at, likely)
  let named = noLabels.named
  let isIdentity = false
  for (let i = 0; i < words.length; i++) {
    const codes = byLabel.get(words[i]!)
    if (codes) named = [...named, ...codes]
    if (i < 3 && identityLabels.has(words[i]!)) isIdentity = true
  }
  return named.length > 0 || isIdentity ? { named, isIdentity } : noLabels
}

function readCode(
  text: string,
  start: number,
  end: number,
  compact: string,
  { all, unlabelled }: CodesOfShape,
  labels: Labels,
): Candidate | undefined {
  // Most codes count only after a label, and most numbers stand after none: no check digit is computed for them.
  for (const code of labels === noLabels ? unlabelled : all) {
    const isLabelled = labels.named.includes(code)
    const isIdentity = labels.isIdentity && code.type === 'NATIONAL_ID'
    const isWritten = code.counts instanceof RegExp && code.counts.test(text.slice(start, end))
    if (!isLabelled && !isIdentity && !isWritten && code.counts !== 'alone') continue
    if (!code.isValid(compact)) continue
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
