import {
  digestOf,
  type AccessControl,
  type AccessDecision,
  type AccessGrant,
  type AccessRequest,
  type Digest,
} from '@attestry/core'

/** Who may do what; `*` stands for any principal, action or resource. */
export interface FakePermission {
  readonly principal: string
  readonly action: string
  readonly resource?: string
}

/** Access in memory: what no permission allows is denied. */
export class MemoryAccess implements AccessControl {
  readonly #permissions: readonly FakePermission[]
  readonly #grants: readonly AccessGrant[]
  readonly policyDigest: Digest
  /** Everything that was asked, in order. */
  readonly asked: AccessRequest[] = []

  constructor(permissions: readonly FakePermission[] = [], grants: readonly AccessGrant[] = []) {
    this.#permissions = permissions
    this.#grants = grants
    this.policyDigest = digestOf(permissions)
  }

  async decide(request: AccessRequest): Promise<AccessDecision> {
    this.asked.push(request)
    const { principal, action, resource } = request
    const covers = (pattern: string, value: string): boolean => pattern === '*' || pattern === value
    const by = this.#permissions.flatMap((permission, index) =>
      principal.trim() !== '' &&
      covers(permission.principal, principal) &&
      covers(permission.action, action) &&
      covers(permission.resource ?? '*', resource)
        ? [`permission-${index + 1}`]
        : [],
    )
    return { decision: by.length > 0 ? 'allow' : 'deny', by, policyDigest: this.policyDigest }
  }

  async grants(): Promise<readonly AccessGrant[]> {
    return this.#grants
  }
}
