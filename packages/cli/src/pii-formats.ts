import { sep } from 'node:path'
import { detectorVersion, type Finding } from '@attestry/pii'

/** Where something was found, and of what kind: nothing of the value. */
export interface FoundPlace {
  readonly file: string
  /** First line of the value; in JSON lines the line of its record. */
  readonly line: number
  readonly type: Finding['type']
  readonly rule: string
  readonly score: number
  /** Who found it, where a model was asked too. */
  readonly opinion?: NonNullable<Finding['opinion']>
}

/** What a scan can print for other programs. */
export const findingFormats = ['jsonl', 'csv', 'sarif'] as const

export type FindingFormat = (typeof findingFormats)[number]

/** What is printed of a place, in order; a value that stands beside it is not. */
const fields = ['file', 'line', 'type', 'rule', 'score', 'opinion'] as const satisfies (keyof FoundPlace)[]

/** The places in a format of other programs, without a last newline. */
export const formatFindings = (format: FindingFormat, places: readonly FoundPlace[]): string =>
  formatters[format](places)

const formatters: Readonly<Record<FindingFormat, (places: readonly FoundPlace[]) => string>> = {
  jsonl: places => places.map(place => JSON.stringify(place, [...fields])).join('\n'),
  csv: places =>
    [fields.join(','), ...places.map(place => fields.map(field => cell(place[field] ?? '')).join(','))].join('\n'),
  sarif: places => JSON.stringify(sarif(places), null, 2),
}

/** @see RFC 4180, section 2 */
const cell = (value: string | number): string =>
  /[",\r\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value)

/** @see SARIF 2.1.0, docs.oasis-open.org/sarif/sarif/v2.1.0, sections 3.13, 3.14 and 3.27 */
const sarif = (places: readonly FoundPlace[]): object => ({
  $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
  version: '2.1.0',
  runs: [
    {
      tool: {
        driver: {
          name: 'attestry pii',
          version: detectorVersion,
          rules: [...new Set(places.map(({ type }) => type))].map(type => ({
            id: type,
            shortDescription: { text: `an identifier of the type ${type}` },
          })),
        },
      },
      results: places.map(({ file, line, type, rule, score, opinion }) => ({
        ruleId: type,
        level: 'warning',
        message: { text: `${type} was found by ${rule}, score ${score}${opinion === undefined ? '' : `, ${opinion}`}` },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: file.split(sep).map(encodeURIComponent).join('/') },
              region: { startLine: line },
            },
          },
        ],
      })),
    },
  ],
})
