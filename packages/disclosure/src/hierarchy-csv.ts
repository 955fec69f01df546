import { badHierarchy, tooLarge } from './errors.js'
import { anything, type Hierarchy } from './hierarchy.js'
import { fromPaths } from './text-hierarchies.js'

const limits = { characters: 50_000_000, levels: 64 }

/**
 * A hierarchy from a file with one line per value: the value, then what it becomes on each level, with one separator
 * throughout (`;` or `,`, told from the first line). A last level of `*` may be there or not. Fields may be quoted as in RFC 4180,
 * on one line.
 *
 * @throws DISCLOSURE-E005 when lines differ in their number of fields, a value is repeated or a quote is left open
 * @throws DISCLOSURE-E010 above 50 million characters or 64 levels
 * @example
 *   hierarchyFromCsv('Nurse;Health;*\nSurgeon;Health;*\nTeacher;Education;*\n')
 */
export function hierarchyFromCsv(text: string): Hierarchy {
  if (text.length > limits.characters)
    throw tooLarge('characters of a hierarchy', text.length, limits.characters, 'split the column, or use fewer values')
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  while (lines.at(-1) === '') lines.pop()
  const [head] = lines
  if (head === undefined) throw badHierarchy('the hierarchy has no lines')
  const separator = fields(head, ';', 1).length > 1 ? ';' : ','
  const table = lines.map((line, place) => fields(line, separator, place + 1))
  const width = table[0]!.length
  if (width < 2) throw badHierarchy('line 1 of the hierarchy has one field, a value and at least one level are needed')
  if (width > limits.levels) throw tooLarge('levels of a hierarchy', width, limits.levels, 'merge levels')
  const isTopped = table.every(line => line.at(-1) === anything)
  const paths = new Map<string, readonly string[]>()
  table.forEach((line, place) => {
    if (line.length !== width)
      throw badHierarchy(`line ${place + 1} of the hierarchy has ${line.length} fields, line 1 has ${width}`)
    if (paths.has(line[0]!)) throw badHierarchy(`line ${place + 1} of the hierarchy repeats a value`)
    paths.set(line[0]!, line.slice(1, isTopped ? -1 : undefined))
  })
  return fromPaths(paths)
}

function fields(line: string, separator: string, number: number): readonly string[] {
  const found: string[] = []
  let at = 0
  for (;;) {
    if (line[at] === '"') {
      let field = ''
      for (at++; ; at++) {
        if (at >= line.length) throw badHierarchy(`line ${number} of the hierarchy leaves a quote open`)
        if (line[at] !== '"') field += line[at]
        else if (line[at + 1] === '"') field += line[at++]
        else break
      }
      at++
      if (at < line.length && line[at] !== separator)
        throw badHierarchy(`line ${number} of the hierarchy has text after a closing quote`)
      found.push(field)
    } else {
      const end = line.indexOf(separator, at)
      found.push(line.slice(at, end < 0 ? undefined : end))
      at = end < 0 ? line.length : end
    }
    if (at >= line.length) return found
    at++
  }
}
