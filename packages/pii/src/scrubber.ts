import {
  mapText,
  textValues,
  type IdentifierRule,
  type PiiScrubber,
  type RecordBatch,
  type Vault,
} from '@attestry/core'
import { operatorsOf } from './apply.js'
import { createDetector, type Detector } from './detector.js'
import type { Finding } from './finding.js'
import { identifierTypes } from './identifier-types.js'
import { pseudonymiser, type Pseudonymiser } from './pseudonym.js'
import { changedBy, scrubText } from './scrub-text.js'
import {
  createOpinionDetector,
  opinionFor,
  type OpinionDetector,
  type SecondOpinion,
} from './second-opinion/second-opinion.js'

export interface ScrubberOptions {
  /** See `DetectOptions`. */
  readonly locale?: string
  /** Gives the key of pseudonyms. Without it the operator `pseudonym` is refused with PII-E002. */
  readonly vault?: Pick<Vault, 'derive'>
  /** A model that reads each text once, before anything is written in it. */
  readonly secondOpinion?: SecondOpinion
}

/** What the vault derives the key of pseudonyms for. */
export const pseudonymPurpose = 'pii-pseudonym'

/** The service behind the `PiiScrubber` token, for record batches. @throws PII-E005 */
export function createScrubber({ locale, vault, secondOpinion }: ScrubberOptions = {}): PiiScrubber {
  const detectors = new Map<string, Detector>()
  const detectorFor = (types: readonly string[]): Detector => {
    const key = types.join()
    let detector = detectors.get(key)
    if (!detector) detectors.set(key, (detector = createDetector({ types, ...(locale !== undefined && { locale }) })))
    return detector
  }
  detectorFor(identifierTypes)
  const opinionDetectors = new Map<string, Promise<OpinionDetector>>()
  /** What rules and model find in each text; undefined without a model. */
  const opinionsOn = async (
    texts: readonly (string | null)[],
    types: readonly string[],
  ): Promise<readonly (readonly Finding[] | undefined)[]> => {
    if (!secondOpinion) return []
    const key = types.join()
    const options = { types, ...(locale !== undefined && { locale }) }
    const made = opinionDetectors.get(key) ?? createOpinionDetector(options, opinionFor(secondOpinion, types))
    opinionDetectors.set(key, made)
    const found = await (await made).detect(texts.filter(text => text !== null))
    let at = 0
    return texts.map(text => (text === null ? undefined : found[at++]))
  }
  let pseudonymOf: Promise<Pseudonymiser> | undefined

  const pseudonymiserFor = async (rules: readonly IdentifierRule[]): Promise<Pseudonymiser | undefined> => {
    if (!vault || !rules.some(({ operator }) => operator === 'pseudonym')) return undefined
    return (pseudonymOf ??= vault.derive(pseudonymPurpose).then(pseudonymiser))
  }

  return {
    types: identifierTypes,

    async scrub(batch, columns, rules) {
      const operators = operatorsOf(rules, await pseudonymiserFor(rules))
      const detector = detectorFor([...operators.keys()])
      const found: Record<string, number> = {}
      const foundByRule: Record<string, number> = {}
      const foundByColumn: Record<string, Record<string, number>> = {}
      const changed = new Set<number>()
      let scrubbed: RecordBatch = batch
      for (const name of columns) {
        const inColumn: Record<string, number> = (foundByColumn[name] = {})
        const first = await opinionsOn(secondOpinion ? textValues(scrubbed, name) : [], [...operators.keys()])
        scrubbed = mapText(scrubbed, name, (text, row) => {
          const { text: written, findings } = scrubText(text, detector, operators, first[row])
          count(findings, found)
          count(findings, inColumn)
          for (const { rule } of findings) foundByRule[rule] = (foundByRule[rule] ?? 0) + 1
          if (written !== text) changed.add(row)
          return written
        })
      }
      return { batch: scrubbed, found, rowsChanged: changed.size, foundByColumn, foundByRule }
    },

    async residue(batch, columns, rules) {
      const operators = operatorsOf(rules, await pseudonymiserFor(rules))
      const detector = detectorFor([...operators.keys()])
      const found: Record<string, number> = {}
      for (const name of columns)
        for (const text of textValues(batch, name))
          if (text !== null) count(changedBy(operators, text, detector.detect(text)), found)
      return found
    },

    async scan(batch, columns, types) {
      const detector = detectorFor(types)
      const found: Record<string, number> = {}
      for (const name of columns) {
        const texts = textValues(batch, name)
        const asked = await opinionsOn(texts, types)
        for (const [row, text] of texts.entries()) if (text !== null) count(asked[row] ?? detector.detect(text), found)
      }
      return found
    },
  }
}

function count(findings: readonly Finding[], into: Record<string, number>): void {
  for (const { type } of findings) into[type] = (into[type] ?? 0) + 1
}
