import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  combinePolicy,
  compareDurations,
  digestOf,
  operators,
  type Duration,
  type JsonValue,
  type Obligation,
  type Plugin,
} from '../src/index.js'

const duration = fc.integer({ min: 1, max: 12 }).map((years): Duration => `P${years}Y`)
const type = fc.constantFrom('EMAIL', 'PHONE', 'PERSON')
const obligation = (control: string): fc.Arbitrary<Obligation> =>
  fc.oneof(
    fc.record({
      kind: fc.constant('remove-identifiers' as const),
      rules: fc.array(fc.record({ type, operator: fc.constantFrom(...operators) }), { minLength: 1, maxLength: 3 }),
      control: fc.constant(control),
    }),
    fc.record({
      kind: fc.constant('limit-epsilon' as const),
      epsilon: fc.integer({ min: 1, max: 9 }),
      delta: fc.constantFrom(1e-5, 1e-6),
      control: fc.constant(control),
    }),
    fc.record({
      kind: fc.constant('limit-metric' as const),
      metric: fc.constantFrom('a', 'b'),
      max: fc.double({ min: 0, max: 1, noNaN: true }),
      control: fc.constant(control),
    }),
    fc.record({
      kind: fc.constant('require-approvals' as const),
      count: fc.integer({ min: 1, max: 4 }),
      control: fc.constant(control),
    }),
    fc.record({ kind: fc.constant('local-only' as const), control: fc.constant(control) }),
    fc.record({
      kind: fc.constant('connect-to' as const),
      host: fc.constantFrom('a.example', 'b.example'),
      control: fc.constant(control),
    }),
    fc.record({
      kind: fc.constant('honour-erasure' as const),
      dataClass: fc.constantFrom('training-data', 'logs'),
      control: fc.constant(control),
    }),
    fc.record({
      kind: fc.constant('hold' as const),
      dataClass: fc.constantFrom('training-data', 'logs'),
      id: fc.constantFrom('H1', 'H2'),
      control: fc.constant(control),
    }),
    fc.record({
      kind: fc.constant('require-document' as const),
      document: fc.constantFrom('dpia', 'baa'),
      control: fc.constant(control),
    }),
    fc.record({
      kind: fc.constant('retain' as const),
      dataClass: fc.constantFrom('training-data', 'logs'),
      min: duration,
      max: duration,
      trigger: fc.constantFrom('start', 'end'),
      control: fc.constant(control),
    }),
  )

const plugins: fc.Arbitrary<Plugin[]> = fc
  .uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1, maxLength: 5 })
  .chain(names =>
    fc.tuple(
      ...names.map(name =>
        fc
          .array(obligation(`${name.toUpperCase()}-1`), { maxLength: 4 })
          .map((obligations): Plugin => ({ name, version: '1.0.0', core: '*', obligations })),
      ),
    ),
  )

const digest = (value: unknown) => digestOf(value as JsonValue)

describe('the effective policy', () => {
  it('does not depend on the order of plugins', () => {
    fc.assert(
      fc.property(
        plugins.chain(some => fc.tuple(fc.constant(some), fc.shuffledSubarray(some, { minLength: some.length }))),
        ([some, shuffled]) => {
          expect(digest(combinePolicy(shuffled))).toBe(digest(combinePolicy(some)))
        },
      ),
    )
  })

  it('never gets looser when a plugin is added', () => {
    fc.assert(
      fc.property(plugins, some => {
        const more = combinePolicy(some)
        const less = combinePolicy(some.slice(1))
        expect(more.epsilon?.value.epsilon ?? Infinity).toBeLessThanOrEqual(less.epsilon?.value.epsilon ?? Infinity)
        expect(more.approvals?.value ?? 0).toBeGreaterThanOrEqual(less.approvals?.value ?? 0)
        const strength = (policy: typeof more, of: string) =>
          operators.indexOf(policy.identifiers.find(({ value }) => value.type === of)?.value.operator as never)
        for (const of of ['EMAIL', 'PHONE', 'PERSON'])
          expect(strength(more, of)).toBeGreaterThanOrEqual(strength(less, of))
        for (const { value } of less.metrics)
          expect(more.metrics.find(m => m.value.metric === value.metric)!.value.max).toBeLessThanOrEqual(value.max)
        expect(more.documents.length).toBeGreaterThanOrEqual(less.documents.length)
      }),
    )
  })

  it('has a retention conflict exactly when the longest minimum exceeds the shortest maximum', () => {
    fc.assert(
      fc.property(plugins, some => {
        const policy = combinePolicy(some)
        for (const { value } of policy.retention) {
          const isEmpty = value.min && value.max && compareDurations(value.min, value.max) > 0
          expect(policy.conflicts.some(({ id }) => id === `retain:${value.dataClass}`)).toBe(Boolean(isEmpty))
        }
      }),
    )
  })

  it('names everybody who asked', () => {
    const ask = (name: string, epsilon: number): Plugin => ({
      name,
      version: '1.0.0',
      core: '*',
      obligations: [{ kind: 'limit-epsilon', epsilon, delta: 1e-5, control: `${name}-1` }],
    })
    expect(combinePolicy([ask('b', 3), ask('a', 8)]).epsilon).toEqual({
      value: { epsilon: 3, delta: 1e-5 },
      sources: [
        { plugin: 'a', control: 'a-1' },
        { plugin: 'b', control: 'b-1' },
      ],
    })
  })
})
