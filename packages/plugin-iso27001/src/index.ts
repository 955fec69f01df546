export { controls } from './controls.js'
export { errorCatalogue } from './errors.js'
export {
  classifications,
  defaultIdentifiers,
  iso27001Options,
  type Classification,
  type Iso27001Options,
} from './options.js'
export { default as iso27001 } from './plugin.js'
