import type { ErrorCatalogue } from '@attestry/core'

/** Codes of this room. */
export const fileErrors: ErrorCatalogue = {}
