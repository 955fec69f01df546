import {
  definePlugin,
  PiiScrubber,
  provide,
  Vault,
  versionOf,
  type OptionsSchema,
  type PluginFactory,
} from '@attestry/core'
import { recallOn, recordRemoval } from './removal-evidence.js'
import { createRemovalTally, RemovalTally } from './removal-tally.js'
import { removeIdentifiers } from './remove-identifiers.js'
import { createScrubber } from './scrubber.js'

export interface PiiOptions {
  /** BCP 47 tag with a region, such as `en-GB`, whose national telephone numbers count without context. */
  readonly locale?: string
  /**
   * File of labelled texts, JSON lines such as `{"text":"Write to jo@example.org","spans":[[9,23,"EMAIL"]]}`, on which recall is
   * measured and recorded with its interval. Texts like those of the run, which no rule was written for.
   */
  readonly sample?: string
}

/** Removes the identifiers that loaded plugins demand from every free-text column, and records what it found. */
const pii: PluginFactory<PiiOptions | void> = definePlugin<PiiOptions | void>(
  options => ({
    name: '@attestry/pii',
    version: versionOf(import.meta.url),
    core: '^0.1.0',
    answers: ['remove-identifiers'],
    provides: [
      provide({
        token: PiiScrubber,
        requires: [Vault],
        factory(services) {
          const vault = services.find(Vault)
          return createScrubber({
            ...(options?.locale !== undefined && { locale: options.locale }),
            ...(vault && { vault }),
          })
        },
      }),
      provide({ token: RemovalTally, factory: createRemovalTally }),
    ],
    requires: [PiiScrubber, RemovalTally],
    hooks: {
      preprocess: async (batch, context) => {
        await recallOn(options ?? {}, context)
        return removeIdentifiers(batch, context)
      },
      trainStep: async (_, context) => recordRemoval(context, options ?? {}),
      evaluate: async (_, context) => {
        await recordRemoval(context, options ?? {})
        return []
      },
    },
  }),
  optionsSchema(),
)

export default pii

const optionNames: readonly string[] = ['locale', 'sample']

function optionsSchema(): OptionsSchema<PiiOptions | void> {
  return {
    '~standard': {
      version: 1,
      validate(value) {
        if (value === undefined) return { value: undefined }
        if (typeof value !== 'object' || value === null) return { issues: [{ message: 'options are an object' }] }
        const given = value as Readonly<Record<string, unknown>>
        const unknown = Object.keys(given).find(key => !optionNames.includes(key))
        if (unknown !== undefined) return { issues: [{ message: `unknown option '${unknown}'`, path: [unknown] }] }
        const wrong = optionNames.find(key => given[key] !== undefined && typeof given[key] !== 'string')
        if (wrong !== undefined) return { issues: [{ message: `${wrong} is text`, path: [wrong] }] }
        return { value: Object.fromEntries(Object.entries(given).filter(([, held]) => held !== undefined)) }
      },
    },
  }
}
