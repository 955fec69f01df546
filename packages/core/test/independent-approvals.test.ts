import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { independentApprovals, sha256, type Approval } from '../src/index.js'

const approval = (signer: string, keyId = `key-${signer}`): Approval => ({
  signer,
  keyId,
  roles: [],
  statement: sha256(`${signer} ${keyId}`),
})

const names = (approvals: readonly Approval[]): string[] =>
  independentApprovals(approvals, 'ada').map(({ signer, keyId }) => `${signer} ${keyId}`)

describe('independentApprovals', () => {
  it('counts two people with two keys', () => {
    expect(names([approval('bob'), approval('cyd')])).toEqual(['bob key-bob', 'cyd key-cyd'])
  })

  it('never counts the author', () => {
    expect(names([approval('ada'), approval('ada', 'other key'), approval('bob')])).toEqual(['bob key-bob'])
  })

  it('counts one person with two keys once', () => {
    expect(names([approval('bob'), approval('bob', 'second key')])).toEqual(['bob key-bob'])
  })

  it('counts two names with one key once', () => {
    expect(names([approval('bob', 'k'), approval('cyd', 'k')])).toEqual(['bob k'])
  })

  it('gives distinct people and keys without the author, whatever it is given', () => {
    const some = fc.record({
      signer: fc.constantFrom('ada', 'bob', 'cyd', 'dan'),
      keyId: fc.constantFrom('1', '2', '3'),
    })
    fc.assert(
      fc.property(fc.array(some, { maxLength: 12 }), list => {
        const counted = independentApprovals(
          list.map(({ signer, keyId }) => approval(signer, keyId)),
          'ada',
        )
        expect(counted.some(({ signer }) => signer === 'ada')).toBe(false)
        expect(new Set(counted.map(({ signer }) => signer)).size).toBe(counted.length)
        expect(new Set(counted.map(({ keyId }) => keyId)).size).toBe(counted.length)
      }),
    )
  })
})
