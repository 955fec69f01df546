import { visible } from './markup.js'

/**
 * Text for a line of Markdown: nothing in it is formatting, HTML, a link or a line break. Every renderer of CommonMark or
 * GFM shows the text as it was.
 */
export const plain = (text: string): string =>
  visible(text)
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_[\]<>|#~&@!$]/g, '\\$&')
    .replace(/:\/\//g, ':\\/\\/')
    .replace(/\bwww\./gi, match => `${match.slice(0, -1)}\\.`)
    .replace(/^\s*([-+=])/, '\\$1')
    .replace(/^\s*(\d+)([.)])/, '$1\\$2')

/**
 * A name or digest as code, with a fence longer than any run of backticks in it. Text with a bar or a backslash stays
 * plain: renderers disagree about where a table's cell ends inside code.
 */
export function code(text: string): string {
  if (/[|\\]/.test(text)) return plain(text)
  const shown = visible(text).replace(/\s+/g, ' ')
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  const pad = longest > 0 || shown.trim() === '' ? ' ' : ''
  return shown === '' ? '(empty)' : `${fence}${pad}${shown}${pad}${fence}`
}

/** A GFM table. Cells are Markdown already. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const rule = head.map((_, column) => (right.includes(column) ? '---:' : '---'))
  return [line(head), line(rule), ...rows.map(line)].join('\n')
}

export const bullets = (lines: readonly string[]): string => lines.map(line => `- ${line}`).join('\n')
