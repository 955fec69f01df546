import type { ParseArgsConfig } from 'node:util'
import type { Terminal } from './terminal.js'

type Options = NonNullable<ParseArgsConfig['options']>

/** One verb of the command line. */
export interface Command {
  readonly summary: string
  /** After `attestry `. */
  readonly usage: string
  readonly options: Options
  /** One sentence per option. */
  readonly about: Readonly<Record<string, string>>
  readonly examples: readonly [string, string]
  run(given: Given, terminal: Terminal): Promise<number>
}

export interface Given {
  readonly words: readonly string[]
  readonly flags: Readonly<Record<string, string | boolean | readonly string[] | undefined>>
}

/** Options of every command. */
export const commonOptions: Options = {
  json: { type: 'boolean' },
  quiet: { type: 'boolean' },
  'no-color': { type: 'boolean' },
  debug: { type: 'boolean' },
  help: { type: 'boolean' },
  workspace: { type: 'string' },
}

export const commonAbout: Readonly<Record<string, string>> = {
  json: 'print the result as one JSON document',
  quiet: 'print the result only',
  'no-color': 'no colour',
  debug: 'print stacks of errors',
  workspace: 'the .attestry folder (default: beside the config)',
  help: 'this text',
}

/** What a command ends with. 3 and 4 are results, not crashes. */
export const exit = { done: 0, failure: 1, usage: 2, vetoed: 3, waiting: 4, broken: 6 } as const

/** A string option, or undefined. */
export const text = ({ flags }: Given, name: string): string | undefined => {
  const value = flags[name]
  return typeof value === 'string' ? value : undefined
}

/** Every value of an option that may be given several times. */
export const texts = ({ flags }: Given, name: string): readonly string[] => {
  const value = flags[name]
  return Array.isArray(value) ? (value as readonly string[]) : []
}
