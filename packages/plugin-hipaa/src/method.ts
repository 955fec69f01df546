import type { HipaaOptions } from './options.js'

type Method = HipaaOptions['method']

/** The control in whose name identifiers are removed: the list of safe harbor, or the expert's determination. */
export const removalControl = (method: Method): string =>
  method === 'safe-harbor' ? 'HIPAA-164.514(b)(2)(i)' : 'HIPAA-164.514(b)(1)'

/**
 * What people attest about the removal. The owner's statement of no actual knowledge also stands behind the removal
 * itself, because no detector knows all eighteen kinds.
 */
export const documentsOf = (method: Method): readonly { readonly document: string; readonly control: string }[] =>
  method === 'safe-harbor'
    ? [
        { document: 'no-actual-knowledge', control: 'HIPAA-164.514(b)(2)(i)' },
        { document: 'no-actual-knowledge', control: 'HIPAA-164.514(b)(2)(ii)' },
      ]
    : [{ document: 'expert-determination', control: 'HIPAA-164.514(b)(1)' }]
