import { replaceFindings, type Replace } from './apply.js'
import type { Detector } from './detector.js'
import type { Finding } from './finding.js'
import type { IdentifierType } from './identifier-types.js'

/** What a mask leaves can stand beside other digits and look like a number again; after so many rounds it is left. */
const mostRounds = 4

export interface ScrubbedText {
  readonly text: string
  readonly findings: readonly Finding[]
}

/**
 * Detects and replaces until nothing is found any more that would change. Offsets of findings are those of the round they were found in.
 *
 * @param first what was found in the text as it came, where more than the detector looked at it
 */
export function scrubText(
  text: string,
  detector: Detector,
  operators: ReadonlyMap<IdentifierType, Replace>,
  first: readonly Finding[] = detector.detect(text),
): ScrubbedText {
  const all: Finding[] = []
  for (let round = 0; round < mostRounds; round++) {
    const findings = changedBy(operators, text, round === 0 ? first : detector.detect(text))
    if (findings.length === 0) break
    all.push(...findings)
    text = replaceFindings(text, findings, operators)
  }
  return { text, findings: all }
}

/** The findings for whose values something else is written. */
export const changedBy = (
  operators: ReadonlyMap<IdentifierType, Replace>,
  text: string,
  findings: readonly Finding[],
): readonly Finding[] =>
  findings.filter(finding => {
    const value = text.slice(finding.start, finding.end)
    return operators.get(finding.type)?.(finding.type, value, finding) !== value
  })
