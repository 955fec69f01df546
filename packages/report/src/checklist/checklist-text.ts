import { capital } from '../format.js'
import { bullets, code, plain, table } from '../markdown.js'
import { visible } from '../markup.js'
import { checklistColumns, isDone, type ChecklistLine, type ChecklistState } from './checklist-line.js'

/** A symbol beside the word, so that no state is told by colour alone. */
export const checklistMarks: Readonly<Record<ChecklistState, string>> = {
  present: '✓',
  attested: '✎',
  missing: '○',
  stale: '◔',
  failed: '✕',
}

/** `11 of 16 done: 7 present, 4 attested; 3 missing, 1 stale, 1 failed`. */
export function checklistSummary(lines: readonly ChecklistLine[]): string {
  const of = (state: ChecklistState): string => `${lines.filter(line => line.state === state).length} ${state}`
  const done = lines.filter(({ state }) => isDone(state)).length
  const [present, attested, ...open] = (['present', 'attested', 'missing', 'stale', 'failed'] as const).map(of)
  return `${done} of ${lines.length} done: ${present}, ${attested}; ${open.join(', ')}`
}

/**
 * The checklist for a terminal: one row per line, grouped by column, with the command that mends what is open. Plain text
 * without colour; control characters of names are made visible.
 */
export function checklistText(lines: readonly ChecklistLine[]): string {
  const width = Math.max(...lines.map(({ title }) => title.length))
  const rows = checklistColumns.flatMap(column => [
    column,
    ...lines.filter(line => line.column === column).flatMap(line => rowOf(line, width)),
  ])
  return `${[...rows, checklistSummary(lines)].join('\n')}\n`
}

function rowOf({ title, state, detail, evidence, help }: ChecklistLine, width: number): readonly string[] {
  const inLine = (text: string): string => visible(text).replace(/\s+/g, ' ')
  const more = evidence.length > 2 ? `, and ${evidence.length - 2} more` : ''
  const indent = ' '.repeat(15)
  return [
    `  ${checklistMarks[state]} ${state.padEnd(9)}  ${title.padEnd(width)}  ${inLine(detail)}`,
    ...(evidence.length > 0 ? [`${indent}evidence: ${evidence.slice(0, 2).map(inLine).join(', ')}${more}`] : []),
    ...(help === null ? [] : [`${indent}help: ${inLine(help)}`]),
  ]
}

/** The checklist as Markdown, a table per column. */
export function checklistMarkdown(
  lines: readonly ChecklistLine[],
  about: { readonly name: string; readonly run: string; readonly assessedAt: string },
): string {
  const parts = [
    `# Deployment checklist: ${plain(about.name)}`,
    `Run ${code(about.run)}, judged as of ${code(about.assessedAt)}. ${checklistSummary(lines)}.`,
    'Each line is derived from signed statements, measurements and the policy in force. Present: the pipeline collected ' +
      'the evidence. Attested: a person signed it. An installed plugin ticks nothing.',
    ...checklistColumns.flatMap(column => {
      const own = lines.filter(line => line.column === column)
      return [
        `## ${capital(column)}`,
        table(
          ['Line', 'State', 'Why', 'Evidence'],
          own.map(({ title, state, detail, evidence }) => [
            plain(title),
            `${checklistMarks[state]} ${state}`,
            plain(detail),
            evidence.map(code).join(' ') || 'none',
          ]),
        ),
      ]
    }),
  ]
  const open = lines.filter(({ help }) => help !== null)
  if (open.length > 0)
    parts.push('## What is open', bullets(open.map(({ title, help }) => `${plain(title)}: ${code(help!)}`)))
  return `${parts.join('\n\n')}\n`
}
