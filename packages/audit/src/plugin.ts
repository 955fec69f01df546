import {
  AuditLog,
  definePlugin,
  provide,
  StatementStore,
  Vault,
  versionOf,
  type Environment,
  type PluginFactory,
} from '@attestry/core'
import { loadLogKey } from './keys.js'
import { lazyLog, type ClosableLog } from './lazy-log.js'
import { openStatementStore } from './statement-store.js'

/** The log and the statements of a run, kept in its folder. */
const plugin: PluginFactory<void> = definePlugin(() => ({
  name: '@attestry/audit',
  version: versionOf(import.meta.url),
  core: '^0.1.0',
  answers: ['audit-training'],
  provides: [
    provide({
      token: AuditLog,
      requires: [Vault],
      factory: (services, environment) => lazyLog(environment, services.find(Vault)),
      release: log => (log as ClosableLog).close(),
    }),
    provide({ token: StatementStore, factory: (_, environment) => storeOf(environment) }),
  ],
}))

export default plugin

function storeOf(environment: Environment): StatementStore {
  const { runId: run, directory, workspace } = environment
  let opened: Promise<StatementStore> | undefined
  const store = (): Promise<StatementStore> =>
    (opened ??= loadLogKey(workspace).then(key => openStatementStore({ run, directory, workspace, key })))
  return {
    write: async draft => (await store()).write(draft),
    read: async type => (await store()).read(type),
    rejected: async () => (await store()).rejected(),
  }
}
