import { addDuration, Register, type Clock, type Statement } from '@attestry/core'
import type { DeployCheck } from './deploy-checks.js'
import { assessmentBeforeChange, assessmentMissing, assessmentOld, assessmentTooWide } from './errors.js'
import type { CcpaOptions } from './options.js'
import { dates, periods } from './tables.js'

const kind = 'ccpa-risk-assessment'

/** Processing begun before the regulations has until the end of the day of the first assessment. */
export const isAssessmentDue = ({ processingBegan }: Pick<CcpaOptions, 'processingBegan'>, now: number): boolean =>
  processingBegan === undefined ||
  processingBegan >= dates.regulations.date ||
  now >= addDuration(new Date(dates.firstAssessment.date), 'P1D').getTime()

/**
 * 7150, 7155: a fresh risk assessment names this purpose and this dataset, is at most three years old, and is younger than
 * the latest material change that a person declared, or that change is at most 45 days past.
 */
export const riskAssessment =
  (options: CcpaOptions, clock: Clock): DeployCheck =>
  async ({ purpose, datasetDigest }, context) => {
    const now = clock.now()
    if (options.needsRiskAssessment === false || !isAssessmentDue(options, now)) return []
    const found = await context.get(Register).find(kind, { purpose, dataset: datasetDigest })
    // Nothing failed while nobody has assessed anything: the control stays without evidence.
    if (found.state === 'missing') return [assessmentMissing(purpose)]
    const reasons =
      found.state === 'stale'
        ? [assessmentOld()]
        : [
            ...(found.statement.predicate['purpose'] === purpose &&
            found.statement.predicate['dataset'] === datasetDigest
              ? []
              : [assessmentTooWide()]),
            ...(isReviewed(found.statement, now) ? [] : [assessmentOld()]),
            ...(isAfterChange(found.statement, options.materialChange, now) ? [] : [assessmentBeforeChange()]),
          ]
    await context.evidence({
      type: 'risk-assessment',
      controls: ['CCPA-7150(b)', 'CCPA-7155'],
      outcome: reasons.length === 0 ? 'pass' : 'fail',
      subjects: [{ name: 'dataset', digest: datasetDigest }],
      facts: {
        purpose,
        state: found.state,
        statement: found.statement.digest,
        materialChange: options.materialChange ?? null,
      },
    })
    return reasons
  }

const signedAt = ({ predicate }: Statement): Date | null => {
  const at = new Date(String(predicate['attestedAt']))
  return Number.isNaN(at.getTime()) ? null : at
}

// A statement that does not say when it was signed cannot be shown to be young enough.
const isReviewed = (statement: Statement, now: number): boolean => {
  const at = signedAt(statement)
  return at !== null && addDuration(at, periods.assessmentReview.duration).getTime() >= now
}

const isAfterChange = (statement: Statement, change: string | undefined, now: number): boolean => {
  if (change === undefined) return true
  const changed = new Date(change)
  const at = signedAt(statement)
  return (at !== null && at >= changed) || addDuration(changed, periods.assessmentUpdate.duration).getTime() >= now
}
