import type { OptionsSchema } from '@attestry/core'
import { invalidParameter } from './errors.js'

/** What the plugin does beyond its defaults. */
export interface DpOptions {
  /**
   * Shadow models that `evaluate` trains to attack the model: an even number from 8 to 256, each as large as the model and
   * trained on half of `shadowRows`. Absent: none, since they multiply the time of a run.
   */
  readonly shadowModels?: number
  /** Rows that they attack, from 100 to 100,000. Default 1000. */
  readonly shadowRows?: number
}

export interface ShadowSettings {
  readonly models: number
  readonly rows: number
}

const options = {
  shadowModels: {
    expected: 'an even number from 8 to 256',
    isGood: (value: unknown): boolean => typeof value === 'number' && value % 2 === 0 && value >= 8 && value <= 256,
  },
  shadowRows: {
    expected: 'a whole number from 100 to 100,000',
    isGood: (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 100 && Number(value) <= 100_000,
  },
} as const

/** How to train shadow models; undefined when nobody asked for them. @throws DP-E018 */
export function shadowSettings(given: DpOptions): ShadowSettings | undefined {
  for (const name of ['shadowModels', 'shadowRows'] as const)
    if (given[name] !== undefined && !options[name].isGood(given[name]))
      throw invalidParameter(name, given[name], options[name].expected)
  const { shadowModels: models, shadowRows: rows = 1000 } = given
  return models === undefined ? undefined : { models, rows }
}

/** Strict: an unknown option is refused. */
export const optionsSchema: OptionsSchema<DpOptions | void> = {
  '~standard': {
    version: 1,
    validate(value) {
      if (typeof value !== 'object' || value === null) return { issues: [{ message: 'must be an object' }] }
      const issues = Object.entries(value).flatMap(([name, one]) => {
        if (!Object.hasOwn(options, name)) return [{ message: 'is not an option', path: [name] }]
        const { isGood, expected } = options[name as keyof typeof options]
        return isGood(one) ? [] : [{ message: `must be ${expected}`, path: [name] }]
      })
      return issues.length > 0 ? { issues } : { value }
    },
  },
}
