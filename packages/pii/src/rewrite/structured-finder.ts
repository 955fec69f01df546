import { checkTypes, plainValue, regionOf, type DetectOptions } from '../detector.js'
import type { Finding } from '../finding.js'
import { policyOf } from '../policies/index.js'
import { decider } from '../policies/policy.js'
import { inScratch } from '../scratch.js'
import { structuredTypes } from '../structured-rules.js'
import { decodeText } from './decode-text.js'
import { findWindows, holdsWindows, type Windows } from './find-windows.js'
import { structuredScan } from './structured-scan.js'

/** A finding, and where its value stands in the bytes that hold it. */
export interface Located {
  readonly finding: Finding
  readonly value: string
  readonly from: number
  readonly to: number
}

/** Whether a text holds anything that rules have to look at. */
function mayHoldSomething(): (text: string) => boolean {
  let bytes = Buffer.alloc(4096)
  return text => {
    if (text.length * 3 > bytes.length) bytes = Buffer.alloc(text.length * 6)
    return holdsWindows(bytes, bytes.write(text))
  }
}

/** Looks through the bytes of one text; gives where the text ends. What it found is in `found`, until the next look. */
export interface StructuredFinder {
  readonly found: readonly Located[]
  look(bytes: Uint8Array, from: number, limit: number): number
}

/**
 * Finds in bytes what `createDetector({ rules: 'structured' })` finds in the text that they are, and decodes only what lies around
 * a possible beginning of a value.
 *
 * Offsets in the findings are those of a window; where the values stand is told in bytes.
 *
 * @throws PII-E001, PII-E005, PII-E007
 */
export function structuredFinder(
  options: Pick<DetectOptions, 'types' | 'locale' | 'locales' | 'allow' | 'policy'>,
  isJson: boolean,
): StructuredFinder {
  const wanted = new Set(checkTypes(options.types ?? structuredTypes).filter(type => structuredTypes.includes(type)))
  const locales = [...(options.locale === undefined ? [] : [options.locale]), ...(options.locales ?? [])]
  const scan = structuredScan(wanted, { regions: locales.map(regionOf) }, mayHoldSomething())
  const decide = options.policy === undefined ? undefined : decider(policyOf(options.policy))
  const allowed = new Set((options.allow ?? []).map(plainValue))
  const context = { year: new Date().getUTCFullYear() }
  const found: Located[] = []

  const lookInto = (bytes: Uint8Array, { start, end, kinds, hasEscape }: Windows, window: number): void => {
    const from = start[window]!
    const { text, at } = decodeText(bytes, from, end[window]!, hasEscape)
    for (const finding of scan(text, kinds[window]!)) {
      const value = text.slice(finding.start, finding.end)
      if (allowed.size > 0 && allowed.has(plainValue(value))) continue
      if (decide?.(finding, context).action === 'keep') continue
      found.push({
        finding,
        value,
        from: from + (at ? at[finding.start]! : finding.start),
        to: from + (at ? at[finding.end]! : finding.end),
      })
    }
  }

  return {
    found,
    look(bytes, from, limit) {
      if (found.length > 0) found.length = 0
      const windows = findWindows(bytes, from, limit, isJson)
      if (windows.count > 0)
        inScratch(() => {
          for (let window = 0; window < windows.count; window++) lookInto(bytes, windows, window)
        })
      return windows.textEnd
    },
  }
}
