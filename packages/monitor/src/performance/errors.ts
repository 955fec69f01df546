import { AttestryError, type ErrorCatalogue } from '@attestry/core'

/** Codes of the estimates. */
export const performanceErrors: ErrorCatalogue = {
  'MONITOR-E311': {
    title: 'a calibration cannot be fitted',
    explanation:
      'A calibration turns a score into the share of rows with that score that are positive, and learns it from rows whose truth is known. It needs at least 30 rows, both outcomes among them, and as many scores as truths. Here one of these is missing. An estimate without a calibration would believe the scores as they are, so none is made. Give the rows of a test set with their labels.',
    example: 'fitCalibration([0.2, 0.9], [false, true]) fails, because two rows say nothing about a share.',
  },
}

/** MONITOR-E311. */
export const calibrationBad = (problem: string): AttestryError =>
  new AttestryError({
    code: 'MONITOR-E311',
    message: `a calibration cannot be fitted: ${problem}`,
    help: 'give at least 30 scores with their truths, positive and negative ones',
  })
