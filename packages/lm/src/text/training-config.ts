import { isUtf8 } from 'node:buffer'
import { join } from 'node:path'
import { parseJsonObject, type JsonObject } from '../files/json-object.js'
import { readSmall } from '../files/source-file.js'
import { settingsFromAxolotl } from './axolotl.js'
import { badYaml, missingSetting, undeclaredData } from './errors.js'
import { datasetFolder, settingsFromLlamaFactory } from './llama-factory.js'
import type { IgnoredKey, SftSettings } from './sft-settings.js'
import { parseTrainingYaml } from './training-yaml.js'

/** A training config that was read. */
export interface TrainingConfig {
  readonly settings: SftSettings
  /** Keys that change nothing here, with the reasons; they are shown to the user. */
  readonly ignored: readonly IgnoredKey[]
}

const mostBytes = 2_097_152

/**
 * Reads a config of axolotl or LLaMA-Factory for supervised fine-tuning, unchanged. Every key is carried out, reported in
 * `ignored`, or refused.
 *
 * @param folder that paths in the config are relative to, for finding dataset_info.json; by default where the process runs
 * @throws LM-E045 for a file that is not a YAML mapping, LM-E046 for keys that are not supported, LM-E047 for values that
 *   are not usable, LM-E048 for missing settings, LM-E049 for data sets that dataset_info.json does not declare
 */
export async function openTrainingConfig(path: string, folder = '.'): Promise<TrainingConfig> {
  const read = await readSmall(path, mostBytes, size => badYaml(`the config has ${size} bytes`, { file: path }))
  if (!read) throw badYaml('there is no such file', { file: path })
  if (!isUtf8(read.bytes)) throw badYaml('the config is not text in UTF-8', { file: path })
  const config = parseTrainingYaml(new TextDecoder().decode(read.bytes), path)
  const ignored: IgnoredKey[] = []
  const isAxolotl = Object.hasOwn(config, 'base_model')
  const isLlamaFactory = Object.hasOwn(config, 'model_name_or_path')
  if (isAxolotl === isLlamaFactory)
    throw missingSetting(
      isAxolotl
        ? "both 'base_model' of axolotl and 'model_name_or_path' of LLaMA-Factory are there"
        : "neither 'base_model' of axolotl nor 'model_name_or_path' of LLaMA-Factory is there",
      { file: path },
    )
  const settings = isAxolotl
    ? settingsFromAxolotl(config, path, ignored)
    : settingsFromLlamaFactory(config, await readInfo(join(folder, datasetFolder(config))), path, ignored)
  return { settings, ignored }
}

async function readInfo(folder: string): Promise<JsonObject> {
  const file = join(folder, 'dataset_info.json')
  const read = await readSmall(file, mostBytes, size => undeclaredData(`dataset_info.json has ${size} bytes`, { file }))
  if (!read) throw undeclaredData('there is no dataset_info.json', { file })
  return parseJsonObject(read.bytes, problem => undeclaredData(`dataset_info.json ${problem}`, { file }))
}
