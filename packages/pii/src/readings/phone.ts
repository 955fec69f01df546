import { wordsBefore } from '../context-words.js'
import type { Candidate } from '../finding.js'
import { addLikely, likelyWords } from '../likely-words.js'
import {
  digitsOf,
  plusBefore,
  runLength,
  separatorBefore,
  type NumberGroup,
  type Read,
  type Reading,
} from '../number-groups.js'
import { hasCallingCode, isInternationalPhone, isNationalPhone } from '../validators/phone.js'

const mostDigits = 15
const fewestDigits = 7
const mostRuns = 8

/** A telephone number: the last run that belongs to it, and what speaks for it. */
interface Match {
  readonly last: number
  readonly score: number
  readonly rule: string
  readonly validator?: string
}

/**
 * Telephone numbers, in this order: international after `+`, `00` or `011`; North American in its usual grouping;
 * national in the region of the locale; national with a leading zero and separators; any 7 to 15 digits after a word such
 * as `phone`. All but the last are checked against the numbering plan.
 */
export function readPhone(reading: Reading): Read | undefined {
  const { text, group, run } = reading
  if (run > 0 && !/\s/.test(separatorBefore(text, group, run))) return undefined
  const plus = plusBefore(text, group, run)
  const match =
    international(reading, plus >= 0) ??
    (isDate(text, group, run) ? undefined : (northAmerican(reading) ?? national(reading) ?? labelled(reading)))
  if (!match) return undefined
  const { last, score, rule, validator } = match
  const opensBracket = text[group.start[run]! - 1] === '(' && separatorBefore(text, group, run + 1).includes(')')
  const start = plus >= 0 ? plus : group.start[run]! - (opensBracket ? 1 : 0)
  const end = group.end[last]! + extensionLength(text, group.end[last]!)
  const candidate: Candidate = { type: 'PHONE', start, end, score, rule, ...(validator !== undefined && { validator }) }
  return { candidate, runs: last - run + 1 }
}

function international(reading: Reading, hasPlus: boolean): Match | undefined {
  const { text, group, run } = reading
  const first = digitsOf(text, group, run, run)
  const prefix = hasPlus ? '' : first.startsWith('00') ? '00' : first === '011' ? '011' : undefined
  if (prefix === undefined) return undefined
  const possible = endings(reading, prefix.length)
  for (const { last, digits } of possible) {
    const number = digits.slice(prefix.length)
    // The calling code is the same for every ending.
    if (!hasCallingCode(number)) break
    if (isInternationalPhone(number))
      return { last, score: 0.9, rule: 'phone/international', validator: 'libphonenumber' }
  }
  const [longest] = possible
  return hasPlus && longest && longest.digits.length > fewestDigits
    ? { last: longest.last, score: 0.5, rule: 'phone/plus' }
    : undefined
}

/** Three, three and four digits, or three and seven; a 1 before them. */
function northAmerican({ text, group, run }: Reading): Match | undefined {
  const area = runLength(group, run) === 1 && text[group.start[run]!] === '1' ? run + 1 : run
  if (runLength(group, area) !== 3) return undefined
  const isSplit = runLength(group, area + 1) === 3 && runLength(group, area + 2) === 4
  const last = isSplit ? area + 2 : area + 1
  if (!isSplit && !(runLength(group, last) === 7 && text[group.end[area]!] === ')')) return undefined
  if (isContinued(text, group, last) || !isNationalPhone(digitsOf(text, group, area, last), 'US')) return undefined
  return { last, score: 0.75, rule: 'phone/nanp', validator: 'libphonenumber' }
}

/** Regions where a national number is dialled, and commonly written, with a leading zero. */
const zeroRegions = 'GB FR DE IT NL BE CH AT SE FI IE AU NZ ZA IN JP KR IL TR RO UA ID MY TH CN'.split(' ')

function national(reading: Reading): Match | undefined {
  const { text, group, run, regions: given } = reading
  const first = digitsOf(text, group, run, run)
  const isZero = /^0[1-9]\d{0,3}$/.test(first)
  const regions = given.length > 0 ? given : isZero ? zeroRegions : []
  if (regions.length === 0) return undefined
  for (const { last, digits } of endings(reading, 0)) {
    if (last === run || (given.length === 0 && digits.length < 9) || isContinued(text, group, last)) continue
    if (regions.some(one => isNationalPhone(digits, one)))
      return { last, score: given.length > 0 ? 0.75 : 0.65, rule: 'phone/national', validator: 'libphonenumber' }
  }
  return undefined
}

const labels = new Set(
  (
    'phone phones telephone tel mobile cell cellphone cellular landline call calls called calling fax whatsapp sms dial ' +
    'ring contact hotline helpline pager telefono movil celular llamar telefon telefonnummer handy handynummer mobil tlf ' +
    'telephone portable telefoon mobiel telefone telemovel cellulare puhelin telefonu'
  ).split(' '),
)

const otherLabels = new Set(
  (
    'order invoice ref reference case ticket account acct policy transaction amount total sum card pin zip postcode isbn ' +
    'serial tracking customer member usd eur gbp dollars euros pounds since year years version'
  ).split(' '),
)

const likely = likelyWords()
for (const word of [...labels, ...otherLabels]) addLikely(likely, word)

function labelled(reading: Reading): Match | undefined {
  const { text, group, run, regions } = reading
  const dialled = regions.length > 0 ? regions : ['US']
  if (run > 0) return undefined
  const [longest] = endings(reading, 0)
  if (!longest) return undefined
  const label = wordsBefore(text, group.start[run]!, likely).find(word => labels.has(word) || otherLabels.has(word))
  if (label === undefined || !labels.has(label)) return undefined
  return dialled.some(region => isNationalPhone(longest.digits, region))
    ? { last: longest.last, score: 0.8, rule: 'phone/label', validator: 'libphonenumber' }
    : { last: longest.last, score: 0.5, rule: 'phone/label' }
}

/** One way to end a number: its last run, and its digits. */
interface Ending {
  readonly last: number
  readonly digits: string
}

/** The ways to end a number that begins with `run`, longest first: at most eight runs, 7 to 15 digits after the prefix. */
function endings({ text, group, run }: Reading, prefix: number): readonly Ending[] {
  let last = run
  let length = runLength(group, run)
  while (last + 1 < group.start.length && last + 1 < run + mostRuns) {
    const next = length + runLength(group, last + 1)
    if (next > mostDigits + prefix) break
    length = next
    last++
  }
  if (length < fewestDigits + prefix || length > mostDigits + prefix) return []
  const digits = digitsOf(text, group, run, last)
  const found: Ending[] = []
  for (; last >= run && length >= fewestDigits + prefix; length -= runLength(group, last--))
    found.push({ last, digits: digits.slice(0, length) })
  return found
}

/** More digits follow after a separator that numbers have inside. */
const isContinued = (text: string, group: NumberGroup, last: number): boolean =>
  /^[-./]$/.test(separatorBefore(text, group, last + 1))

/** Day, month and year in any order, with one kind of separator. */
function isDate(text: string, group: NumberGroup, run: number): boolean {
  const separator = separatorBefore(text, group, run + 1)
  if (!/^[-./]$/.test(separator) || separatorBefore(text, group, run + 2) !== separator) return false
  const [a, b, c] = [runLength(group, run), runLength(group, run + 1), runLength(group, run + 2)]
  if (separatorBefore(text, group, run + 3) === separator) return false
  return b <= 2 && ((a <= 2 && (c === 2 || c === 4)) || (a === 4 && c <= 2))
}

const extension = /^[ ,]{0,2}(?:x|ext|extn|extension|#)[ .:]{0,2}\d{1,6}(?!\d)/i

const extensionLength = (text: string, from: number): number =>
  extension.exec(text.slice(from, from + 24))?.[0].length ?? 0
