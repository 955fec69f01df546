import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  AccessControl,
  Approvals,
  AuditLog,
  checkPlugins,
  ConsentRegistry,
  openServices,
  Register,
  StatementStore,
  SubjectHandles,
} from '@attestry/core'
import { describe, expect, it } from 'vitest'
import { governance } from '../src/index.js'
import { MemoryLog } from './access-fixtures.js'
import { clockAt, errorOf, folder, storeOf } from './fixtures.js'

const serve = (options: Parameters<typeof governance>[0]) => {
  const workspace = folder()
  const { provides = [] } = governance(options)
  const store = { token: StatementStore, factory: () => storeOf([]) }
  const log = { token: AuditLog, factory: () => new MemoryLog() }
  const runId = `run ${workspace}`
  const services = openServices([...provides, store, log] as typeof provides, {
    runId,
    directory: workspace,
    workspace,
  })
  return {
    workspace,
    close: services.close,
    view: services.view(
      'test',
      provides.map(({ token }) => token),
    ),
  }
}

describe('governance plugin', () => {
  it('loads beside a statement store', () => {
    const store = {
      name: 'store',
      version: '1.0.0',
      core: '^0.1.0',
      provides: [{ token: StatementStore, factory: () => storeOf([]) }],
    }
    expect(() => checkPlugins([governance(), store], [])).not.toThrow()
    expect(errorOf(() => checkPlugins([governance()], [])).code).toBe('CORE-E004')
  })

  it('provides its services in a workspace', async () => {
    const consent = join(folder(), 'consent.jsonl')
    writeFileSync(
      consent,
      '{"subject":"ada","purpose":"support","state":"given","at":"2026-01-01T00:00:00Z","notice":"v1"}\n',
    )
    const { view, close, workspace } = serve({ consent, trustedClock: clockAt('2026-06-01T00:00:00Z') })
    const handle = view.get(SubjectHandles).handleOf('ada')
    expect(view.get(ConsentRegistry).state(handle, 'support')).toBe('given')
    expect(await view.get(Register).find('dpia', {})).toMatchObject({ state: 'missing' })
    expect(await view.get(Approvals).valid({ digests: {}, author: 'ada' })).toEqual({ approvals: [], void: [] })
    await close()
    const again = governance().provides!.find(({ token }) => token === SubjectHandles)!
    const handles = again.factory({} as never, { runId: 'x', directory: workspace, workspace }) as SubjectHandles
    expect(handles.handleOf('ada')).toBe(handle)
  })

  it('knows no consent without a consent file, and stops on a missing one', () => {
    expect(serve(undefined).view.get(ConsentRegistry).state('00', 'support')).toBe('unknown')
    const { view } = serve({ consent: 'none.jsonl', baseDirectory: folder() })
    expect(errorOf(() => view.get(ConsentRegistry)).code).toBe('GOV-E001')
  })

  it('decides on access by the policies shipped and those of a file, unless another plugin does', async () => {
    const baseDirectory = folder()
    writeFileSync(join(baseDirectory, 'own.cedar'), '@id("none") forbid (principal, action, resource);')
    const { view } = serve({ baseDirectory, policies: 'own.cedar' })
    const request = { principal: 'dana', action: 'run', resource: 'workspace' }
    expect(await view.get(AccessControl).decide(request)).toMatchObject({ decision: 'deny' })
    expect(view.get(AccessControl).policyDigest).not.toBe(serve({}).view.get(AccessControl).policyDigest)
    const { provides = [] } = governance({ access: 'elsewhere' })
    expect(provides.map(({ token }) => token)).not.toContain(AccessControl)
  })

  it('stops at once on policies that cannot be read, are not valid, or would decide nothing', () => {
    const baseDirectory = folder()
    const policies = 'own.cedar'
    expect(errorOf(() => governance({ baseDirectory, policies })).code).toBe('GOV-E401')
    writeFileSync(join(baseDirectory, policies), 'permit (')
    expect(errorOf(() => governance({ baseDirectory, policies })).code).toBe('GOV-E402')
    expect(errorOf(() => governance({ policies, access: 'elsewhere' })).code).toBe('GOV-E005')
  })

  it('refuses unknown options', () => {
    expect(errorOf(() => governance({ consents: 'x' } as never)).code).toBe('GOV-E005')
    expect(errorOf(() => governance({ trustedClock: 7 } as never)).message).toContain('trustedClock')
  })
})
