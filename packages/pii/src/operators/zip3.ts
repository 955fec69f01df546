import { placeholderOf, zip3Placeholder } from '../placeholder.js'
import type { IdentifierType } from '../identifier-types.js'
import { usStateCodes, usStateNames } from '../gazetteer/regions.js'
import { foldWord } from '../words.js'

/** Areas of the first three digits of ZIP codes in which few people live. */
export interface RestrictedZipAreas {
  readonly censusYear: number
  readonly source: string
  /** Day on which the list was compared with its source; null when it was not. */
  readonly checkedOn: string | null
  /** Three digits each: the areas of 20,000 people or fewer. */
  readonly areas: readonly string[]
}

/** By the census of 2000, the one that the guidance names. Safe Harbor asks for the newest figures: give a newer list where you have one. */
export const restrictedZipAreas: RestrictedZipAreas = {
  censusYear: 2000,
  source:
    'US Department of Health and Human Services, Guidance Regarding Methods for De-identification of Protected Health ' +
    'Information, section 3.3 (geographic subdivisions)',
  checkedOn: null,
  areas: '036 059 063 102 203 556 692 790 821 823 830 831 878 879 884 890 893'.split(' '),
}

const zipAtEnd =
  /(\p{L}[\p{L}.]*(?: \p{L}[\p{L}.]*){0,2})[\s,]+(\d{5})(?:-\d{4})?(?:,? (?:USA|U\.S\.A\.?|United States(?: of America)?))?$/u
const zipCode = /^\d{5}(?:-\d{4})?$/

/**
 * `[ADDRESS ZIP 627]` for an address that ends with a US ZIP code after its state, `[ADDRESS ZIP 000]` where few people live in
 * the area; the placeholder of the type for everything else.
 *
 * @see 45 CFR 164.514(b)(2)(i)(B)
 */
export function zip3(type: IdentifierType, value: string, { areas }: RestrictedZipAreas = restrictedZipAreas): string {
  if (type !== 'ADDRESS' && type !== 'LOCATION') return placeholderOf(type)
  const zip = zipCode.test(value) ? value : zipAfterState(value)
  if (zip === undefined) return placeholderOf(type)
  const area = zip.slice(0, 3)
  return zip3Placeholder(type, areas.includes(area) ? '000' : area)
}

function zipAfterState(value: string): string | undefined {
  const found = zipAtEnd.exec(value)
  if (!found) return undefined
  const words = found[1]!.split(' ')
  const isState = words.some((_, from) => isUsState(words.slice(from)))
  return isState ? found[2] : undefined
}

function isUsState(words: readonly string[]): boolean {
  const name = words.join(' ').replaceAll('.', '')
  return usStateCodes.has(name) || usStateNames.has(foldWord(name))
}
