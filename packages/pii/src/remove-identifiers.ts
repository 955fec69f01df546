import { PiiScrubber, type HookContext, type IdentifierRule, type RecordBatch } from '@attestry/core'
import { columnsLeft, columnsToScrub } from './columns.js'
import { unknownType } from './errors.js'
import { RemovalTally, type CountsByColumn } from './removal-tally.js'

/**
 * Takes out of a batch what the policy in force asks for, then looks again at what it wrote.
 *
 * Columns that stay as they are (groups, kept ones) are looked at for everything but names and places: in a column of single
 * values no word list can tell a category from a person, a city or a firm.
 *
 * @throws PII-E001 when the policy names a type that the scrubber does not know, before anything is written
 */
export async function removeIdentifiers(batch: RecordBatch, context: HookContext): Promise<RecordBatch> {
  const rules = context.policy.identifiers.map(({ value }) => value)
  if (rules.length === 0) return batch
  const scrubber = context.get(PiiScrubber)
  const types = rules.map(({ type }) => type)
  for (const type of types) if (!scrubber.types.includes(type)) throw unknownType(type)

  const { data } = context.run.config
  const scrubbed = columnsToScrub(batch, data)
  const left = columnsLeft(batch, data)
  const result = await scrubber.scrub(batch, scrubbed, rules)
  const again = async (columns: readonly string[], inForce: readonly IdentifierRule[]): Promise<CountsByColumn> =>
    Object.fromEntries(
      await Promise.all(
        columns.map(async name => [name, await scrubber.residue(result.batch, [name], inForce)] as const),
      ),
    )
  const residual = await again(scrubbed, rules)
  const residualLeft = await again(
    left,
    rules.filter(({ type }) => !needsText.has(type)),
  )
  context.get(RemovalTally).add({ result, scrubbed, left, residual, residualLeft })
  return result.batch
}

/** What only a text around it tells. */
const needsText: ReadonlySet<string> = new Set([
  'PERSON',
  'LOCATION',
  'ORGANIZATION',
  'TITLE',
  'SEX',
  'NRP',
  'AGE',
  'YEAR',
])
