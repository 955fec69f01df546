import { badConfig } from './errors.js'

type Config = Readonly<Record<string, unknown>>

/** A size that config.json gives under `key`. @throws LM-E061 where it is not a whole number from 1 to 2²⁴ */
export function configSize(config: Config, key: string, otherwise?: number): number {
  const value = config[key] ?? otherwise
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1 || value > 2 ** 24)
    throw badConfig(key, 'is not a whole number from 1 to 16,777,216')
  return value
}

/** @throws LM-E061 where `value`, that config.json gives under `key`, is not a positive number */
export function positiveNumber(key: string, value: unknown): number {
  if (typeof value !== 'number' || !(value > 0) || !Number.isFinite(value))
    throw badConfig(key, 'is not a positive number')
  return value
}
