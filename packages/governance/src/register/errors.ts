import { AttestryError, type ErrorCatalogue } from '@attestry/core'
import type { RegisterKind } from './kinds.js'

/** Codes of the registers. */
export const registerErrors: ErrorCatalogue = {
  'GOV-E220': {
    title: 'the kind of an attestation is unknown',
    explanation:
      'The register knows who may answer which question, for how long, and for what. A kind that is not in its table has no such rule, so anybody could sign anything under it. A misspelt kind would also never be found by the plugin that asks for it. Use a kind of the table, or add one with its rule.',
    example: "kind 'dpai' fails; the kind is called 'dpia'.",
  },
  'GOV-E221': {
    title: 'the signer has no role that may attest this',
    explanation:
      'Each kind names the roles that may answer its question. The principals file gives the signer none of them, whatever role the statement itself claims. Let somebody sign who has the role, or give the role on purpose in principals.json.',
    example: "A 'dpia' signed by a principal with the role operator alone fails; one with the role dpo is accepted.",
  },
  'GOV-E222': {
    title: 'an attestation is not bound to what it is about',
    explanation:
      'An answer about one purpose or dataset says nothing about another. This kind must name what it is about, so that it cannot be used again for something else. Name the purpose id, and the digest of the dataset where the kind asks for it.',
    example: "A 'dpia' without a dataset digest fails; give the run whose dataset it is about.",
  },
  'GOV-E223': {
    title: 'the period of an attestation is not valid',
    explanation:
      'An attestation says when it was signed and when it ends, as ISO dates. Without an end it would stand for ever, and longer than its kind allows it would outlive what the person looked at. Name an end within the period of the kind, and sign again when it has come.',
    example: "A 'dpia' signed on 2026-06-01 that ends on 2036-06-01 fails; 2027-06-01 is accepted.",
  },
}

/** GOV-E220. The kind is not repeated: it may be anything. */
export const unknownKind = (known: readonly string[]): AttestryError =>
  new AttestryError({
    code: 'GOV-E220',
    message: 'the register has no rule for attestations of this kind',
    help: `use one of ${known.join(', ')}`,
  })

/** GOV-E221. */
export const wrongRole = ({ kind, maySign }: RegisterKind): AttestryError =>
  new AttestryError({
    code: 'GOV-E221',
    message: `the signer has no role that may attest '${kind}'`,
    help: `let a principal sign whose roles hold one of ${maySign.join(', ')}`,
  })

/** GOV-E222. */
export const attestationScope = ({ kind }: RegisterKind, unbound: readonly string[]): AttestryError =>
  new AttestryError({
    code: 'GOV-E222',
    message: `an attestation of '${kind}' does not name its ${unbound.join(' and ')}`,
    help: `name the ${unbound.join(' and ')}, for instance with --run <run>`,
  })

/** GOV-E223. */
export const attestationExpiry = ({ kind, validFor }: RegisterKind, why: string): AttestryError =>
  new AttestryError({
    code: 'GOV-E223',
    message: `the period of an attestation of '${kind}' is refused: ${why}`,
    help: `name an end with --expires, at most ${validFor} after it is signed`,
  })
