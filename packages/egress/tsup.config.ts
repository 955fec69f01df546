import { library } from '../../tsup.config.base.js'

// Workers load `worker` before their own code, so it is a file of its own.
export default library({ entry: ['src/index.ts', 'src/worker.ts'] })
