export * from './files/index.js'
export * from './text/index.js'
export * from './models/index.js'
export { errorCatalogue } from './errors.js'
