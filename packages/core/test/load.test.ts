import { describe, expect, it } from 'vitest'
import { checkPlugins, definePlugin, isPluginFactory, parseConfig, provide, token, type Plugin } from '../src/index.js'
import { config } from './fakes.js'

const A = token<string>('A')
const B = token<string>('B')
const C = token<string>('C')

const plugin = (name: string, more: Partial<Plugin> = {}): Plugin => ({
  name,
  version: '1.0.0',
  core: '^0.1.0',
  ...more,
})
const needs = (service: typeof A, ...requires: (typeof A)[]) =>
  provide({ token: service, requires, factory: () => 'x' })
const code = (plugins: Plugin[], kernel: (typeof A)[] = []) => {
  try {
    checkPlugins(plugins, kernel)
    return 'accepted'
  } catch (error) {
    return (error as { code: string }).code
  }
}

describe('loading plugins', () => {
  it('accepts a sound set', () => {
    expect(code([plugin('a', { provides: [needs(A)] }), plugin('b', { requires: [A] })], [A])).toBe('accepted')
  })

  it('refuses a bad name or version', () => {
    expect(code([plugin(' ')])).toBe('CORE-E002')
    expect(code([plugin('a', { version: 'latest' })])).toBe('CORE-E002')
  })

  it('refuses a plugin made for another kernel', () => {
    expect(code([plugin('a', { core: '^9.0.0' })])).toBe('CORE-E003')
  })

  it('refuses a service that nobody provides, for a plugin and for the run', () => {
    expect(code([plugin('a', { requires: [A] })])).toBe('CORE-E004')
    expect(code([], [A])).toBe('CORE-E004')
  })

  it('refuses an obligation that nobody carries out', () => {
    expect(code([plugin('a', { obligations: [{ kind: 'require-approvals', count: 1, control: 'X' }] })])).toBe(
      'CORE-E005',
    )
  })

  it('refuses a name and a service given twice', () => {
    expect(code([plugin('a'), plugin('a')])).toBe('CORE-E006')
    expect(code([plugin('a', { provides: [needs(A)] }), plugin('b', { provides: [needs(A)] })])).toBe('CORE-E007')
  })

  it('refuses a circle of services and prints it', () => {
    const circle = [plugin('a', { provides: [needs(A, B), needs(B, C)] }), plugin('b', { provides: [needs(C, A)] })]
    expect(() => checkPlugins(circle, [])).toThrow('services need each other: A -> B -> C -> A')
  })

  it('refuses a handler of an unknown hook', () => {
    expect(code([plugin('a', { hooks: { onDeploy: () => undefined } as never })])).toBe('CORE-E009')
  })

  it('tells a plugin factory from any other function', () => {
    expect(isPluginFactory(definePlugin(() => plugin('a')))).toBe(true)
    expect(isPluginFactory(() => plugin('a'))).toBe(false)
  })
})

describe('the config', () => {
  it('is filled with defaults', () => {
    expect(parseConfig(config).training).toMatchObject({ batchSize: 256, optimizer: 'adam', seed: 0 })
  })

  it('refuses an unknown key, epsilon that is not positive, and one class, each with its path', () => {
    const message = (change: object) => {
      try {
        parseConfig({ ...config, ...change })
        return 'accepted'
      } catch (error) {
        return `${(error as { code: string }).code} ${(error as Error).message}`
      }
    }
    expect(message({ epsilon: 3 })).toContain('epsilon')
    const budgeted = { training: { privacy: { epsilon: 3, delta: 1e-5, subjectBudget: { epsilon: 6, delta: 1e-4 } } } }
    expect(message(budgeted)).toBe(
      'CORE-E001 the config has 1 problem: training.privacy.subjectBudget: a budget per person needs data.subject, the column that names the person',
    )
    expect(
      parseConfig({ ...config, ...budgeted, data: { ...(config.data as object), subject: 'who' } }).training.privacy,
    ).toMatchObject({
      subjectBudget: { epsilon: 6, delta: 1e-4 },
    })
    expect(message({ training: { privacy: { epsilon: 0, delta: 1e-5 } } })).toBe(
      'CORE-E001 the config has 1 problem: training.privacy.epsilon: epsilon must be above 0',
    )
    expect(message({ data: { ...(config.data as object), classes: ['only'] } })).toContain(
      'a classifier needs at least two classes',
    )
    expect(message({ model: { architecture: 'text-convolution', widths: [2, 2] } })).toContain(
      'model.widths: each width is given once',
    )
  })

  it('lets the clipping norm follow the median where adaptive clipping is asked for, and refuses shares outside of (0, 1)', () => {
    const asked = (adaptiveClipping?: object) =>
      parseConfig({ ...config, training: { privacy: { epsilon: 3, delta: 1e-5, adaptiveClipping } } }).training.privacy!
    expect(asked({}).adaptiveClipping).toEqual({ quantile: 0.5, learningRate: 0.2 })
    expect(asked({ countNoise: 8 }).adaptiveClipping).toMatchObject({ countNoise: 8 })
    expect(asked().adaptiveClipping).toBeUndefined()
    for (const wrong of [{ quantile: 1 }, { quantile: 0 }, { learningRate: 1.1 }, { countNoise: 0 }, { norm: 1 }])
      expect(() => asked(wrong)).toThrowError(expect.objectContaining({ code: 'CORE-E001' }))
  })

  it('sizes a convolution over words unless told otherwise', () => {
    expect(parseConfig({ ...config, model: { architecture: 'text-convolution' } }).model).toEqual({
      architecture: 'text-convolution',
      buckets: 16_384,
      dimension: 32,
      widths: [2, 3, 4],
      filters: 64,
    })
  })
})
