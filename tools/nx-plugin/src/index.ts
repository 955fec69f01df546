export { createPlugin, type CreatePluginOptions } from './create-plugin.js'
export { errorCatalogue, type ScaffoldError } from './errors.js'
export { namesOf, type Names } from './names.js'
export { coreVersion, pluginFiles, type PluginTemplate, type Surroundings } from './template.js'
