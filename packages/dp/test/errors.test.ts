import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAttestryError, type PrivacySpent } from '@attestry/core'
import { describe, expect, it } from 'vitest'
import * as errors from '../src/errors.js'

const { errorCatalogue, brokenMembers, overBudget, overBudgetOfPeople, ...makers } = errors
const spent: PrivacySpent = { epsilon: 1, delta: 0, adjacency: 'replace-one' }
const made = [
  overBudget('epsilon', { spent, after: spent, asked: spent, limit: 1, dataset: 'x' }),
  overBudgetOfPeople('delta', {
    people: 1,
    of: 2,
    unit: 'person',
    records: 2,
    groupOf: 2,
    spent,
    after: spent,
    limit: 1,
    left: 1,
    dataset: 'x',
  }),
  brokenMembers('sha256:1', 'x'),
  ...Object.values(makers).map(make => (make as (...args: unknown[]) => unknown)(1, 1, 1, 1, 'x')),
]

describe('the error catalogue', () => {
  it('explains every code that the package can throw, and no other', () => {
    const codes = made.map(error => (isAttestryError(error) ? error.code : 'none'))
    expect(codes.toSorted()).toEqual(Object.keys(errorCatalogue).toSorted())
  })

  it('explains in at least three sentences, with a refused and a mended example', () => {
    for (const [code, { title, explanation, example }] of Object.entries(errorCatalogue)) {
      expect(explanation.split(/\.(?:\s|$)/).filter(Boolean).length, code).toBeGreaterThanOrEqual(3)
      expect(title, code).not.toMatch(/\.$/)
      expect(example, code).toMatch(/refused: [\s\S]+mended: /)
    }
  })

  it('gives every error a next step', () => {
    for (const error of made) expect((error as { help?: string }).help?.length).toBeGreaterThan(10)
  })

  it('has a test for every code', () => {
    const tests = readdirSync(import.meta.dirname)
      .filter(name => name.endsWith('.test.ts') && name !== 'errors.test.ts')
      .map(name => readFileSync(join(import.meta.dirname, name), 'utf8'))
      .join('\n')
    for (const code of Object.keys(errorCatalogue)) expect(tests, code).toContain(`'${code}'`)
  })
})
