import { isAbsolute, join } from 'node:path'
import { isJsonObject, type JsonObject } from '../files/json-object.js'
import { configFields, type ConfigFields } from './config-fields.js'
import type { ColumnNames } from './datasets.js'
import { undeclaredData } from './errors.js'
import type { DatasetSettings, IgnoredKey } from './sft-settings.js'

/** Columns by the names of LLaMA-Factory, with the names that the formats have here. */
const alpacaColumns = {
  prompt: ['instruction', 'instruction'],
  query: ['input', 'input'],
  response: ['output', 'output'],
  system: ['system', null],
  history: ['history', null],
} as const

/** How a message names its role and text, and the roles themselves. */
const tagSets = {
  sharegpt: {
    role_tag: 'from',
    content_tag: 'value',
    user_tag: 'human',
    assistant_tag: 'gpt',
    observation_tag: 'observation',
    function_tag: 'function_call',
    system_tag: 'system',
  },
  messages: {
    role_tag: 'role',
    content_tag: 'content',
    user_tag: 'user',
    assistant_tag: 'assistant',
    observation_tag: 'tool',
    function_tag: 'function_call',
    system_tag: 'system',
  },
} as const

const remote = ['hf_hub_url', 'ms_hub_url', 'om_hub_url', 'script_url', 'cloud_file_name']
const unsupported: ReadonlySet<string> = new Set(['ranking', 'subset', 'folder', 'num_samples', 'split'])

/**
 * Data sets that a LLaMA-Factory config names, as dataset_info.json declares them.
 *
 * @param folder the folder of dataset_info.json, in which the files are
 * @throws LM-E049 for a name without a declaration, or one that points elsewhere than to a local file
 */
export function declaredDatasets(
  names: readonly string[],
  info: JsonObject,
  folder: string,
  report: IgnoredKey[],
): readonly DatasetSettings[] {
  const file = join(folder, 'dataset_info.json')
  return names.map(name => {
    const entry = Object.hasOwn(info, name) ? info[name] : undefined
    if (!isJsonObject(entry)) throw undeclaredData(`the data set '${name.slice(0, 80)}' is not declared`, { file })
    return readEntry(entry, name, folder, file, report)
  })
}

function readEntry(
  entry: JsonObject,
  name: string,
  folder: string,
  file: string,
  report: IgnoredKey[],
): DatasetSettings {
  const fields = configFields(entry, file, report, `${name.slice(0, 80)}.`)
  const away = remote.find(key => typeof entry[key] === 'string' && entry[key] !== '')
  if (away !== undefined)
    throw undeclaredData(`the data set '${name.slice(0, 80)}' has '${away}', and nothing is fetched`, { file })
  const fileName = fields.text('file_name')
  if (!fileName) throw undeclaredData(`the data set '${name.slice(0, 80)}' has no file_name`, { file })
  const formatting = fields.choice('formatting', { alpaca: 'alpaca', sharegpt: 'sharegpt' } as const) ?? 'alpaca'
  const columns = configFields(fields.mapping('columns') ?? {}, file, report, `${name.slice(0, 80)}.columns.`)
  const subject = columns.text('subject')
  if (subject === '') throw columns.refuse('subject', 'is empty')
  const tags = fields.mapping('tags') ?? {}
  const path = isAbsolute(fileName) ? fileName : join(folder, fileName)
  const shape =
    formatting === 'alpaca'
      ? { format: 'alpaca' as const, columns: readAlpacaColumns(columns) }
      : readTurns(columns, tags, fields)
  columns.finish({}, new Set(['images', 'videos', 'audios', 'chosen', 'rejected', 'kto_tag', 'tools']))
  for (const key of remote) fields.text(key)
  fields.finish({}, unsupported)
  return { path, ...shape, ...(subject !== undefined && { subject }) }
}

function readAlpacaColumns(columns: ConfigFields): ColumnNames {
  return Object.fromEntries(
    Object.entries(alpacaColumns).map(([key, [standard, usual]]) => [standard, columns.text(key) ?? usual]),
  )
}

function readTurns(columns: ConfigFields, tags: JsonObject, fields: ConfigFields): Omit<DatasetSettings, 'path'> {
  const turns = columns.text('messages') ?? 'conversations'
  const system = columns.text('system') ?? null
  const tools = columns.text('tools') ?? null
  const fits = (set: Readonly<Record<string, string>>): boolean =>
    Object.entries({ ...tagSets.sharegpt, ...tags }).every(
      // Roles that the rows do not use may keep the usual names.
      ([tag, value]) => set[tag] === value || (!Object.hasOwn(tags, tag) && !['role_tag', 'content_tag'].includes(tag)),
    )
  if (fits(tagSets.sharegpt)) return { format: 'sharegpt', columns: { conversations: turns, system, tools } }
  if (fits(tagSets.messages)) return { format: 'messages', columns: { messages: turns, system, tools } }
  throw fields.refuse('tags', 'name other tags than from, value, human, gpt or role, content, user, assistant')
}
