/** A stable name for one kind of failure: an area, a dash, `E` and three digits. A code is never reused. */
export type ErrorCode = `${Uppercase<string>}-E${number}`

/** Where something failed. Only what is known is set. */
export interface Where {
  readonly run?: string
  readonly stage?: string
  readonly hook?: string
  readonly plugin?: string
  readonly control?: string
  /** A file as the user named it, relative when possible. */
  readonly file?: string
  /** 1-based line or record number within `file`. */
  readonly line?: number
}

export interface AttestryErrorInit {
  readonly code: ErrorCode
  /** Lower case, no full stop, numbers and names in it; never a personal value. */
  readonly message: string
  readonly where?: Where
  readonly notes?: readonly string[]
  /** What to do next: a flag, a config line or a command. */
  readonly help?: string
  readonly cause?: unknown
}

export interface AttestryErrorJson {
  readonly code: ErrorCode
  readonly message: string
  readonly where: Where
  readonly notes: readonly string[]
  readonly help?: string
}

/** The one error type of Attestry. `toJSON` is the truth; every text is rendered from it. */
export class AttestryError extends Error {
  readonly code: ErrorCode
  readonly where: Where
  readonly notes: readonly string[]
  readonly help?: string

  constructor(init: AttestryErrorInit) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause })
    this.name = 'AttestryError'
    this.code = init.code
    this.where = init.where ?? {}
    this.notes = init.notes ?? []
    if (init.help !== undefined) this.help = init.help
  }

  /** The same error with more places filled in; places that are already known stay. */
  at(where: Where): AttestryError {
    const { code, message, notes, help, cause } = this
    const located = new AttestryError({
      code,
      message,
      notes,
      cause,
      where: { ...where, ...this.where },
      ...(help !== undefined && { help }),
    })
    if (this.stack !== undefined) located.stack = this.stack
    return located
  }

  toJSON(): AttestryErrorJson {
    const { code, message, where, notes, help } = this
    return { code, message, where, notes, ...(help !== undefined && { help }) }
  }
}

export const isAttestryError = (error: unknown): error is AttestryError =>
  error instanceof Error && error.name === 'AttestryError' && 'code' in error

/** What `attestry explain` prints and what the error pages are made from. */
export interface ErrorExplanation {
  /** One line, lower case. */
  readonly title: string
  /** At least three sentences: what happened, why it is refused, how to mend it. */
  readonly explanation: string
  /** A config, command or input that causes it, and the mended form. */
  readonly example: string
}

/** Every code of a package with its explanation. Each package exports one as `errorCatalogue`. */
export type ErrorCatalogue = Readonly<Record<ErrorCode, ErrorExplanation>>
