import type { AttestationScope, AttestationState, Clock, Digest, Register } from '@attestry/core'
import { fakeStatement } from './memory-statements.js'

/** One attestation of a person. A scope that is left out covers everything. */
export interface FakeAttestation {
  /** Such as `dpia`. */
  readonly kind: string
  readonly purpose?: string
  readonly dataset?: Digest
  /** ISO 8601 instant; never unless given. */
  readonly expires?: string
  /** When it was signed, ISO 8601. */
  readonly attestedAt?: string
  readonly signer?: string
}

/** Attestations in memory. The last one added whose scope covers the question answers it. */
export class MemoryRegister implements Register {
  readonly #attestations: FakeAttestation[]
  readonly #clock: Clock

  constructor(clock: Clock, attestations: readonly FakeAttestation[] = []) {
    this.#clock = clock
    this.#attestations = [...attestations]
  }

  add(attestation: FakeAttestation): void {
    this.#attestations.push(attestation)
  }

  async find(kind: string, scope: AttestationScope): Promise<AttestationState> {
    const found = this.#attestations.findLast(
      attestation =>
        attestation.kind === kind &&
        (attestation.purpose === undefined || attestation.purpose === scope.purpose) &&
        (attestation.dataset === undefined || attestation.dataset === scope.dataset),
    )
    if (!found) return { state: 'missing', detail: `nobody attested '${kind}' for this purpose and dataset` }
    const { signer = 'owner', attestedAt, expires, purpose, dataset } = found
    const statement = fakeStatement(
      {
        type: 'attestation',
        subjects: dataset === undefined ? [] : [{ name: 'dataset', digest: dataset }],
        predicate: {
          kind,
          ...(purpose !== undefined && { purpose }),
          ...(dataset !== undefined && { dataset }),
          ...(attestedAt !== undefined && { attestedAt }),
          ...(expires !== undefined && { expires }),
        },
      },
      { signer },
    )
    if (expires !== undefined && new Date(expires).getTime() <= this.#clock.now())
      return { state: 'stale', statement, expired: expires }
    return { state: 'present', statement }
  }
}
