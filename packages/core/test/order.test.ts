import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { orderHandlers, type HookEntry, type Plugin } from '../src/index.js'

const abstain = () => ({ decision: 'abstain' }) as const
const at = (name: string, place: Omit<Exclude<HookEntry<'deploy'>, Function>, 'handler'> = {}): Plugin => ({
  name,
  version: '1.0.0',
  core: '*',
  hooks: { deploy: { handler: abstain, ...place } },
})
const names = (plugins: readonly Plugin[]) => orderHandlers(plugins, 'deploy').map(({ plugin }) => plugin.name)

describe('the order of handlers', () => {
  it('is pre, normal, post, then by name', () => {
    expect(
      names([at('d'), at('c', { order: 'post' }), at('b'), at('a', { order: 'post' }), at('e', { order: 'pre' })]),
    ).toEqual(['e', 'b', 'd', 'a', 'c'])
  })

  it('obeys before and after within its tier', () => {
    expect(names([at('a', { after: ['c'] }), at('b'), at('c')])).toEqual(['c', 'a', 'b'])
    expect(names([at('a'), at('b'), at('c', { before: ['a'] })])).toEqual(['c', 'a', 'b'])
  })

  it('ignores wishes about plugins that are not loaded or stand in another tier', () => {
    expect(names([at('a', { after: ['zzz', 'p'] }), at('p', { order: 'post' })])).toEqual(['a', 'p'])
  })

  it('refuses a contradiction and prints it', () => {
    expect(() => names([at('a', { before: ['b'] }), at('b', { before: ['a'] })])).toThrow(/a -> b -> a|b -> a -> b/)
  })

  it('does not depend on the order of registration', () => {
    const some = [at('a', { after: ['d'] }), at('b', { order: 'pre' }), at('c'), at('d'), at('e', { before: ['c'] })]
    fc.assert(
      fc.property(fc.shuffledSubarray(some, { minLength: some.length }), shuffled => {
        expect(names(shuffled)).toEqual(names(some))
      }),
    )
  })
})
