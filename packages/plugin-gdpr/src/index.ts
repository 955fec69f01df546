export { controls } from './controls.js'
export { errorCatalogue } from './errors.js'
export {
  defaultIdentifiers,
  exceptions,
  gdprOptions,
  legalBases,
  type GdprOptions,
  type LegalBasis,
  type SpecialCategory,
} from './options.js'
export { default as gdpr } from './plugin.js'
