/** Names under which several people usually act. */
const generic = [
  'admin',
  'administrator',
  'anonymous',
  'ci',
  'default',
  'guest',
  'nobody',
  'operator',
  'root',
  'service',
  'shared',
  'support',
  'system',
  'team',
  'test',
  'unknown',
  'user',
]

/**
 * Whether a principal's name is no one person's: empty, generic (also as a part, such as `ml-admin` or `svc-train`), or
 * among those that the entity says are shared. A personal name under a shared key is not seen.
 */
export function isSharedPrincipal(principal: string, shared: readonly string[] = []): boolean {
  const name = principal.trim().toLowerCase()
  if (name === '' || shared.some(other => other.trim().toLowerCase() === name)) return true
  const local = name.split('@')[0]!
  return local.split(/[-_.\s]+/).some(part => [...generic, 'svc'].includes(part.replace(/\d+$/, '')))
}
