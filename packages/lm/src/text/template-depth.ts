/** A token of a chat template, as the library cuts it. */
export interface TemplateToken {
  readonly type: string
  readonly value: string
}

/** Most levels of brackets and of blocks, and most tokens of one block. Published templates have a few, and some dozens. */
const most = { brackets: 50, blocks: 100, tokens: 2_000 }

const opening = new Set(['OpenParen', 'OpenSquareBracket', 'OpenCurlyBracket'])
const closing = new Set(['CloseParen', 'CloseSquareBracket', 'CloseCurlyBracket'])
const opens = new Set(['if', 'for', 'macro', 'call', 'filter'])
const closes = new Set(['endif', 'endfor', 'endmacro', 'endcall', 'endfilter', 'endset'])

/**
 * Whether a template nests so deep that parsing it, which recurs, could exhaust the stack. That must be known before: a
 * regular expression that is compiled at the end of the stack ends the process, and nothing can catch it.
 */
export function templateNestsTooDeep(tokens: readonly TemplateToken[]): boolean {
  let brackets = 0
  let inBlock = 0
  /** Levels that each open block takes: an elif stands within the if before it. */
  const blocks: number[] = []
  let depth = 0
  const enter = (levels: number): boolean => (depth += levels) > most.blocks

  for (const [i, { type }] of tokens.entries()) {
    if (type === 'OpenStatement' || type === 'OpenExpression') inBlock = brackets = 0
    if (++inBlock > most.tokens && type !== 'Text') return true
    if (opening.has(type) && ++brackets > most.brackets) return true
    if (closing.has(type)) brackets--
    if (type !== 'OpenStatement') continue
    const name = tokens[i + 1]?.value ?? ''
    if (opens.has(name) || (name === 'set' && !isAssignment(tokens, i))) {
      blocks.push(1)
      if (enter(1)) return true
    } else if (name === 'elif' && blocks.length > 0) {
      blocks[blocks.length - 1]! += 1
      if (enter(1)) return true
    } else if (closes.has(name)) depth -= blocks.pop() ?? 0
  }
  return false
}

/** Whether a set statement gives a value, and so opens no block. */
function isAssignment(tokens: readonly TemplateToken[], from: number): boolean {
  for (let i = from; i < tokens.length && tokens[i]!.type !== 'CloseStatement'; i++)
    if (tokens[i]!.type === 'Equals') return true
  return false
}
