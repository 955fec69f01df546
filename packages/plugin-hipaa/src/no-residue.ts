import { PiiScrubber, rowCount, type DataConfig, type HookContext, type RecordBatch } from '@attestry/core'
import { datasetSubject } from './dataset-subject.js'
import { identifiersLeft } from './errors.js'
import { identifierClasses, identifiers } from './identifier-classes.js'
import { removalControl } from './method.js'
import { isLimitedDataSet } from './permitted-use.js'
import type { HipaaOptions } from './options.js'

/**
 * After all other plugins: looks again for every identifier of the eighteen kinds that the detector knows, and stops at
 * the first batch where one is left. Records `identifier-removal` either way, with counts by type and never a value.
 *
 * Looked at are all text columns whose values the config does not declare one by one. In group columns names and
 * places are not looked for: in single words no list can tell a category from a person or a city.
 *
 * @throws HIPAA-E001 when an identifier is left
 */
export const noResidue =
  ({ method, permittedUse }: HipaaOptions): ((batch: RecordBatch, context: HookContext) => Promise<RecordBatch>) =>
  async (batch, context) => {
    const control = removalControl(method)
    const scrubber = context.get(PiiScrubber)
    const columns = freeColumns(batch, context.run.config.data)
    const rules = identifiers.filter(({ type }) => scrubber.types.includes(type))
    const residue = addCounts(
      await scrubber.residue(batch, columns.text, rules),
      await scrubber.residue(
        batch,
        columns.groups,
        rules.filter(({ type }) => !needsText.has(type)),
      ),
    )
    const isClean = Object.keys(residue).length === 0
    await context.evidence({
      type: 'identifier-removal',
      controls: [control, ...(isLimitedDataSet(permittedUse) ? ['HIPAA-164.514(e)'] : [])],
      outcome: isClean ? 'pass' : 'fail',
      subjects: datasetSubject(batch, context),
      facts: {
        method: method === 'safe-harbor' ? method : `expert determination: ${method.expertStatement}`,
        rows: rowCount(batch),
        columns: [...columns.text, ...columns.groups],
        types: rules.map(({ type }) => type),
        residue,
        classesWithoutDetector: identifierClasses
          .filter(({ types }) => !types.some(type => scrubber.types.includes(type)))
          .map(({ letter, name }) => `${letter}: ${name}`),
      },
    })
    if (!isClean) throw identifiersLeft(residue, control)
    return batch
  }

/** What only a text around it tells. */
const needsText: ReadonlySet<string> = new Set(['PERSON', 'LOCATION', 'ORGANIZATION', 'AGE', 'YEAR'])

function freeColumns(
  batch: RecordBatch,
  { label, features = {}, groups = [], text }: DataConfig,
): { readonly text: readonly string[]; readonly groups: readonly string[] } {
  const textColumns = Object.entries(batch.columns).flatMap(([name, { kind }]) => (kind === 'text' ? [name] : []))
  const isDeclared = (name: string): boolean => name !== text && (name === label || name in features)
  const isGroup = (name: string): boolean => name !== text && groups.includes(name)
  const free = textColumns.filter(name => !isDeclared(name))
  return { text: free.filter(name => !isGroup(name)), groups: free.filter(isGroup) }
}

function addCounts(...all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sum: Record<string, number> = {}
  for (const counts of all)
    for (const [type, count] of Object.entries(counts)) if (count > 0) sum[type] = (sum[type] ?? 0) + count
  return sum
}
