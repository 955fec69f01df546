export { signCheckpoint, openCheckpoint, parseCheckpoint, logOrigin, type Checkpoint } from './checkpoint.js'
export type { Disk, DiskFile } from './disk.js'
export { nodeDisk } from './disk.js'
export { encodeEntry, decodeEntry, checkEntry, type Commitment, type Entry } from './entry.js'
export { errorCatalogue } from './errors.js'
export type { Problem } from './findings.js'
export {
  createSigningKey,
  loadLogKey,
  loadSigningKey,
  logKeyFiles,
  readLogVkey,
} from './keys.js'
export { openLog, type LogOptions, type LogWriter } from './log.js'
export { logWriterNow } from './log-in-use.js'
export { readLog, type LogReader } from './log-reader.js'
export { verifyConsistency, verifyInclusion, type ConsistencyClaim, type InclusionClaim } from './merkle-proofs.js'
export {
  consistencyProof,
  emptyRoot,
  inclusionProof,
  leafHash,
  merkleRoot,
  nodeHash,
  type Hash,
} from './merkle-tree.js'
export { default as audit } from './plugin.js'
export {
  createPrincipalKey,
  principalKeyFile,
  principalsFile,
  readPrincipals,
  type Principal,
} from './principals.js'
export {
  formatVkey,
  keyIdOf,
  openNote,
  parseVkey,
  signNote,
  verifierKey,
  type SigningKey,
  type VerifierKey,
} from './signed-note.js'
export { preAuthEncoding, predicateTypeOf, signStatement } from './statement.js'
export {
  openStatementStore,
  readRegister,
  readStatements,
  registerFolder,
  runRole,
  type StoreOptions,
} from './statement-store.js'
export { measureThroughput, type Throughput, type ThroughputOptions } from './throughput.js'
export {
  createTileTree,
  decodeBundle,
  encodeBundle,
  parseTilePath,
  tilePath,
  type TileId,
  type TileTree,
} from './tiles.js'
export { disposedFiles, verifyRun, type DisposedFile, type VerifyReport } from './verify-run.js'
export {
  hasWorkspaceLog,
  withWorkspaceLog,
  workspaceLogDirectory,
  workspaceRun,
  type WorkspaceLog,
} from './workspace-log.js'
