import { rowCount, type Handler, type HookContext, type RecordBatch } from '@attestry/core'
import { accountDataFound, authenticationDataFound, hashesNotDeclared } from './errors.js'
import type { PciDssOptions } from './options.js'
import { isAuthenticationData, scanBatch, type AccountDataFinding } from './scan-batch.js'
import { undeclaredHashes } from './undeclared-hashes.js'

/**
 * The `preprocess` handler, before all others: looks for account data in the rows as they come, and stops the run at the
 * first batch that holds any. The set is then out of use (12.10.7), and the failed evidence is the start of the incident.
 *
 * Authentication data stops the run whatever the options say. Card numbers go on to their removal only in an environment
 * that a person declared to be the cardholder data environment (6.5.5); what is left after it stops the run in `evaluate`.
 *
 * @throws PCI-E001 on authentication data, PCI-E002 on card numbers, PCI-E003 on hashes nobody declared as keyed
 */
export const noAccountData =
  ({ isCardholderDataEnvironment = false, keyedHashes = [] }: PciDssOptions): Handler<'preprocess'> =>
  async (batch, context) => {
    const findings = scanBatch(batch)
    const authentication = findings.filter(isAuthenticationData)
    const numbers = findings.filter(finding => !isAuthenticationData(finding))
    const hashes = undeclaredHashes(batch, keyedHashes)
    await recordScan(batch, context, 'authentication-data-absence', authenticationControls, authentication)
    const isPanRefused = numbers.length > 0 && !isCardholderDataEnvironment
    if (!isCardholderDataEnvironment) await recordScan(batch, context, 'pan-absence', panControls, numbers)
    await context.evidence({
      type: 'keyed-hashes',
      controls: ['PCI-3.5.1.1'],
      outcome: hashes.length === 0 ? 'pass' : 'fail',
      facts: { declared: keyedHashes, undeclared: hashes },
    })
    if (authentication.length > 0) throw authenticationDataFound(authentication)
    if (isPanRefused) throw accountDataFound(numbers, 'before training')
    if (hashes.length > 0) throw hashesNotDeclared(hashes)
    return batch
  }

const authenticationControls = ['PCI-3.3.1', 'PCI-3.3.1.1', 'PCI-3.3.1.2', 'PCI-3.3.1.3', 'PCI-3.3.2']

/** Controls that proof of absence answers. */
export const panControls: readonly string[] = [
  'PCI-3.2.1',
  'PCI-3.4.1',
  'PCI-3.4.2',
  'PCI-3.5.1',
  'PCI-6.5.5',
  'PCI-6.5.6',
  'PCI-12.10.7',
]

/** Records what was looked for and how many rows hold it; counts and column names only. */
export const recordScan = (
  batch: RecordBatch,
  context: HookContext,
  type: string,
  controls: readonly string[],
  findings: readonly AccountDataFinding[],
): Promise<void> =>
  context.evidence({
    type,
    controls,
    outcome: findings.length === 0 ? 'pass' : 'fail',
    ...(context.datasetDigest !== null && { subjects: [{ name: 'dataset', digest: context.datasetDigest }] }),
    facts: { rows: rowCount(batch), columns: Object.keys(batch.columns), findings },
  })
