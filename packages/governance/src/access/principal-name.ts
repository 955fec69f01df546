/** Names that stand for nobody in particular. */
const shared: ReadonlySet<string> = new Set([
  ...['anonymous', 'anon', 'unknown', 'nobody', 'none', 'null', 'undefined', 'guest', 'public', 'default', 'generic'],
  ...['shared', 'everyone', 'everybody', 'anyone', 'anybody', 'somebody', 'someone', 'all', '*', 'team', 'group'],
  ...['admin', 'administrator', 'root', 'superuser', 'system', 'user', 'users', 'test', 'service'],
])

/**
 * Why a name cannot stand for one person or one key; undefined when it can.
 *
 * PCI DSS 8.2.2 and 45 CFR 164.312(a)(2)(i) ask for a name of one's own. That a name is not used by two people is for the
 * organisation to see to: no software can.
 */
export function whyNobody(name: unknown): string | undefined {
  if (typeof name !== 'string' || name.trim() === '') return 'the name is empty'
  if (name.length > 200) return 'the name is longer than 200 characters'
  // Spaces around it, or letters that nobody sees, would make a second name that looks like the first.
  if (!/^[^\p{C}\p{Z}](?:[^\p{C}]*[^\p{C}\p{Z}])?$/u.test(name))
    return 'the name has unseen characters or spaces around it'
  const plain = plainName(name)
  if (shared.has(plain) || /^shared[\s._-]/.test(plain)) return 'the name stands for nobody in particular'
  return undefined
}

/** Names of one plain form look like one person: case, width and composition of letters make no other. */
export const plainName = (name: string): string => name.normalize('NFKC').trim().toLowerCase()

/** Whether two names are, or look like, one person's. */
export const isSamePerson = (a: string, b: string): boolean => plainName(a) === plainName(b)
