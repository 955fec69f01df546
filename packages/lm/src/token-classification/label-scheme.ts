/** Where a token stands in an entity: at its beginning, further in, at its end, or alone; `any` where labels do not tell. */
export type Position = 'begin' | 'inside' | 'end' | 'single' | 'any'

/** What a label of a model says of a token; no entity for `O`. */
export interface TokenLabel {
  readonly entity?: string
  readonly position: Position
}

const positions: Readonly<Record<string, Position>> = {
  B: 'begin',
  I: 'inside',
  M: 'inside',
  E: 'end',
  L: 'end',
  S: 'single',
  U: 'single',
}
const withPosition = /^([BIMELSU])[-_](.+)$/

/** What labels call a token that is part of no entity. */
const outside: ReadonlySet<string> = new Set(['O', 'OUT', 'OUTSIDE', 'NONE', 'NULL'])

/**
 * Reads the labels of a model: BIO, BIOES or BILOU (`B-PER`), `I-` alone, or plain ones (`PER`). They have positions only if all that
 * are not `O` have one and some are `B` or `I`: `E-MAIL` beside `NAME` is an entity of that name.
 *
 * @see Ratinov and Roth 2009, W09-1119, section 3
 */
export function readLabels(labels: readonly string[]): readonly TokenLabel[] {
  const named = labels.filter(label => !outside.has(label.toUpperCase()))
  const havePositions =
    named.every(label => withPosition.test(label)) &&
    named.some(label => label.startsWith('B') || label.startsWith('I'))
  return labels.map(label => {
    if (outside.has(label.toUpperCase())) return { position: 'any' }
    const [, position, entity] = (havePositions && withPosition.exec(label)) || []
    return entity === undefined ? { entity: label, position: 'any' } : { entity, position: positions[position!]! }
  })
}
