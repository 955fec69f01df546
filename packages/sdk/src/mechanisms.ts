import type { AnyPluginFactory, Plugin } from '@attestry/core'
import { audit } from '@attestry/audit'
import { bias } from '@attestry/bias'
import { data } from '@attestry/data'
import { disclosure } from '@attestry/disclosure'
import { dp } from '@attestry/dp'
import { egress } from '@attestry/egress'
import { explain } from '@attestry/explain'
import { governance } from '@attestry/governance'
import { monitor } from '@attestry/monitor'
import { pii } from '@attestry/pii'
import { report } from '@attestry/report'
import { robustness } from '@attestry/robustness'
import { trainer } from '@attestry/trainer'
import { vault } from '@attestry/vault'

/** Every mechanism by package name. A config may give one of them options by naming it under `plugins`. */
export const mechanismFactories: Readonly<Record<string, AnyPluginFactory>> = {
  '@attestry/audit': audit,
  '@attestry/egress': egress,
  '@attestry/vault': vault,
  '@attestry/data': data,
  '@attestry/governance': governance,
  '@attestry/pii': pii,
  '@attestry/dp': dp,
  '@attestry/trainer': trainer,
  '@attestry/bias': bias,
  '@attestry/explain': explain,
  '@attestry/robustness': robustness,
  '@attestry/monitor': monitor,
  '@attestry/report': report,
}

/** Mechanisms that need a person's declaration, so that they run only where a config names them under `plugins`. */
export const mechanismsOnRequest: Readonly<Record<string, AnyPluginFactory>> = {
  '@attestry/disclosure': disclosure,
}

/**
 * The ready-made composition: every mechanism, so that an application only names its regulations.
 *
 * @param baseDirectory folder that data paths are relative to
 * @param engine trains instead of `@attestry/trainer`
 * @param options options by package name, checked by `loadPlugins` when they come from a config
 */
export function mechanisms(
  baseDirectory: string,
  options: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {},
  engine?: Plugin,
): readonly Plugin[] {
  return Object.entries(mechanismFactories).map(([name, factory]) => {
    if (engine && name === '@attestry/trainer') return engine
    const given = options[name] ?? {}
    const based = takesBaseDirectory.includes(name) ? { baseDirectory, ...given } : given
    return factory(based as never)
  })
}

const takesBaseDirectory: readonly string[] = ['@attestry/data', '@attestry/governance']
