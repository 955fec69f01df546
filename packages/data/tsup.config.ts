import { library } from '../../tsup.config.base.js'

// The thread that decodes Parquet is loaded by its file name.
export default library({ entry: ['src/index.ts', 'src/parquet-worker.js'], dts: { entry: 'src/index.ts' } })
