import { openRuntime, type Runtime } from '../src/index.js'

/** Both runtimes, opened once per test file. */
export const runtimes: readonly { readonly name: 'node' | 'web'; readonly open: () => Promise<Runtime> }[] = (
  ['node', 'web'] as const
).map(name => {
  let runtime: Promise<Runtime> | undefined
  return { name, open: () => (runtime ??= openRuntime({ prefer: name })) }
})
