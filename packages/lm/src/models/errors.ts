import type { ErrorCatalogue } from '@attestry/core'

/** Codes of this room. */
export const modelErrors: ErrorCatalogue = {}
