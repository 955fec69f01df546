/** Words that no text of a plugin may use, each with what to say instead. */
const claims: readonly { readonly pattern: RegExp; readonly instead: string }[] = [
  { pattern: /\bcompliant\b|\bensures? compliance\b/i, instead: 'name the control and the state of its evidence' },
  { pattern: /\bcertified\b/i, instead: 'say what was checked, by whom and when' },
  { pattern: /\banonymous\b|\banonymi[sz]es\b/i, instead: "say 'pseudonymised', or which identifiers were removed" },
  { pattern: /\bimmutable\b/i, instead: "say 'tamper-evident, given that a checkpoint is held by someone else'" },
  { pattern: /\berased from the model\b/i, instead: "say 'retrained without the record', or how it was measured" },
  { pattern: /\bpass(?:es)? the audit\b/i, instead: 'say which evidence is present' },
]

/** Claims in a text that no software can earn, each with what to say instead. Empty when there are none. */
export function forbiddenClaims(text: string): readonly { readonly claim: string; readonly instead: string }[] {
  return claims.flatMap(({ pattern, instead }) => {
    const match = pattern.exec(text)
    return match ? [{ claim: match[0], instead }] : []
  })
}
