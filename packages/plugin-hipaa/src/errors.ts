import { AttestryError, type ErrorCatalogue } from '@attestry/core'

/** Every code of the package. */
export const errorCatalogue: ErrorCatalogue = {
  'HIPAA-E001': {
    title: 'identifiers are left after removal',
    explanation:
      'After all plugins had worked on a batch, the detector looked once more and still found identifiers. Safe harbor asks for all of the listed kinds to be gone, so the run stopped before anything was written. The message gives counts by type and never a value. Most often a column that is only kept, or used as a group, holds free text: leave it out of the config, or load the plugin that removes identifiers.',
    example: '"keep": ["nurse_note"]   →   "keep": []',
  },
}

/** HIPAA-E001. Counts by type; never a value. */
export const identifiersLeft = (residue: Readonly<Record<string, number>>, control: string): AttestryError => {
  const counts = Object.entries(residue).sort(([a], [b]) => (a < b ? -1 : 1))
  const total = counts.reduce((sum, [, count]) => sum + count, 0)
  return new AttestryError({
    code: 'HIPAA-E001',
    message: `${total} ${total === 1 ? 'identifier is' : 'identifiers are'} left after removal (${counts.map(([type, count]) => `${type} ${count}`).join(', ')})`,
    where: { control },
    notes: ['45 CFR 164.514(b): identifiers are removed, or an expert determines that the risk is very small'],
    help: "leave columns with free text out of 'data.keep' and 'data.groups', and load a plugin that removes identifiers",
  })
}
