import type { ErrorCatalogue } from '@attestry/core'
import { fileErrors } from './files/errors.js'
import { modelErrors } from './models/errors.js'
import { textErrors } from './text/errors.js'
import { trainingErrors } from './training/errors.js'

/** Every code of `@attestry/lm`. */
export const errorCatalogue: ErrorCatalogue = { ...fileErrors, ...textErrors, ...modelErrors, ...trainingErrors }
