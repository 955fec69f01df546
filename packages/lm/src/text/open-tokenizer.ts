import { join } from 'node:path'
import { isUtf8 } from 'node:buffer'
import { readGgufTokenizer } from '../files/gguf-checkpoint.js'
import { parseJsonObject, type JsonObject } from '../files/json-object.js'
import { readSmall } from '../files/source-file.js'
import { badTokenizer, noTokenizer } from './errors.js'
import { tokenizerFromGguf } from './gguf-tokenizer.js'
import { makeTokenizer, type Tokenizer } from './tokenizer.js'

/** Largest files that are read, in bytes. */
const fileLimits = {
  'tokenizer.json': 67_108_864,
  'tokenizer_config.json': 8_388_608,
  'chat_template.jinja': 1_048_576,
}

type TokenizerFile = keyof typeof fileLimits

/** The tokenizer of a model: of its folder, or in its GGUF file. @throws as `openTokenizer` */
export const openModelTokenizer = async (path: string): Promise<Tokenizer> =>
  path.endsWith('.gguf') ? tokenizerFromGguf(await readGgufTokenizer(path)) : openTokenizer(path)

/**
 * Opens the tokenizer of a model folder: tokenizer.json, with tokenizer_config.json and chat_template.jinja where they
 * exist. A chat_template.jinja goes before the template in tokenizer_config.json.
 *
 * @throws LM-E030 without tokenizer.json, LM-E031 for files that are not valid, LM-E032 for parts that are not supported
 */
export async function openTokenizer(folder: string): Promise<Tokenizer> {
  const [json, config, template] = await Promise.all([
    readJson(folder, 'tokenizer.json'),
    readJson(folder, 'tokenizer_config.json'),
    readBytes(folder, 'chat_template.jinja'),
  ])
  const file = join(folder, 'tokenizer.json')
  if (!json) throw noTokenizer('there is no tokenizer.json', { file })
  if (template && !isUtf8(template))
    throw badTokenizer('it is not text in UTF-8', { file: join(folder, 'chat_template.jinja') })
  return makeTokenizer({
    json,
    config: config ?? {},
    file,
    ...(template && { chatTemplate: new TextDecoder().decode(template) }),
  })
}

async function readJson(folder: string, name: TokenizerFile): Promise<JsonObject | undefined> {
  const bytes = await readBytes(folder, name)
  return bytes && parseJsonObject(bytes, problem => badTokenizer(`it ${problem}`, { file: join(folder, name) }))
}

async function readBytes(folder: string, name: TokenizerFile): Promise<Uint8Array | undefined> {
  const file = join(folder, name)
  const most = fileLimits[name]
  const read = await readSmall(file, most, size =>
    badTokenizer(`it has ${size} bytes, at most ${most} are read`, { file }),
  )
  return read?.bytes
}
