import type { AttestryError } from '@attestry/core'
import type { Terminal } from './terminal.js'

/** An error as people read it: headline, place, notes, help, and where to read more. */
export function renderError({ code, message, where, notes, help }: AttestryError, { color }: Terminal): string {
  const { file, line, stage, hook, plugin, control, run } = where
  const asked = [
    plugin && `asked by ${plugin}`,
    control && `control ${control}`,
    stage && `stage ${stage}`,
    hook && hook !== stage && `hook ${hook}`,
    run && `run ${run}`,
  ].filter(Boolean)
  return [
    `${color.red(color.bold(`error[${code}]`))}${color.bold(`: ${message}`)}`,
    ...(file === undefined ? [] : [`  --> ${file}${line === undefined ? '' : `:${line}`}`]),
    '   |',
    ...notes.map(note => `   = note: ${note}`),
    ...(asked.length > 0 ? [`   = note: ${asked.join(', ')}`] : []),
    ...(help === undefined ? [] : [`   = help: ${help}`]),
    `   = for more: attestry explain ${code}`,
  ].join('\n')
}
