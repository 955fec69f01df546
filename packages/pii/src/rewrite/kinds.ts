/** What a place in a text may be the beginning of. Bits: a window has those of all its places. */
export const kind = {
  /** An address or a handle: `@`. */
  at: 1,
  /** A link, or a domain by its ending. */
  link: 2,
  /** Groups of hexadecimal digits with colons or hyphens. */
  hex: 4,
  /** A key or token by its beginning. */
  token: 8,
  /** Six digits and more with separators at most between them. */
  number: 16,
  /** Digits next to letters, or on both sides of a slash. */
  mixed: 32,
  /** Digits after a label such as `MRN`. */
  label: 64,
  /** What follows a label such as `password:`. */
  announced: 128,
  /** A character that reads as another one or not at all. */
  folded: 256,
  /** Two letters and two digits, as IBANs begin. */
  iban: 512,
  /** A digit among 26 letters and digits or more. */
  long: 1024,
  /** Three decimals, or degrees. */
  coordinate: 2048,
} as const

const context = kind.number | kind.mixed | kind.label | kind.folded
const token = kind.at | kind.link | kind.hex | kind.token

/** Kinds by whose rules the words before count. */
export const needsWords: number = kind.label | kind.announced | kind.folded

/** Characters before a place of the kinds that its rules may look at; the token that it stands in is always looked at. */
export const charactersBefore = (kinds: number): number =>
  (kinds & context) !== 0 ? 64 : (kinds & kind.announced) !== 0 ? 8 : 0

export const charactersAfter = (kinds: number): number => ((kinds & ~token) !== 0 ? 48 : 0)
