import { Container } from 'typedi'
import { describe, expect, it } from 'vitest'
import { openServices, provide, token, type Provider } from '../src/index.js'

interface Counter {
  readonly n: number
}
const A = token<Counter>('A')
const B = token<Counter>('B')
const environment = (runId: string) => ({ runId, directory: '', workspace: '' })

describe('the services of a run', () => {
  it('are made at most once, when they are first asked for', () => {
    let made = 0
    const services = openServices([provide({ token: A, factory: () => ({ n: ++made }) })], environment('once'))
    expect(made).toBe(0)
    const view = services.view('test', [A])
    expect([view.get(A).n, view.get(A).n, made]).toEqual([1, 1, 1])
  })

  it('refuse what was not declared, and say who asked', () => {
    const services = openServices([provide({ token: A, factory: () => ({ n: 1 }) })], environment('undeclared'))
    expect(() => services.view('the plugin x', []).get(A)).toThrow('the plugin x asked for the service A')
  })

  it('hold a maker to what it declared as well', () => {
    const providers: Provider[] = [
      provide({ token: A, factory: services => services.get(B) }),
      provide({ token: B, factory: () => ({ n: 2 }) }),
    ]
    const services = openServices(providers, environment('maker'))
    expect(() => services.view('test', [A]).get(A)).toThrow('the provider of A asked for the service B')
  })

  it('say what is missing, or give undefined when asked softly', () => {
    const view = openServices([], environment('missing')).view('test', [A])
    expect(() => view.get(A)).toThrow('no plugin provides A, which test needs')
    expect(view.find(A)).toBeUndefined()
  })

  it('are apart between runs', () => {
    let made = 0
    const providers = [provide({ token: A, factory: () => ({ n: ++made }) })]
    const first = openServices(providers, environment('first')).view('test', [A]).get(A)
    const second = openServices(providers, environment('second')).view('test', [A]).get(A)
    expect(first).not.toBe(second)
  })

  it('are released newest first and forgotten, even when one release fails', async () => {
    const order: string[] = []
    const services = openServices(
      [
        provide({ token: A, factory: () => ({ n: 1 }), release: () => void order.push('A') }),
        provide({
          token: B,
          factory: () => ({ n: 2 }),
          release: () => {
            order.push('B')
            throw new Error('stuck')
          },
        }),
      ],
      environment('released'),
    )
    const view = services.view('test', [A, B])
    view.get(A)
    view.get(B)
    await expect(services.close()).rejects.toThrow('stuck')
    expect(order).toEqual(['B', 'A'])
    expect(Container.of('released').has(A)).toBe(false)
  })
})
