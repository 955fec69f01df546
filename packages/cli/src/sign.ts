import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { loadSigningKey, principalKeyFile, signStatement } from '@attestry/audit'
import type { StatementDraft } from '@attestry/core'

/** Signs as a person with the key in the workspace. @throws AUDIT-E012 when there is no such key */
export async function signAs(workspace: string, principal: string, draft: StatementDraft, file: string): Promise<void> {
  const key = await loadSigningKey(principalKeyFile(workspace, principal))
  await mkdir(dirname(file), { recursive: true })
  await signStatement(draft, key, file)
}
