import { library } from '../../tsup.config.base.js'

// The thread that rewrites a part of a file is loaded by its file name.
export default library({
  entry: { index: 'src/index.ts', 'rewrite-thread': 'src/rewrite/rewrite-thread.ts' },
  dts: { entry: { index: 'src/index.ts' } },
})
