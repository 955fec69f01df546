import { Register, type AttestationState, type DeployRequest, type Handler, type Reason } from '@attestry/core'
import { documentMissing, documentStale, documentTooWide } from './errors.js'
import type { GdprOptions } from './options.js'

interface Needed {
  readonly kind: string
  readonly control: string
  /** What the attestation must name itself. A register also takes one that names nothing as covering everything. */
  readonly scope: readonly ('purpose' | 'dataset')[]
}

const assessment: Needed = { kind: 'dpia', control: 'GDPR-35', scope: ['purpose', 'dataset'] }
const basis: Needed = { kind: 'legal-basis', control: 'GDPR-6', scope: ['purpose'] }

/**
 * The `deploy` handler: permits only when a fresh impact assessment names this purpose and this dataset, and, on any basis
 * but consent, a fresh attestation of the legal basis names this purpose. A person can still add what is missing, so these
 * refusals are pending.
 */
export const documentsCoverRun =
  ({ legalBasis }: GdprOptions): Handler<'deploy'> =>
  async ({ purpose, datasetDigest }, context) => {
    const needed = legalBasis.kind === 'consent' ? [assessment] : [assessment, basis]
    const register = context.get(Register)
    const found = await Promise.all(
      needed.map(async document => ({
        ...document,
        answer: await register.find(document.kind, { purpose, dataset: datasetDigest }),
      })),
    )
    const open = found.flatMap(({ answer, ...document }) => openReason(document, { purpose, datasetDigest }, answer))
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

const openReason = (
  { kind, control, scope }: Needed,
  request: Pick<DeployRequest, 'purpose' | 'datasetDigest'>,
  answer: AttestationState,
): readonly Reason[] => {
  if (answer.state === 'missing') return [documentMissing(kind, control, request.purpose)]
  if (answer.state === 'stale') return [documentStale(kind, control, answer.expired)]
  const asked = { purpose: request.purpose, dataset: request.datasetDigest }
  const unnamed = scope.filter(field => answer.statement.predicate[field] !== asked[field])
  return unnamed.length === 0 ? [] : [documentTooWide(kind, control, unnamed)]
}

const digestOfAnswer = (answer: AttestationState): string | null =>
  answer.state === 'missing' ? null : answer.statement.digest
