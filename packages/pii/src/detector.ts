import { isDigit } from './char-class.js'
import { textTooLong, unknownLocale, unknownType } from './errors.js'
import { findingOf, type Candidate, type Finding } from './finding.js'
import { identifierTypes, isIdentifierType, type IdentifierType } from './identifier-types.js'
import type { DocumentMemory } from './document-memory.js'
import { mergeAdjacent } from './merge-adjacent.js'
import { createNameMemory } from './person/name-memory.js'
import { oneCase } from './raise-case.js'
import { policyOf, type PolicyName } from './policies/index.js'
import { decide, type PiiPolicy } from './policies/policy.js'
import { recognizerScanners, type Recognizer } from './recognizers/recognizer.js'
import { resolveOverlaps } from './resolve-overlaps.js'
import { inScratch } from './scratch.js'
import type { Scanner, ScanOptions, ScanText } from './scanner.js'
import { addressScanner } from './scanners/addresses.js'
import { amountScanner } from './scanners/amounts.js'
import { bicScanner } from './scanners/bic.js'
import { codeScanner } from './scanners/codes.js'
import { coordinateScanner } from './scanners/coordinates.js'
import { cryptoAddressScanner } from './scanners/crypto-address.js'
import { dateScanner } from './scanners/dates.js'
import { emailScanner } from './scanners/email.js'
import { groupScanner } from './scanners/groups.js'
import { ibanScanner } from './scanners/iban.js'
import { ipv6Scanner } from './scanners/ipv6.js'
import { labelledIdScanner } from './scanners/labelled-ids.js'
import { mixedIdScanner } from './scanners/mixed-ids.js'
import { domainScanner, handleScanner, macScanner } from './scanners/network.js'
import { numberScanner } from './scanners/numbers.js'
import { occupationScanner } from './scanners/occupations.js'
import { organisationScanner } from './scanners/organisations.js'
import { personScanner } from './scanners/person.js'
import { placeScanner } from './scanners/places.js'
import { secretScanner } from './scanners/secrets.js'
import { sexScanner } from './scanners/sexes.js'
import { tableNameScanner } from './scanners/table-names.js'
import { taggerScanner } from './scanners/tagger.js'
import { urlScanner } from './scanners/url.js'
import { structuredScanners, structuredTypes } from './structured-rules.js'
import { digitRunsOf, signsOf } from './text-signs.js'
import { originalEnd, originalStart, viewOf, wholeCharacters, withBlanks, type TextView } from './text-view.js'
import { isPhoneRegion } from './validators/phone.js'
import { createValueMemory } from './value-memory.js'
import { readsCase, scanWithoutCase } from './without-case.js'
import { triggerBitsOf } from './triggers.js'
import { wordsAfter, wordsOf, type Words } from './words.js'

/** Changes when the same text may give other findings. Evidence names it. */
export const detectorVersion = '0.1.0'

/** Most UTF-16 code units in one call. */
export const textLimit = 10_000_000

/**
 * Finding one value can uncover another (digits that it was glued to); after so many looks the detector stops looking. Where nothing
 * is glued to the first findings and no number is left, the second look is for names alone, which are told by what is around them.
 */
const mostPasses = 6

const scanners: readonly Scanner[] = [
  emailScanner,
  urlScanner,
  domainScanner,
  ipv6Scanner,
  macScanner,
  ibanScanner,
  bicScanner,
  cryptoAddressScanner,
  secretScanner,
  codeScanner,
  labelledIdScanner,
  mixedIdScanner,
  handleScanner,
  coordinateScanner,
  numberScanner,
  dateScanner,
  amountScanner,
  addressScanner,
  placeScanner,
  organisationScanner,
  sexScanner,
  groupScanner,
  occupationScanner,
  personScanner,
  tableNameScanner,
  taggerScanner,
]

/** Types of which some findings count only in company: to know it, every scanner has to look. */
const inCompany: readonly IdentifierType[] = [
  'DATE',
  'YEAR',
  'AGE',
  'ID',
  'LOCATION',
  'ORGANIZATION',
  'PERSON',
  'NRP',
  'PROFESSION',
  'AMOUNT',
]

export interface DetectOptions {
  /** Types to look for; all when absent. Unwanted types neither appear nor hide others. */
  readonly types?: readonly string[]
  /**
   * `structured`: what its own form tells, or a label right before it, and nothing that other parts of the text have to speak for.
   * Faster, and blind to names, places, organisations, addresses, dates and ages. All rules by default.
   */
  readonly rules?: 'all' | 'structured'
  /** BCP 47 tag with a region, such as `en-GB`: national telephone numbers of that region count without context. */
  readonly locale?: string
  /** The same for several regions. */
  readonly locales?: readonly string[]
  /** Recognisers of one's own, beside those of the package. */
  readonly recognizers?: readonly Recognizer[]
  /** Values that are never found, in any case, such as the name of one's own firm. */
  readonly allow?: readonly string[]
  /** What the policy lets stay is not found: a HIPAA detector passes over ages up to 89. */
  readonly policy?: PolicyName | PiiPolicy
}

export interface Detector {
  readonly version: string
  readonly types: readonly IdentifierType[]
  /** Findings sorted by start and disjoint. @throws PII-E006 */
  detect(text: string): readonly Finding[]
}

/**
 * A detector with its options checked once.
 *
 * @throws PII-E001 for an unknown type, PII-E005 for a locale without a known region, PII-E007 for an unknown policy, PII-E008 for a
 *   recogniser that cannot be carried out
 */
export function createDetector(options: DetectOptions = {}): Detector {
  const isStructured = options.rules === 'structured'
  const known = isStructured ? structuredTypes : identifierTypes
  const types = checkTypes(options.types ?? known).filter(type => known.includes(type))
  const locales = [...(options.locale === undefined ? [] : [options.locale]), ...(options.locales ?? [])]
  const scanOptions: ScanOptions = { regions: locales.map(regionOf) }
  const wanted = new Set<IdentifierType>(types)
  const looksForCompany = !isStructured && inCompany.some(type => wanted.has(type))
  const own = recognizerScanners(options.recognizers ?? [])
  const passes = withoutKept(options)
  const shipped = isStructured ? scanners.filter(one => structuredScanners.has(one)) : scanners
  const all = [...shipped, ...own].filter(scanner => looksForCompany || scanner.types.some(type => wanted.has(type)))
  const contextual = all.filter(scanner => scanner === taggerScanner)

  const scan = (
    view: TextView,
    source: ScanText,
    memories: DocumentMemory[],
    active: readonly Scanner[],
    small: string | undefined,
  ): readonly Candidate[] => {
    let candidates: Candidate[] = []
    let hasCompany = false
    const emit = (candidate: Candidate): void => {
      if (candidate.needsCompany === undefined && candidate.isGuess === undefined) hasCompany = true
      if (!wanted.has(candidate.type) || (isStructured && candidate.needsCompany)) return
      candidates.push(wholeCharacters(view, candidate))
    }
    if (small === undefined) {
      for (const scanner of active) if (looks(scanner, source)) scanner.scan(source, emit, scanOptions)
    } else {
      const asSmall = small === view.text ? source : scanText(small, undefined, source.isReread)
      for (const scanner of active) {
        if (scanner === taggerScanner) continue
        const read = readsCase.has(scanner) ? asSmall : source
        if (looks(scanner, read)) scanner.scan(read, emit, scanOptions)
      }
      if (active.some(scanner => scanner === taggerScanner || readsCase.has(scanner)))
        scanWithoutCase(asSmall, active, emit, scanOptions, scanText)
    }
    if (!hasCompany) candidates = candidates.filter(({ needsCompany }) => needsCompany === undefined)
    let resolved = resolveOverlaps(view.text, candidates)
    const scanned = candidates.length
    if (resolved.length > 0 && memories.length === 0 && !isStructured)
      memories.push(createNameMemory(), createValueMemory())
    for (const memory of memories) memory.learn(source, resolved)
    for (const memory of memories) memory.recall(source, resolved, emit)
    if (candidates.length > scanned) resolved = resolveOverlaps(view.text, candidates)
    return mergeAdjacent(view.text, resolved)
  }

  const smallOf = ({ text, signs }: ScanText): string | undefined => (isStructured ? undefined : oneCase(text, signs))

  const detectIn = (text: string): readonly Finding[] => {
    if (text.length > textLimit) throw textTooLong(text.length, textLimit)
    const memories: DocumentMemory[] = []
    const findings: Finding[] = []
    let view = viewOf(text)
    let source = scanText(view.text)
    let small = smallOf(source)
    let active = all
    for (let pass = 0; pass < mostPasses; pass++) {
      const found = scan(view, source, memories, active, small)
      if (found.length === 0) break
      for (const finding of found) findings.push(inOriginal(view, finding))
      // The structured rules look again always: what they find then does not depend on the rest of the text.
      const isCalm = !isStructured && pass === 0 && own.length === 0 && !mayUncover(view.text, found)
      view = withBlanks(view, found)
      const wasSmall = small !== undefined
      source = scanText(view.text, wordsAfter(source.words(), found, view.text))
      small = smallOf(source)
      // What is left may have one case where the whole had both: then it is another text.
      const isSame = (small !== undefined) === wasSmall
      if (!isSame) source = scanText(view.text, source.words(), false)
      active = isCalm && isSame && !longNumber.test(view.text) ? contextual : all
    }
    findings.sort((a, b) => a.start - b.start)
    return passes(text, findings)
  }

  return {
    version: detectorVersion,
    types,
    detect: text => inScratch(() => detectIn(text)),
  }
}

/** Findings of a text without those that a policy lets stay and those of allowed values. @throws PII-E007 for an unknown policy */
export function withoutKept({
  policy: named,
  allow = [],
}: Pick<DetectOptions, 'policy' | 'allow'>): (text: string, findings: readonly Finding[]) => readonly Finding[] {
  const policy = named === undefined ? undefined : policyOf(named)
  const allowed = new Set(allow.map(plainValue))
  if (!policy && allowed.size === 0) return (_, findings) => findings
  return (text, findings) => {
    const context = { year: new Date().getUTCFullYear() }
    const stays = (finding: Finding): boolean =>
      (policy !== undefined && decide(policy, finding, context).action === 'keep') ||
      (allowed.size > 0 && allowed.has(plainValue(text.slice(finding.start, finding.end))))
    return findings.filter(finding => !stays(finding))
  }
}

/**
 * Finds identifiers in a text.
 *
 * Linear in the length of the text. Offsets are UTF-16 code units of `text` as given. What is found is what the rules of
 * this version know; a text without findings is not a text without personal data.
 *
 * @throws PII-E001, PII-E005, PII-E006
 * @example
 *   detect('Write to jo@example.org')   // [{ type: 'EMAIL', start: 9, end: 23, score: 0.95, rule: 'email', … }]
 */
export const detect = (text: string, options: DetectOptions = {}): readonly Finding[] =>
  createDetector(options).detect(text)

/** The types, each once, in the order of `identifierTypes`. @throws PII-E001 */
export function checkTypes(types: readonly string[]): readonly IdentifierType[] {
  const asked = new Set(types)
  for (const type of asked) if (!isIdentifierType(type)) throw unknownType(type)
  return identifierTypes.filter(type => asked.has(type))
}

/** A number that is none of the findings may be one without what stood between it and its label. */
const longNumber = /\d{4}|\d(?:[-./ ]{1,3}\d){3}/

/** How far from a finding a digit can be part of a number that the finding hid. */
const reach = 3

/** Whether something is glued to a finding, or a number stands beside one, so that a look without the finding may show more. */
function mayUncover(text: string, found: readonly Candidate[]): boolean {
  for (const [i, { start, end }] of found.entries()) {
    if (isGlued(text, start - 1, -1) || isGlued(text, end, 1)) return true
    const lowest = Math.max(start - reach, found[i - 1]?.end ?? 0)
    for (let at = start - 2; at >= lowest; at--) if (isDigit(text.charCodeAt(at))) return true
    const highest = Math.min(end + reach, found[i + 1]?.start ?? text.length)
    for (let at = end + 1; at < highest; at++) if (isDigit(text.charCodeAt(at))) return true
  }
  return false
}

const calm = new Set([...' \n\r\t,;!?()"\''].map(c => c.charCodeAt(0)))
/** Calm where nothing is glued to them. */
const points = new Set([...'.:'].map(c => c.charCodeAt(0)))

function isGlued(text: string, at: number, step: 1 | -1): boolean {
  if (at < 0 || at >= text.length || calm.has(text.charCodeAt(at))) return false
  const next = at + step
  return !points.has(text.charCodeAt(at)) || (next >= 0 && next < text.length && !calm.has(text.charCodeAt(next)))
}

const looks = ({ needs }: Scanner, { signs }: ScanText): boolean => needs === undefined || (needs & signs) !== 0

export const plainValue = (value: string): string => value.trim().replaceAll(/\s+/g, ' ').toLowerCase()

export function regionOf(locale: string): string {
  let region: string | undefined
  try {
    region = new Intl.Locale(locale).region
  } catch {
    // Not a tag at all: refused below.
  }
  if (region === undefined || !isPhoneRegion(region)) throw unknownLocale(locale)
  return region
}

const inOriginal = (view: TextView, candidate: Candidate): Finding =>
  findingOf(candidate, originalStart(view, candidate.start), originalEnd(view, candidate.end))

function scanText(text: string, known?: Words, isReread = known !== undefined): ScanText {
  let words = known
  let triggers: Int32Array | undefined
  let runs: readonly number[] | undefined
  const wordsOnce = (): Words => (words ??= wordsOf(text))
  return {
    text,
    signs: signsOf(text),
    digitRuns: () => (runs ??= digitRunsOf(text)),
    isReread,
    words: wordsOnce,
    triggers: () => (triggers ??= triggerBitsOf(wordsOnce())),
  }
}
