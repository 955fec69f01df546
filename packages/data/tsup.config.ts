import { library } from '../../tsup.config.base.js'

// The threads that read and write Parquet are loaded by their file names.
export default library({
  entry: ['src/index.ts', 'src/parquet-worker.js', 'src/parquet-rewriter.js'],
  dts: { entry: 'src/index.ts' },
})
