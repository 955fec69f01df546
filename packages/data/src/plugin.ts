import { join } from 'node:path'
import {
  DataReader,
  definePlugin,
  Lineage,
  provide,
  ShardStore,
  SubjectHandles,
  SubjectKeys,
  Vault,
  versionOf,
  type Plugin,
  type PluginFactory,
} from '@attestry/core'
import { openDataset } from './dataset.js'
import { recordLineage } from './lineage-evidence.js'
import { openLineage } from './lineage-file.js'
import { checkOptions, optionsSchema, type DataOptions } from './options.js'
import { openShardStore } from './shard-store.js'

const data: PluginFactory<DataOptions | void> = definePlugin<DataOptions | void>(
  (options: DataOptions | void): Plugin => {
    const { batchRows, baseDirectory } = checkOptions(options)
    return {
      name: '@attestry/data',
      version: versionOf(import.meta.url),
      core: '^0.1.0',
      provides: [
        provide({
          token: DataReader,
          requires: [SubjectHandles],
          factory: (services, { directory }) => {
            const handles = services.find(SubjectHandles)
            return {
              open: source =>
                openDataset(source, {
                  baseDirectory,
                  batchRows,
                  ...(handles && { handles }),
                  // Outside of a run there is no folder that a quarantine file could belong to.
                  ...(directory !== '' && { quarantineDirectory: directory }),
                }),
            }
          },
        }),
        provide({
          token: ShardStore,
          requires: [Vault, SubjectKeys],
          factory: (services, { directory }) =>
            openShardStore(join(directory, 'data'), services.find(Vault), services.find(SubjectKeys)),
        }),
        provide({ token: Lineage, factory: (_, { directory }) => openLineage(directory) }),
      ],
      uses: [Lineage],
      hooks: { deploy: recordLineage },
    }
  },
  optionsSchema,
)

/** Reads CSV, JSONL and Parquet, keeps batches as content-addressed shards, and records where every piece came from. */
export default data
