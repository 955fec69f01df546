import { textValues, type HookContext, type RecordBatch } from '@attestry/core'
import { datasetSubject } from './dataset-subject.js'
import { purposeNotDeclared, sensitiveNotPermitted } from './errors.js'
import type { CcpaOptions } from './options.js'

/**
 * Stops the run when its purpose is none that people were told of, or when a declared sensitive column holds a value and
 * nobody permitted this purpose for it.
 *
 * @throws CCPA-E001 on the purpose, CCPA-E002 on sensitive information
 */
export async function permittedPurpose(
  batch: RecordBatch,
  context: HookContext,
  { purposes, sensitive = [], sensitivePurposes = [] }: CcpaOptions,
): Promise<void> {
  const { purpose } = context.run.config
  const isDeclared = purposes.includes(purpose)
  const present = sensitive.filter(
    name => Object.hasOwn(batch.columns, name) && textValues(batch, name).some(value => value !== null && value !== ''),
  )
  const refused = sensitivePurposes.includes(purpose) ? [] : present
  const subjects = datasetSubject(batch, context)
  await context.evidence({
    type: 'purpose-limit',
    controls: ['CCPA-1798.100(c)'],
    outcome: isDeclared ? 'pass' : 'fail',
    subjects,
    facts: { purpose, declared: purposes },
  })
  await context.evidence({
    type: 'sensitive-use',
    controls: ['CCPA-1798.121'],
    outcome: refused.length === 0 ? 'pass' : 'fail',
    subjects,
    facts: { purpose, sensitive, present, permittedFor: sensitivePurposes },
  })
  if (!isDeclared) throw purposeNotDeclared(purpose)
  if (refused.length > 0) throw sensitiveNotPermitted(refused, purpose)
}
