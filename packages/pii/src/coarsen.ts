import type { Finding } from './finding.js'
import { ninetyPlus, placeholderOf } from './placeholder.js'
import { hipaaSafeHarbor } from './policies/hipaa-safe-harbor.js'
import { decide } from './policies/policy.js'

/** The year of a date; its placeholder where the year is not known. */
export const yearOf = ({ type, meaning }: Finding): string =>
  meaning?.kind === 'date' && meaning.year !== undefined ? String(meaning.year) : placeholderOf(type)

/** A value as coarse as Safe Harbor lets it stay (`hipaaSafeHarbor`); its placeholder where nothing of it may. */
export function coarsen(finding: Finding, value: string, year: number = new Date().getUTCFullYear()): string {
  const { action } = decide(hipaaSafeHarbor, finding, { year })
  if (action === 'keep') return value
  if (action === 'year') return yearOf(finding)
  return action === 'ninety-plus' ? ninetyPlus : placeholderOf(finding.type)
}
