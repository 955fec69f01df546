import { Metadata, type CountryCode } from 'libphonenumber-js/core'
import metadata from 'libphonenumber-js/metadata.min'

/** What a numbering plan says about the digits after the country calling code. */
interface Plan {
  /** A bit for each number of digits that it has. */
  readonly lengths: number
  readonly pattern: RegExp
  /** Digits dialled before a national number inside the country, such as 0. */
  readonly trunk: string
}

// The package types only a part of its numbering plans; the methods themselves are its own.
interface NumberingPlan {
  possibleLengths(): readonly number[] | undefined
  nationalNumberPattern(): string
  nationalPrefix(): string | undefined
}

const plans = new Map<string, Plan | null>()

/** The numbering plan of a region (`GB`) or of a calling code that belongs to no region (`800`). */
function planOf(name: string): Plan | null {
  let plan = plans.get(name)
  if (plan === undefined) plans.set(name, (plan = readPlan(name)))
  return plan
}

function readPlan(name: string): Plan | null {
  const reader = new Metadata(metadata)
  try {
    reader.selectNumberingPlan(name as CountryCode)
  } catch {
    return null
  }
  const plan = reader.numberingPlan as unknown as NumberingPlan
  // The patterns are alternatives of digit classes with bounded repeats: no backtracking worth the name on 15 digits.
  return {
    lengths: (plan.possibleLengths() ?? []).reduce((bits, length) => bits | (1 << length), 0),
    pattern: new RegExp(`^(?:${plan.nationalNumberPattern()})$`),
    trunk: plan.nationalPrefix() ?? '',
  }
}

const regionsByCode: Readonly<Record<string, readonly string[]>> = metadata.country_calling_codes

export const isPhoneRegion = (region: string): boolean => region in metadata.countries

/** Whether digits after `+` are a number of a known plan: calling code, length and leading digits (ITU-T E.164). */
export function isInternationalPhone(digits: string): boolean {
  if (digits.length < 7 || digits.length > 15) return false
  for (let width = 1; width <= 3; width++) {
    const code = digits.slice(0, width)
    const national = digits.slice(width)
    const regions = regionsByCode[code]
    if (regions)
      return regions.some(region => fits(planOf(region), national) || fitsWithTrunk(planOf(region), national))
    if (code in metadata.nonGeographic) return fits(planOf(code), national)
  }
  return false
}

/** Whether digits begin with a calling code that is in use. No calling code is the beginning of another one. */
export function hasCallingCode(digits: string): boolean {
  for (let width = 1; width <= 3; width++) {
    const code = digits.slice(0, width)
    if (code in regionsByCode || code in metadata.nonGeographic) return true
  }
  return false
}

/** Whether digits are a number as it is dialled inside a region, with its trunk prefix or without. */
export function isNationalPhone(digits: string, region: string): boolean {
  const plan = planOf(region)
  return fits(plan, digits) || fitsWithTrunk(plan, digits)
}

const fits = (plan: Plan | null, national: string): boolean =>
  plan !== null && ((plan.lengths >>> national.length) & 1) === 1 && plan.pattern.test(national)

const fitsWithTrunk = (plan: Plan | null, digits: string): boolean =>
  plan !== null && plan.trunk !== '' && digits.startsWith(plan.trunk) && fits(plan, digits.slice(plan.trunk.length))
