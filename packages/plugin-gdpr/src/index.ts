export { controls } from './controls.js'
export { errorCatalogue } from './errors.js'
export { defaultIdentifiers, gdprOptions, legalBases, type GdprOptions, type LegalBasis } from './options.js'
export { default as gdpr } from './plugin.js'
