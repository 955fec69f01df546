import { findingOf, type Candidate, type Finding } from '../finding.js'
import type { IdentifierType } from '../identifier-types.js'
import { resolveOverlaps } from '../resolve-overlaps.js'
import type { Scanner, ScanOptions, ScanText } from '../scanner.js'
import { codeScanner } from '../scanners/codes.js'
import { coordinateScanner } from '../scanners/coordinates.js'
import { cryptoAddressScanner } from '../scanners/crypto-address.js'
import { emailScanner } from '../scanners/email.js'
import { ibanScanner } from '../scanners/iban.js'
import { ipv6Scanner } from '../scanners/ipv6.js'
import { labelledIdScanner } from '../scanners/labelled-ids.js'
import { mixedIdScanner } from '../scanners/mixed-ids.js'
import { domainScanner, handleScanner, macScanner } from '../scanners/network.js'
import { numberScanner } from '../scanners/numbers.js'
import { secretScanner } from '../scanners/secrets.js'
import { urlScanner } from '../scanners/url.js'
import { blank, originalEnd, originalStart, viewOf, wholeCharacters, withBlanks } from '../text-view.js'
import { digitRunsOf } from '../text-signs.js'
import { triggerBitsOf } from '../triggers.js'
import { wordsAfter, wordsOf, type Words } from '../words.js'
import { kind, needsWords } from './kinds.js'

/** The kinds of place at which each scanner may find something. */
const scannersByKind: readonly (readonly [kinds: number, scanner: Scanner])[] = [
  [kind.at, emailScanner],
  [kind.link, urlScanner],
  [kind.link, domainScanner],
  [kind.hex, ipv6Scanner],
  [kind.hex, macScanner],
  [kind.iban, ibanScanner],
  [kind.long, cryptoAddressScanner],
  [kind.token | kind.announced, secretScanner],
  [kind.number | kind.mixed, codeScanner],
  [kind.label, labelledIdScanner],
  [kind.mixed, mixedIdScanner],
  [kind.at | kind.announced, handleScanner],
  [kind.coordinate, coordinateScanner],
  [kind.number, numberScanner],
]

const noWords: Words = {
  text: '',
  count: 0,
  start: new Int32Array(0),
  end: new Int32Array(0),
  shape: new Uint8Array(0),
  hash: new Int32Array(0),
  folded: () => '',
  known: [],
}
/** The scanners were chosen already. */
const allSigns = -1

function textFor(text: string, kinds: number, known?: Words): ScanText {
  const hasWords = (kinds & needsWords) !== 0
  let words = hasWords ? known : noWords
  let triggers: Int32Array | undefined
  let runs: readonly number[] | undefined
  const wordsOnce = (): Words => (words ??= wordsOf(text))
  return {
    text,
    signs: allSigns,
    digitRuns: () => (runs ??= digitRunsOf(text)),
    isReread: known !== undefined,
    words: wordsOnce,
    triggers: () => (triggers ??= triggerBitsOf(wordsOnce())),
  }
}

const mostPasses = 6

/**
 * What the structured rules find in a text that holds nothing of other kinds than those given: the passes of the detector, with the
 * scanners of those kinds only.
 */
export function structuredScan(
  wanted: ReadonlySet<IdentifierType>,
  options: ScanOptions,
  mayHoldMore: (view: string) => boolean,
): (text: string, kinds: number) => readonly Finding[] {
  const scannersOf = new Map<number, readonly Scanner[]>()
  const scannersFor = (kinds: number): readonly Scanner[] => {
    let found = scannersOf.get(kinds)
    if (!found) {
      found = scannersByKind
        .filter(([where, { types }]) => ((where | kind.folded) & kinds) !== 0 && types.some(type => wanted.has(type)))
        .map(([, scanner]) => scanner)
      scannersOf.set(kinds, found)
    }
    return found
  }

  return (text, kinds) => {
    const scanners = scannersFor(kinds)
    let view = viewOf(text)
    let source = textFor(view.text, kinds)
    let findings: Finding[] | undefined
    for (let pass = 0; pass < mostPasses; pass++) {
      const candidates: Candidate[] = []
      const emit = (candidate: Candidate): void => {
        if (candidate.needsCompany || !wanted.has(candidate.type)) return
        candidates.push(wholeCharacters(view, candidate))
      }
      for (const scanner of scanners) scanner.scan(source, emit, options)
      if (candidates.length === 0) break
      const found = resolveOverlaps(view.text, candidates)
      findings ??= []
      for (const one of found) findings.push(findingOf(one, originalStart(view, one.start), originalEnd(view, one.end)))
      if (!mayHoldMore(withoutSpans(view.text, found))) break
      const words = (kinds & needsWords) !== 0 ? source.words() : undefined
      view = withBlanks(view, found)
      source = textFor(view.text, kinds, words && wordsAfter(words, found, view.text))
    }
    return findings ? findings.sort((a, b) => a.start - b.start) : nothing
  }
}

function withoutSpans(text: string, spans: readonly Candidate[]): string {
  let rest = ''
  let at = 0
  for (const { start, end } of spans) {
    rest += text.slice(at, start) + blank
    at = end
  }
  return rest + text.slice(at)
}

const nothing: readonly Finding[] = []
