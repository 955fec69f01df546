export { default as egress } from './plugin.js'
export { errorCatalogue } from './errors.js'
export { egressGuard } from './guard.js'
