import type { Command } from '../command.js'

/** Every command, in the order in which people need them. Loaded when it is asked for: most need little of what there is. */
export const commands: Readonly<Record<string, () => Promise<Command>>> = {
  init: async () => (await import('./init.js')).init,
  keys: async () => (await import('./keys.js')).keys,
  access: async () => (await import('./access.js')).access,
  plugins: async () => (await import('./plugins.js')).plugins,
  policy: async () => (await import('./policy.js')).policy,
  consent: async () => (await import('./consent.js')).consent,
  run: async () => (await import('./run.js')).run,
  attest: async () => (await import('./attest.js')).attest,
  approve: async () => (await import('./approve.js')).approve,
  resume: async () => (await import('./run.js')).resume,
  report: async () => (await import('./report.js')).report,
  checklist: async () => (await import('./checklist.js')).checklist,
  lineage: async () => (await import('./lineage.js')).lineage,
  retention: async () => (await import('./retention.js')).retention,
  subject: async () => (await import('./subject.js')).subject,
  pii: async () => (await import('./pii.js')).pii,
  privacy: async () => (await import('./privacy.js')).privacy,
  disclosure: async () => (await import('./disclosure.js')).disclosure,
  monitor: async () => (await import('./monitor.js')).monitor,
  train: async () => (await import('./train.js')).train,
  verify: async () => (await import('./verify.js')).verify,
  explain: async () => (await import('./explain.js')).explain,
  doctor: async () => (await import('./doctor.js')).doctor,
}
