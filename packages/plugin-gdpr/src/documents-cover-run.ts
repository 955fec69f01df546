import { Register, type AttestationState, type DeployQuestion, type DeployRequest, type Reason } from '@attestry/core'
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
 * Whether a fresh impact assessment names this purpose and this dataset, and, on any basis but consent, a fresh attestation of the
 * legal basis names this purpose. A person can still add what is missing, so these refusals are pending.
 */
export const documentsCoverRun =
  ({ legalBasis }: GdprOptions): DeployQuestion =>
  async ({ purpose, datasetDigest }, context) => {
    const isConsent = legalBasis.kind === 'consent'
    const register = context.get(Register)
    const found = await Promise.all(
      (isConsent ? [assessment] : [assessment, basis]).map(async document => ({
        ...document,
        answer: await register.find(document.kind, { purpose, dataset: datasetDigest }),
      })),
    )
    return {
      type: 'purpose-and-basis',
      controls: ['GDPR-35', 'GDPR-5(1)(a)', ...(isConsent ? [] : ['GDPR-5(1)(b)', 'GDPR-6'])],
      subjects: [{ name: 'dataset', digest: datasetDigest }],
      facts: {
        purpose,
        legalBasis: legalBasis.kind,
        documents: found.map(({ kind, answer }) => ({ kind, statement: digestOfAnswer(answer) })),
      },
      open: found.flatMap(({ answer, ...document }) => openReason(document, { purpose, datasetDigest }, answer)),
      met: `${found.map(({ kind }) => `'${kind}'`).join(' and ')}: signed for the purpose '${purpose}'`,
    }
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
