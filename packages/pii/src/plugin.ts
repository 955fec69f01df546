import {
  definePlugin,
  PiiScrubber,
  provide,
  Vault,
  versionOf,
  type OptionsSchema,
  type PluginFactory,
} from '@attestry/core'
import { recordRemoval } from './removal-evidence.js'
import { createRemovalTally, RemovalTally } from './removal-tally.js'
import { removeIdentifiers } from './remove-identifiers.js'
import { createScrubber } from './scrubber.js'

export interface PiiOptions {
  /** BCP 47 tag with a region, such as `en-GB`, whose national telephone numbers count without context. */
  readonly locale?: string
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
          return createScrubber({ ...options, ...(vault && { vault }) })
        },
      }),
      provide({ token: RemovalTally, factory: createRemovalTally }),
    ],
    requires: [PiiScrubber, RemovalTally],
    hooks: {
      preprocess: removeIdentifiers,
      trainStep: async (_, context) => recordRemoval(context),
      evaluate: async (_, context) => {
        await recordRemoval(context)
        return []
      },
    },
  }),
  optionsSchema(),
)

export default pii

function optionsSchema(): OptionsSchema<PiiOptions | void> {
  return {
    '~standard': {
      version: 1,
      validate(value) {
        if (value === undefined) return { value: undefined }
        if (typeof value !== 'object' || value === null) return { issues: [{ message: 'options are an object' }] }
        const unknown = Object.keys(value).find(key => key !== 'locale')
        if (unknown !== undefined) return { issues: [{ message: `unknown option '${unknown}'`, path: [unknown] }] }
        const { locale } = value as { locale?: unknown }
        if (locale === undefined) return { value: {} }
        if (typeof locale !== 'string') return { issues: [{ message: 'locale is text', path: ['locale'] }] }
        return { value: { locale } }
      },
    },
  }
}
