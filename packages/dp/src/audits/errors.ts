import { AttestryError } from '@attestry/core'

/** DP-E060. */
export const unusableAudit = (reason: string): AttestryError =>
  new AttestryError({
    code: 'DP-E060',
    message: `an audit cannot be made of this: ${reason}`,
    help: 'pass one finite score for every canary or row, with the coin that decided whether it was trained on',
  })
