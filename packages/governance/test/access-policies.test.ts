import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { accessRoles } from '../src/access/roles.js'
import { parsePolicies } from '../src/access/policies.js'
import { readPolicyFile } from '../src/access/policy-file.js'
import { errorOf, folder } from './fixtures.js'

const problem = (text: string): string => errorOf(() => parsePolicies(text, 'access.cedar')).code
const messageOf = (text: string): string => errorOf(() => parsePolicies(text, 'access.cedar')).message
const nights = '@id("no-nights") forbid (principal, action == Action::"run", resource) when { context has emergency };'
const interns = '@id("interns") permit (principal in Role::"intern", action == Action::"read-report", resource);'

describe('access policies', () => {
  it('shipped here are valid, and name every role of the table', () => {
    const { byId, roles } = parsePolicies()
    expect(Object.keys(byId)).toContain('nobody-approves-their-own')
    expect(roles).toEqual(accessRoles.map(({ role }) => role).sort())
    for (const { role } of accessRoles) expect(Object.values(byId).join(''), role).toContain(`Role::"${role}"`)
  })

  it('of a file add to those shipped here, and may name roles of their own', () => {
    const { byId, roles } = parsePolicies(interns)
    expect(Object.keys(byId).length).toBe(Object.keys(parsePolicies().byId).length + 1)
    expect(roles).toContain('intern')
    const inCondition = '@id("r") forbid (principal, action, resource) when { principal in Role::"leaver" };'
    expect(parsePolicies(inCondition).roles).toContain('leaver')
  })

  it('have a digest of their meaning: order, spaces and comments do not matter, everything else does', () => {
    const { digest } = parsePolicies(`${nights}\n${interns}`)
    expect(parsePolicies(`// why\n${interns}\n\n  ${nights}`).digest).toBe(digest)
    expect(parsePolicies(nights).digest).not.toBe(digest)
    expect(parsePolicies(`${nights}${interns.replace('read-report', 'read-log')}`).digest).not.toBe(digest)
  })

  it.each([
    ['what is no Cedar', 'permit ('],
    ['an action that does not exist', '@id("a") forbid (principal, action == Action::"aprove", resource);'],
    ['a type that does not exist', '@id("a") permit (principal in Group::"x", action, resource);'],
    ['a field that does not exist', '@id("a") forbid (principal, action, resource) when { context.night };'],
    ['a field that may be absent', '@id("a") forbid (principal, action, resource) when { context.emergency };'],
    ['a rule that can never apply', '@id("a") forbid (principal, action, resource) when { false };'],
    [
      'a number that would be rounded',
      nights.replace('context has emergency', 'context has rows && context.rows > 9007199254740993'),
    ],
    ['a template', '@id("a") permit (principal == ?principal, action, resource);'],
    ['too many', Array.from({ length: 501 }, (_, i) => nights.replace('no-nights', `n${i}`)).join('\n')],
  ])('are refused: %s', (_, text) => {
    expect(problem(text)).toBe('GOV-E402')
  })

  it('say where they are wrong', () => {
    expect(messageOf(`${nights}\n\npermit (`)).toContain('line 3')
    expect(messageOf('@id("a") forbid (principal, action == Action::"aprove", resource);')).toContain('approve')
  })

  it.each([
    ['without an id', 'forbid (principal, action, resource);'],
    ['with an id of other characters', nights.replace('no-nights', 'rule:x')],
    ['with the id of a shipped one', nights.replace('no-nights', 'engineer-runs')],
    ['with the id of another', nights + nights],
  ])('are refused %s', (_, text) => {
    expect(problem(text)).toBe('GOV-E403')
  })

  it.each(['principal', 'principal is Principal'])('are refused when they permit everybody: %s', scope => {
    const text = (effect: string, of: string): string =>
      `@id("a") ${effect} (${of}, action == Action::"run", resource);`
    expect(problem(text('permit', scope))).toBe('GOV-E404')
    expect(parsePolicies(text('forbid', scope)).byId).toHaveProperty('a')
    expect(parsePolicies(text('permit', `${scope} in Role::"x"`)).roles).toContain('x')
  })
})

describe('a file of access policies', () => {
  it('is read with what it names', () => {
    const path = join(folder(), 'access.cedar')
    writeFileSync(path, `\ufeff${interns}`)
    expect(readPolicyFile(path).digest).toBe(parsePolicies(interns).digest)
  })

  it('stops everything when it cannot be read', () => {
    const path = join(folder(), 'access.cedar')
    const code = (): string => errorOf(() => readPolicyFile(path, 'access.cedar')).code
    expect(code()).toBe('GOV-E401')
    writeFileSync(path, Buffer.from([0x40, 0xff]))
    expect(code()).toBe('GOV-E401')
    writeFileSync(path, ' '.repeat(256 * 1024 + 1))
    expect(code()).toBe('GOV-E401')
    expect(errorOf(() => readPolicyFile(folder(), 'access.cedar')).message).toContain('not a regular file')
  })
})
