export { controls } from './controls.js'
export { errorCatalogue } from './errors.js'
export { soxOptions, type SoxOptions } from './options.js'
export { default as sox } from './plugin.js'
