/** A number or code whose form and check characters are published. */
export interface CheckedCode {
  /** Its short name, for national identifiers after the ISO 3166 country: `es-dni`. */
  readonly id: string
  /** The code without separators, in upper case: 9 for a digit, A for a letter, `|` between forms. */
  readonly shape: string
  readonly isValid: (compact: string) => boolean
  /**
   * What makes it count: nothing more, for a check that chance rarely meets; or a way of writing it; else, and otherwise, one
   * of its labels before it.
   */
  readonly counts: 'alone' | 'labelled' | RegExp
  /** Words of which one stands before it, in lower case without diacritics. */
  readonly labels: string
}
