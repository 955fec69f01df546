export { forbiddenClaims } from './claims.js'
export { changedNumbers, deepFreeze } from './deep-freeze.js'
export {
  checkPlugin,
  conformance,
  rules,
  type ConformanceOptions,
  type Finding,
} from './conformance.js'
export { type Freshness } from './check-manifest.js'
export { errorCatalogue } from './errors.js'
export { FakeClock } from './fakes/fake-clock.js'
export { MemoryAccess, type FakePermission } from './fakes/memory-access.js'
export { MemoryApprovals, type FakeApproval } from './fakes/memory-approvals.js'
export { MemoryConsent, type FakeConsent, type FakeWishes } from './fakes/memory-consent.js'
export { MemoryLog } from './fakes/memory-log.js'
export { MemoryRegister, type FakeAttestation } from './fakes/memory-register.js'
export { MemoryRetention } from './fakes/memory-retention.js'
export { MemorySchedules, type FakeCheck } from './fakes/memory-schedules.js'
export { MemoryScrubber } from './fakes/memory-scrubber.js'
export { fakeStatement, MemoryStatements, type FakeSigner } from './fakes/memory-statements.js'
export { MemorySubjectRequests, type FakeCase } from './fakes/memory-subject-requests.js'
export { batchOf, digestOfRows, rowsOf, type Row } from './rows.js'
export {
  runPlugin,
  service,
  type ConfigParts,
  type Dropped,
  type PluginRun,
  type PluginRunInput,
} from './run-plugin.js'
export { optional, shared, skipNote, type Found } from './shared.js'
export { breakages, exampleEngine, type Breakage, type ExampleTraining } from './engine/broken-engines.js'
export { checkPrivateEngine, engineRules, type EngineFinding, type EngineRule } from './engine/invariants.js'
export { type Accounted, type EnginePlan, type PrivateEngine } from './engine/private-engine.js'
export { type ClippingNormRule } from './engine/clipping-norm-rules.js'
