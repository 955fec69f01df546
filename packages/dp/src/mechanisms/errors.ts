import { AttestryError } from '@attestry/core'

/** DP-E040. */
export const invalidBounds = (what: string): AttestryError =>
  new AttestryError({
    code: 'DP-E040',
    message: `noise needs declared bounds: ${what}`,
    help: 'declare { min, max } with min below max from what is known without the data; never read them off the data',
  })

/** DP-E041. */
export const unknownUnit = (unit: unknown): AttestryError =>
  new AttestryError({
    code: 'DP-E041',
    message: `the unit of privacy ${typeof unit === 'string' ? `'${unit.slice(0, 60)}'` : typeof unit} is not known`,
    help: "declare unit: 'record', or { rowsPerSubject } with the most rows that one person has",
  })

/** DP-E042. */
export const unusableColumn = (what: string): AttestryError =>
  new AttestryError({
    code: 'DP-E042',
    message: `noise would not protect anybody: ${what}`,
    help: 'leave the column out, mask it, or train on it with a privacy budget instead',
  })

/** DP-E043. */
export const unknownAdjacency = (adjacency: unknown): AttestryError =>
  new AttestryError({
    code: 'DP-E043',
    message: `the neighbouring relation ${typeof adjacency === 'string' ? `'${adjacency.slice(0, 60)}'` : typeof adjacency} is not known`,
    help: "declare adjacency: 'add-or-remove-one', or 'replace-one' where the number of rows is public",
  })

/** DP-E044. */
export const invalidCategories = (what: string): AttestryError =>
  new AttestryError({
    code: 'DP-E044',
    message: `the categories cannot be used: ${what}`,
    help: 'declare at least two different categories without looking at the data, and map every value to one of them',
  })
