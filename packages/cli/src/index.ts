export { errorCatalogue } from './errors.js'
export { main } from './main.js'
