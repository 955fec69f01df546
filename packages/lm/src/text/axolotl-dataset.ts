import { join } from 'node:path'
import { isJsonObject, type JsonObject } from '../files/json-object.js'
import { configFields, type ConfigFields } from './config-fields.js'
import type { DataFormat } from './data-formats.js'
import type { ColumnNames } from './datasets.js'
import { badSetting } from './errors.js'
import type { DatasetSettings, IgnoredKey } from './sft-settings.js'

const unsupported: ReadonlySet<string> = new Set([
  'shards',
  'shards_idx',
  'preprocess_shards',
  'conversation',
  'input_transform',
  'input_format',
  'field_human',
  'field_model',
  'field_tools',
  'field_thinking',
  'template_thinking_key',
  'split_thinking',
  'message_field_training',
  'message_field_training_detail',
  'drop_system_message',
  'logprobs_field',
  'temperature',
  'chat_template_jinja',
])

const ignored: Readonly<Record<string, string>> = {
  ds_type: 'the kind of a file is known by its name',
  trust_remote_code: 'no code of a data set is run',
  revision: 'data is read from local files',
  name: 'data is read from local files',
}

const types = {
  alpaca: 'alpaca',
  chat_template: 'chat_template',
  sharegpt: 'sharegpt',
  completion: 'completion',
} as const

/** Roles that rows may name, by what they become. */
const knownRoles: Readonly<Record<string, readonly string[]>> = {
  user: ['user', 'human'],
  assistant: ['assistant', 'gpt'],
  system: ['system'],
  tool: ['tool', 'observation'],
}

/** Files of one entry of `datasets` of an axolotl config. */
export function axolotlDataset(
  entry: unknown,
  name: string,
  file: string,
  report: IgnoredKey[],
): readonly DatasetSettings[] {
  if (!isJsonObject(entry)) throw badSetting(`'${name}' is not a mapping`, { file })
  const fields = configFields(entry, file, report, `${name}.`)
  const path = fields.text('path')
  if (!path) throw fields.refuse('path', 'is missing')
  const type = fields.choice('type', types)
  const shape = readShape(fields, type)
  const split = fields.text('split')
  if (split !== undefined && split !== 'train') throw fields.refuse('split', "is not 'train': name a file of its own")
  const trained = fields.texts('roles_to_train')
  if (trained?.some(role => !['assistant', 'gpt'].includes(role)))
    throw fields.refuse('roles_to_train', "has another role than 'assistant'")
  fields.choice('train_on_eos', { turn: 'turn' })
  fields.choice('chat_template', { tokenizer_default: true })
  checkRoles(fields)
  const subject = fields.text('field_subject')
  if (subject === '') throw fields.refuse('field_subject', 'is empty')
  const files = fields.texts('data_files')
  if (type === 'alpaca') fields.ignore('type', "rows become conversations in the model's chat template")
  fields.finish(ignored, unsupported)
  const isKind = ['json', 'csv', 'text'].includes(path)
  if (isKind && !files) throw fields.refuse('data_files', `is missing beside path '${path}'`)
  return (files ?? [path]).map(each => ({
    path: files && !isKind ? join(path, each) : each,
    ...shape,
    ...(subject !== undefined && { subject }),
  }))
}

function readShape(
  fields: ConfigFields,
  type: keyof typeof types | undefined,
): { readonly format?: DataFormat; readonly columns?: ColumnNames } {
  const messages = fields.text('field_messages')
  const field = fields.text('field')
  const mapping = readMapping(fields)
  if (field !== undefined && type !== 'completion') throw fields.refuse('field', "belongs to type 'completion'")
  switch (type) {
    case undefined:
      if (messages !== undefined) throw fields.refuse('field_messages', "belongs to type 'chat_template'")
      return {}
    case 'alpaca':
      return { format: 'alpaca' }
    case 'sharegpt':
      return { format: 'sharegpt', ...(messages !== undefined && { columns: { conversations: messages } }) }
    case 'completion':
      return { format: 'text', ...(field !== undefined && { columns: { text: field } }) }
    case 'chat_template': {
      const column = messages ?? 'messages'
      if (mapping === 'from-value') return { format: 'sharegpt', columns: { conversations: column } }
      return { format: 'messages', ...(column !== 'messages' && { columns: { messages: column } }) }
    }
  }
}

/** Names of role and text within a message: `role` and `content`, or `from` and `value`. */
function readMapping(fields: ConfigFields): 'role-content' | 'from-value' {
  const mapping: JsonObject = fields.mapping('message_property_mappings') ?? {}
  const role = fields.text('message_field_role') ?? mapping.role ?? 'role'
  const content = fields.text('message_field_content') ?? mapping.content ?? 'content'
  const other = Object.keys(mapping).find(key => key !== 'role' && key !== 'content')
  if (other === undefined && role === 'role' && content === 'content') return 'role-content'
  if (other === undefined && role === 'from' && content === 'value') return 'from-value'
  throw fields.refuse('message_property_mappings', 'is neither role and content nor from and value')
}

function checkRoles(fields: ConfigFields): void {
  for (const [role, names] of Object.entries(fields.mapping('roles') ?? {})) {
    const known = Object.hasOwn(knownRoles, role) ? knownRoles[role]! : []
    const list: readonly unknown[] = Array.isArray(names) ? names : [names]
    if (list.some(name => !known.includes(name as string)))
      throw fields.refuse(
        'roles',
        `maps '${role.slice(0, 40)}' from another name than ${known.join(', ') || 'any known one'}`,
      )
  }
}
