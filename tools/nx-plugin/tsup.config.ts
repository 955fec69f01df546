import { library } from '../../tsup.config.base.js'

/** nx loads generators with `require`, hence the second format. */
export default library({
  entry: ['src/index.ts', 'src/generator.ts', 'src/bin.ts'],
  format: ['esm', 'cjs'],
  shims: true,
})
