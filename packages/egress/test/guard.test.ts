import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import type { ClosedEgress } from '@attestry/core'
import { allowedNow, egressGuard, isClosed, mayReach, mayStart, refuse } from '../src/guard.js'
import { isLoopback, parseAllowed, recordedHost } from '../src/hosts.js'

const open: ClosedEgress[] = []
const close = (hosts: readonly string[]): ClosedEgress => {
  const closed = egressGuard.close(hosts)
  open.push(closed)
  return closed
}
afterEach(() => open.splice(0).forEach(closed => closed.release()))

describe('several guards at once', () => {
  it('let through only what all of them allow, and count each refusal', () => {
    const first = close(['a.example', 'b.example', 'command:node'])
    const second = close(['b.example', 'command:node'])
    expect(['a.example', 'b.example', 'c.example'].map(host => mayReach(host, 443))).toEqual([false, true, false])
    expect(allowedNow()).toEqual(['b.example', 'command:node'])
    expect([mayStart('node'), mayStart('curl')]).toEqual([true, false])
    expect(refuse('c.example', 'net')).toMatchObject({ code: 'EGRESS-E001' })
    expect([first.refusals(), second.refusals()]).toEqual([1, 1])
    second.release()
    second.release()
    expect(mayReach('a.example', 443)).toBe(true)
    first.release()
    expect(isClosed()).toBe(false)
  })

  it('list a bounded number of refusals and count them all', () => {
    const closed = close([])
    for (let i = 0; i < 250; i++) refuse('x.example', 'net')
    expect(closed.refused()).toHaveLength(100)
    expect(closed.refusals()).toBe(250)
  })
})

describe('hosts', () => {
  it('loopback has few spellings; every other one is a name that must be allowed', () => {
    for (const host of ['localhost', 'LOCALHOST.', '127.0.0.1', '127.9.9.9', '::1', '[::1]', '::ffff:127.0.0.1'])
      expect(isLoopback(host), host).toBe(true)
    for (const host of [
      '127.1',
      '2130706433',
      '0.0.0.0',
      '::',
      '10.0.0.1',
      '127.0.0.1.example.com',
      'localhost.example',
    ])
      expect(isLoopback(host), host).toBe(false)
  })

  it('are read with and without a port', () => {
    expect(parseAllowed('Mail.Example:587')).toEqual({ host: 'mail.example', port: 587 })
    expect(parseAllowed('[2001:db8::1]:443')).toEqual({ host: '2001:db8::1', port: 443 })
    expect(parseAllowed('2001:db8::1')).toEqual({ host: '2001:db8::1', port: null })
    expect(parseAllowed('10.0.0.7')).toEqual({ host: '10.0.0.7', port: null })
  })

  it('leave no more than two labels in a record', () => {
    fc.assert(
      fc.property(fc.domain(), host => {
        const recorded = recordedHost(host)
        expect(recorded.replace(/^\*\./, '').split('.').length).toBeLessThanOrEqual(2)
        expect(recorded.length).toBeLessThanOrEqual(64)
      }),
    )
  })
})
