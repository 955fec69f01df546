import { visible } from '../markup.js'

/**
 * An id as an OSCAL token, which must be an XML NCName: `164.312(b)` is `_31_64.312_28_b_29_`.
 *
 * Letters, digits, `.` and `-` stay; every other character becomes its code point between underscores, and so does a first
 * character that a name must not begin with. Injective: two ids never share a token. The original stands in a prop.
 */
export const oscalToken = (id: string): string =>
  id === ''
    ? '__'
    : Array.from(id, (character, place) =>
        (place === 0 ? /^[A-Za-z]$/ : /^[A-Za-z0-9.-]$/).test(character)
          ? character
          : `_${character.codePointAt(0)!.toString(16)}_`,
      ).join('')

/** Text as OSCAL wants property values and titles: one line, not empty, no space at its ends. */
export const oscalLine = (text: string): string => visible(text).replace(/\s+/g, ' ').trim() || '(empty)'

/** A path inside the run's folder as a relative reference. */
export const oscalHref = (path: string): string =>
  path
    .split('/')
    .map(part => encodeURIComponent(visible(part)))
    .join('/') || '.'
