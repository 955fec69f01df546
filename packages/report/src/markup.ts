const inner: unique symbol = Symbol('markup')

/**
 * Markup that is safe to put into a page. Only `html` and `trusted` make it, and JSON cannot: a string from a config or a
 * dataset is never mistaken for it.
 */
export interface Markup {
  readonly [inner]: string
}

export type Content = Markup | string | number | null | undefined | false | readonly Content[]

/** Longest text that is shown of one value; a group name of a megabyte must not fill the page. */
const longestText = 400

/**
 * A template in which every interpolated string is escaped, and markup and lists of markup go in as they are.
 *
 * @example html`<td>${groupName}</td>`
 */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return { [inner]: parts.map((part, i) => (i === 0 ? '' : render(values[i - 1])) + part).join('') }
}

/** Text that is markup already: our own style sheet, never anything from outside. */
export const trusted = (text: string): Markup => ({ [inner]: text })

export const textOf = (markup: Markup): string => markup[inner]

/** Joins pieces with a separator, leaving out what is empty. */
export function join(pieces: readonly Content[], separator: Content): readonly Content[] {
  const shown = pieces.filter(piece => piece !== null && piece !== undefined && piece !== false && piece !== '')
  return shown.flatMap((piece, i) => (i === 0 ? [piece] : [separator, piece]))
}

function render(value: Content): string {
  if (value === null || value === undefined || value === false) return ''
  if (typeof value === 'string' || typeof value === 'number') return escapeHtml(String(value))
  if (isList(value)) return value.map(render).join('')
  return value[inner]
}

const isList = (value: Content): value is readonly Content[] => Array.isArray(value)

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
}

/** Text as long as it is, escaped: for sentences that we compose of pieces that are short already. */
export const uncut = (text: string): Markup => trusted(escaped(madeVisible(text)))

/** Text for element content and for quoted attributes, with the invisible made visible. */
export const escapeHtml = (text: string): string => escaped(visible(text))

const escaped = (text: string): string => text.replace(/[&<>"'`]/g, character => entities[character]!)

/**
 * Text without what a reader cannot see: control characters and lone surrogates become U+FFFD, characters that turn the
 * direction of writing or have no width become their code point, such as `[U+202E]`, and more than 400 characters are cut.
 */
export function visible(text: string): string {
  return madeVisible(text.length > longestText ? `${text.slice(0, longestText)}…` : text)
}

const madeVisible = (text: string): string =>
  text.replace(loneSurrogate, '\ufffd').replace(control, '\ufffd').replace(turning, codePoint)

/** Text cut to about as many characters as there is room for. */
export const visibleLength = (text: string, letters: number): string =>
  text.length > letters ? `${text.slice(0, Math.max(letters - 1, 1))}…` : text

const loneSurrogate = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufdd0-\ufdef\ufffe\uffff]/g
const turning = /[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g

const codePoint = (character: string): string =>
  `[U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}]`
