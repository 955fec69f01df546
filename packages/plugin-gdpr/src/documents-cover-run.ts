import { Register, type AttestationState, type Handler, type Reason } from '@attestry/core'
import { documentMissing, documentStale } from './errors.js'
import type { GdprOptions } from './options.js'

/**
 * The `deploy` handler: permits only when a fresh impact assessment covers this purpose and this dataset, and, on any
 * basis but consent, a fresh attestation of the legal basis does so too. A person can still add what is missing, so these
 * refusals are pending.
 */
export const documentsCoverRun =
  ({ legalBasis }: GdprOptions): Handler<'deploy'> =>
  async ({ purpose, datasetDigest }, context) => {
    const needed = [
      { kind: 'dpia', control: 'GDPR-35' },
      ...(legalBasis.kind === 'consent' ? [] : [{ kind: 'legal-basis', control: 'GDPR-6' }]),
    ]
    const register = context.get(Register)
    const found = await Promise.all(
      needed.map(async document => ({
        ...document,
        answer: await register.find(document.kind, { purpose, dataset: datasetDigest }),
      })),
    )
    const open = found.flatMap(({ kind, control, answer }) => openReason(kind, control, purpose, answer))
    if (open.length > 0) return { decision: 'deny', reasons: open }

    await context.evidence({
      type: 'purpose-and-basis',
      controls: ['GDPR-35', 'GDPR-5(1)(a)', ...(legalBasis.kind === 'consent' ? [] : ['GDPR-5(1)(b)', 'GDPR-6'])],
      outcome: 'pass',
      subjects: [{ name: 'dataset', digest: datasetDigest }],
      facts: {
        purpose,
        legalBasis: legalBasis.kind,
        documents: found.map(({ kind, answer }) => ({ kind, statement: digestOfAnswer(answer) })),
      },
    })
    const reasons = found.map(
      ({ kind, control }): Reason => ({
        code: control,
        note: `'${kind}' covers the purpose '${purpose}' and the dataset`,
        kind: 'met',
        control,
      }),
    )
    return { decision: 'permit', reasons }
  }

const openReason = (kind: string, control: string, purpose: string, answer: AttestationState): readonly Reason[] => {
  if (answer.state === 'present') return []
  return [
    answer.state === 'stale' ? documentStale(kind, control, answer.expired) : documentMissing(kind, control, purpose),
  ]
}

const digestOfAnswer = (answer: AttestationState): string | null =>
  answer.state === 'missing' ? null : answer.statement.digest
