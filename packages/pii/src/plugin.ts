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
import type { SecondOpinion } from './second-opinion/second-opinion.js'

export interface PiiOptions {
  /** BCP 47 tag with a region, such as `en-GB`, whose national telephone numbers count without context. */
  readonly locale?: string
  /**
   * File of labelled texts, JSON lines such as `{"text":"Write to jo@example.org","spans":[[9,23,"EMAIL"]]}`, on which recall is
   * measured and recorded with its interval. Texts like those of the run, which no rule was written for.
   */
  readonly sample?: string
  /** A model whose findings stand beside those of the rules; evidence names its digest. */
  readonly secondOpinion?: SecondOpinion
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
            ...(options?.secondOpinion && { secondOpinion: options.secondOpinion }),
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

const textOptions: readonly string[] = ['locale', 'sample']
const optionNames: readonly string[] = [...textOptions, 'secondOpinion']

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
        const { secondOpinion: asked } = given
        if (asked !== undefined && !isSecondOpinion(asked))
          return {
            issues: [
              { message: 'is an object with the folder of a model, or with a classifier', path: ['secondOpinion'] },
            ],
          }
        const wrong = textOptions.find(key => given[key] !== undefined && typeof given[key] !== 'string')
        if (wrong !== undefined) return { issues: [{ message: `${wrong} is text`, path: [wrong] }] }
        return { value: Object.fromEntries(Object.entries(given).filter(([, held]) => held !== undefined)) }
      },
    },
  }
}

const isSecondOpinion = (value: unknown): value is SecondOpinion =>
  typeof value === 'object' &&
  value !== null &&
  ['object', 'function'].includes(typeof (value as { classifier?: unknown }).classifier) &&
  (value as { classifier?: unknown }).classifier !== null
