import { nearest } from '@attestry/core'
import type { Given } from './command.js'
import { unknownWord } from './errors.js'
import type { Terminal } from './terminal.js'

/** What one word of a command does. Resolves to the exit code. */
export type Action = (given: Given, terminal: Terminal) => number | Promise<number>

/**
 * Runs what the first word after the command names.
 *
 * @param bare what the command does when no word was given
 * @throws CLI-E001, with the nearest word, when the word names nothing
 */
export async function runVerb(
  given: Given,
  terminal: Terminal,
  bare: Action,
  actions: Readonly<Record<string, Action>>,
): Promise<number> {
  const [verb] = given.words
  const action = verb === undefined ? bare : named('word', verb, actions)
  return action(given, terminal)
}

/**
 * The entry of a table under a word. Only what the table itself holds counts: `constructor` names nothing.
 *
 * @param kind what the words are, for the message
 * @throws CLI-E001 with the nearest word
 */
export function named<T>(kind: string, word: string, table: Readonly<Record<string, T>>): T {
  if (!Object.hasOwn(table, word)) throw unknownWord(kind, word, nearest(word, Object.keys(table)))
  return table[word]!
}
