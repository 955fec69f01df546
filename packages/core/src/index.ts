export * from './canonical-json.js'
export * from './clock.js'
export * from './config.js'
export * from './contracts/index.js'
export * from './digest.js'
export * from './duration.js'
export * from './errors.js'
export * from './hooks.js'
export * from './obligations.js'
export * from './plugin.js'
export * from './policy.js'
export * from './record-batch.js'
export * from './run-record.js'
export {
  provide,
  token,
  tokenName,
  type Environment,
  type Provider,
  type Services,
  type ServiceToken,
} from './services.js'
