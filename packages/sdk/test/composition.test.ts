import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import * as core from '@attestry/core'
import { allErrors, mechanisms, regulations, regulationPlugin } from '@attestry/sdk'

const tokens = [
  core.AuditLog,
  core.StatementStore,
  core.Vault,
  core.DataReader,
  core.ShardStore,
  core.Lineage,
  core.PiiScrubber,
  core.PrivacyLedger,
  core.SubjectHandles,
  core.ConsentRegistry,
  core.Register,
  core.Approvals,
  core.Trainer,
  core.Reweighing,
  core.Notifier,
  core.ReportWriter,
  core.EgressGuard,
  core.SubjectKeys,
  core.SubjectRequests,
  core.Retention,
  core.AccessControl,
  core.CheckSchedules,
] as readonly core.ServiceToken<unknown>[]

describe('the ready-made composition, as it is built', () => {
  it('provides the services of the contracts, and each can be made', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'attestry-composition-'))
    const providers = mechanisms(directory).flatMap(({ provides = [] }) => provides)
    const environment = { runId: 'composition', directory: join(directory, 'run'), workspace: directory }
    const services = core.openServices(providers, environment)
    const view = services.view('test', tokens)
    for (const token of tokens) expect(view.get(token), core.tokenName(token)).toBeTypeOf('object')
    await services.close()
    rmSync(directory, { recursive: true, force: true })
  })

  it('names the tokens of every service that the contracts declare', () => {
    const declared = Object.entries(core).filter(
      ([name, value]) =>
        typeof value === 'object' && value?.constructor?.name === 'Token' && name[0] === name[0]!.toUpperCase(),
    )
    expect(declared.map(([name]) => name).sort()).toEqual(tokens.map(core.tokenName).sort())
  })

  it('loads with every subset of regulations, in any order, and gives one policy', () => {
    const names = regulations.map(({ name }) => name)
    for (let bits = 0; bits < 2 ** names.length; bits++) {
      const some = names.filter((_, i) => bits & (1 << i)).map(name => regulationPlugin(name))
      const policies = [some, [...some].reverse()].map(order => {
        const plugins = [...order, ...mechanisms('.')]
        core.checkPlugins(plugins, [])
        return core.digestOf(core.combinePolicy(plugins))
      })
      expect(policies[0]).toBe(policies[1])
    }
  })

  it('knows which regulations disagree, pair by pair', () => {
    const found = regulations.flatMap(({ name: one }, i) =>
      regulations.slice(i + 1).flatMap(({ name: other }) => {
        const { conflicts } = core.combinePolicy([regulationPlugin(one), regulationPlugin(other)])
        return conflicts.map(({ id }) => `${one} ${other} ${id}`)
      }),
    )
    // A duty to keep for seven years against everybody who limits how long training data is kept.
    expect(found.sort()).toEqual([
      'CCPA SOX retain:training-data',
      'GDPR SOX retain:training-data',
      'SOX ISO27001 retain:training-data',
      'SOX SOC2 retain:training-data',
    ])
    const held = [regulationPlugin('GDPR'), regulationPlugin('SOX', { holds: ['2026-1'] })]
    expect(core.combinePolicy(held).conflicts.map(({ id }) => id)).toEqual([
      'erase:training-data',
      'retain:training-data',
    ])
  })

  it('gives every plugin the version of its package', () => {
    for (const { name, version } of mechanisms('.')) expect(version, name).toMatch(/^\d+\.\d+\.\d+/)
  })

  it('explains every error code in at least three sentences', () => {
    for (const [code, { explanation, example, title }] of Object.entries(allErrors)) {
      expect(explanation.split(/[.?!](?:\s|$)/).filter(Boolean).length, code).toBeGreaterThanOrEqual(3)
      expect(title && example, code).toBeTruthy()
    }
  })
})
