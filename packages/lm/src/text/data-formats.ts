import { isJsonObject, type JsonObject } from '../files/json-object.js'
import { roles, type Message, type Role } from './chat-template.js'

/** Shapes that rows of training data have. */
export type DataFormat = 'messages' | 'sharegpt' | 'alpaca' | 'completion' | 'classification' | 'text'

/** What a row is for training, whatever its format was. */
export type TrainingExample =
  | { readonly messages: readonly Message[] }
  | { readonly prompt: string; readonly completion: string }
  | { readonly text: string; readonly label: string }

/** Why a row cannot be used, as words that go on after its place; never its content. */
export interface RowProblem {
  readonly problem: string
}

interface FormatReading {
  /** Fields that a row of this format has; shown to users. */
  readonly fields: string
  readonly matches: (row: JsonObject) => boolean
  readonly read: (row: JsonObject) => TrainingExample | RowProblem
}

const has = (row: JsonObject, ...names: readonly string[]): boolean =>
  names.every(name => row[name] !== undefined && row[name] !== null)

/** How each format is recognised and read. */
export const dataFormats: Readonly<Record<DataFormat, FormatReading>> = {
  messages: {
    fields: 'messages (role, content)',
    matches: row => Array.isArray(row.messages),
    read: row => conversation(row, row.messages, { role: 'role', text: 'content' }),
  },
  sharegpt: {
    fields: 'conversations (from, value)',
    matches: row => Array.isArray(row.conversations),
    read: row => conversation(row, row.conversations, { role: 'from', text: 'value' }),
  },
  alpaca: {
    fields: 'instruction, input, output',
    matches: row => has(row, 'instruction') && 'output' in row,
    read: alpaca,
  },
  completion: {
    fields: 'prompt, completion',
    matches: row => has(row, 'prompt') && 'completion' in row,
    read: row => {
      const { prompt, completion } = row
      if (!isText(prompt)) return noText('prompt')
      if (!isText(completion) || completion === '') return noText('completion')
      return { prompt, completion }
    },
  },
  classification: {
    fields: 'text, label',
    matches: row => has(row, 'text') && 'label' in row,
    read: ({ text, label }) => {
      if (!isText(text) || text === '') return noText('text')
      const isScalar = typeof label === 'number' || typeof label === 'boolean' || (isText(label) && label !== '')
      return isScalar ? { text, label: String(label) } : { problem: "has no text or number as 'label'" }
    },
  },
  text: {
    fields: 'text',
    matches: row => has(row, 'text') && !('label' in row),
    read: ({ text }) => (isText(text) && text !== '' ? { prompt: '', completion: text } : noText('text')),
  },
}

/** Fields that some format has. */
export const knownFields: readonly string[] = [
  'messages',
  'conversations',
  'instruction',
  'output',
  'prompt',
  'completion',
  'text',
  'label',
]

/**
 * The format of a row. A field `text` beside a conversation is common and says the same once more, so it does not count.
 *
 * @returns several when it is not clear, none when nothing matches
 */
export function formatsOf(row: JsonObject): readonly DataFormat[] {
  const matching = (Object.keys(dataFormats) as DataFormat[]).filter(format => dataFormats[format].matches(row))
  const others = matching.filter(format => format !== 'text')
  return others.length > 0 ? others : matching
}

/** Names of roles in both forms of conversations. */
const speakers: Readonly<Record<string, Role>> = {
  ...Object.fromEntries(roles.map(role => [role, role])),
  developer: 'system',
  human: 'user',
  gpt: 'assistant',
  function_call: 'assistant',
  observation: 'tool',
}

/** Fields that would change what is learned, or what the model is told, and are not carried out. */
const refusedInMessage = ['tool_calls', 'weight', 'train', 'train_detail', 'images', 'audio']
const refusedInRow = ['tools', 'images', 'videos', 'audios']

function conversation(
  row: JsonObject,
  turns: unknown,
  names: { readonly role: string; readonly text: string },
): TrainingExample | RowProblem {
  if (!Array.isArray(turns) || turns.length === 0) return { problem: 'has no turns' }
  const refused = refusedInRow.find(name => isFilled(row[name]))
  if (refused) return { problem: `has the field '${refused}', which is not supported` }
  const messages: Message[] = []
  if (row.system !== undefined && row.system !== null && row.system !== '') {
    if (!isText(row.system)) return noText('system')
    messages.push({ role: 'system', content: row.system })
  }
  for (const [i, turn] of (turns as unknown[]).entries()) {
    if (!isJsonObject(turn)) return { problem: `has a turn ${i} that is not an object` }
    const role = turn[names.role]
    const content = turn[names.text]
    if (typeof role !== 'string' || !Object.hasOwn(speakers, role))
      return { problem: `has a turn ${i} whose '${names.role}' is none of ${Object.keys(speakers).join(', ')}` }
    const unsupported = refusedInMessage.find(name => isFilled(turn[name]))
    if (unsupported) return { problem: `has a turn ${i} with '${unsupported}', which is not supported` }
    if (!isText(content)) return { problem: `has a turn ${i} without a text as '${names.text}'` }
    messages.push({ role: speakers[role]!, content })
  }
  return { messages }
}

function alpaca(row: JsonObject): TrainingExample | RowProblem {
  const { instruction, output, system } = row
  const input = row.input ?? ''
  if (!isText(instruction)) return noText('instruction')
  if (!isText(output) || output === '') return noText('output')
  if (!isText(input)) return noText('input')
  const messages: Message[] = []
  if (system !== undefined && system !== null && system !== '') {
    if (!isText(system)) return noText('system')
    messages.push({ role: 'system', content: system })
  }
  const history = row.history ?? []
  if (!Array.isArray(history)) return { problem: "has no list as 'history'" }
  for (const pair of history as unknown[]) {
    const [user, assistant, ...rest] = Array.isArray(pair) ? (pair as unknown[]) : []
    if (!isText(user) || !isText(assistant) || rest.length > 0)
      return { problem: "has a 'history' that is not a list of pairs of texts" }
    messages.push({ role: 'user', content: user }, { role: 'assistant', content: assistant })
  }
  const question = [instruction, input].filter(part => part !== '').join('\n')
  return { messages: [...messages, { role: 'user', content: question }, { role: 'assistant', content: output }] }
}

/** Half of a surrogate pair is no text: it has no form in UTF-8. */
const isText = (value: unknown): value is string => typeof value === 'string' && !/\p{Surrogate}/u.test(value)

const isFilled = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)

const noText = (name: string): RowProblem => ({ problem: `has no text as '${name}'` })
