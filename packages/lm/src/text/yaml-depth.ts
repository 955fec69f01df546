/** Most levels of nesting by brackets, by indentation, and by marks on one line. Configs of training have a few. */
const most = { brackets: 50, indents: 30, marks: 8 }

/**
 * Whether a YAML text nests so deep that parsing it, which recurs, could exhaust the stack. That must be known before: a
 * regular expression that is compiled at the end of the stack ends the process, and nothing can catch it.
 *
 * Counts characters, also within texts, so it may see more levels than there are and never fewer.
 */
export function nestsTooDeep(text: string): boolean {
  let brackets = 0
  for (const character of text)
    if (character === '[' || character === '{') {
      if (++brackets > most.brackets) return true
    } else if ((character === ']' || character === '}') && brackets > 0) brackets--

  const indents: number[] = []
  for (const line of text.split(/\r\n|\r|\n/)) {
    const content = line.trimStart()
    if (content === '') continue
    const indent = line.length - content.length
    while (indents.length > 0 && indents.at(-1)! >= indent) indents.pop()
    if (indents.push(indent) > most.indents || hasMarks(content)) return true
  }
  return false
}

/** Whether words that open a level, or stand before one, follow each other too often on a line. */
function hasMarks(line: string): boolean {
  let marks = 0
  for (const word of line.split(/[ \t]+/))
    if (word === '-' || word === '?' || word === ':' || word.startsWith('&') || word.startsWith('!')) {
      if (++marks > most.marks) return true
    } else marks = 0
  return false
}
