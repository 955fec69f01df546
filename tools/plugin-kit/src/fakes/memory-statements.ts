import { digestOf, type Statement, type StatementDraft, type StatementStore, type StatementType } from '@attestry/core'

/** Who signs in the fake: a name, its key and its roles. */
export interface FakeSigner {
  readonly signer: string
  /** `key-<signer>` unless given. */
  readonly keyId?: string
  readonly roles?: readonly string[]
}

/** A statement as it would look once its signature had verified. Nothing is signed here. */
export function fakeStatement(draft: StatementDraft, { signer, keyId, roles = [] }: FakeSigner): Statement {
  const digest = digestOf({ draft, signer })
  return {
    ...draft,
    digest,
    signer,
    keyId: keyId ?? `key-${signer}`,
    roles,
    file: `evidence/${digest.slice(7, 19)}.json`,
  }
}

/** Statements in memory: what the run writes, and what people are said to have signed. */
export class MemoryStatements implements StatementStore {
  readonly all: Statement[] = []

  async write(draft: StatementDraft): Promise<Statement> {
    return this.add(draft, { signer: 'run' })
  }

  /** Adds a statement of a person. */
  add(draft: StatementDraft, signer: FakeSigner): Statement {
    const statement = fakeStatement(structuredClone(draft), signer)
    this.all.push(statement)
    return statement
  }

  async read(type: StatementType): Promise<readonly Statement[]> {
    return this.all.filter(statement => statement.type === type)
  }

  async rejected(): Promise<readonly { readonly file: string; readonly reason: string }[]> {
    return []
  }
}
