import { PiiScrubber, StatementStore, type DeployQuestion, type Handler } from '@attestry/core'
import { liveTestInformation } from './errors.js'
import { defaultIdentifiers } from './options.js'

/** The `evaluate` handler of A.8.33: counts direct identifiers in the text of the rows that were held out. */
export const scanTestRows: Handler<'evaluate'> = async (input, context) => {
  const scrubber = context.get(PiiScrubber)
  const { text } = context.run.config.data
  const types = defaultIdentifiers.map(({ type }) => type).filter(type => scrubber.types.includes(type))
  let found = 0
  let rows = 0
  const byType: Record<string, number> = {}
  if (text !== undefined)
    for await (const batch of input.testRows()) {
      rows += batch.rowIds.length
      for (const [type, count] of Object.entries(await scrubber.scan(batch, [text], types))) {
        found += count
        byType[type] = (byType[type] ?? 0) + count
      }
    }
  await context.evidence({
    type: 'test-information',
    controls: ['ISO27001-A.8.33'],
    outcome: found === 0 ? 'pass' : 'fail',
    subjects: [{ name: 'model', digest: input.modelDigest }],
    facts: { rows, hasText: text !== undefined, found, byType },
  })
  return []
}

/** A.8.33 at the gate: what the scan of these test rows found. Without a scan there is nothing to rely on. */
export const testInformationIsProtected: DeployQuestion = async ({ modelDigest }, context) => {
  const scans = (await context.get(StatementStore).read('evidence')).filter(
    ({ predicate, subjects }) => predicate.type === 'test-information' && subjects[0]?.digest === modelDigest,
  )
  const facts = scans.at(-1)?.predicate.facts as { readonly found?: unknown } | undefined
  const found = typeof facts?.found === 'number' ? facts.found : null
  return {
    type: 'test-information-gate',
    controls: ['ISO27001-A.8.33'],
    facts: { found },
    open: found === 0 ? [] : [liveTestInformation(found)],
    met: 'no identifiers were found in the test rows',
  }
}
