// `npm run eval -- pii` builds packages/pii/eval/main.ts to a file beside the caches of the build, and runs it.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'tsup'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const entryOf = name => join(root, 'packages', name, 'eval', 'main.ts')
const known = readdirSync(join(root, 'packages')).filter(name => existsSync(entryOf(name)))
const [name, ...options] = process.argv.slice(2)
if (!known.includes(name)) {
  console.error(`no evaluation '${name ?? ''}'; known: ${known.join(', ')}`)
  process.exit(2)
}
// One level below the package, as its own `dist` is, so that it finds the files that the package ships.
const outDir = join(root, 'packages', name, '.eval')
await build({
  entry: [entryOf(name)],
  outDir,
  format: ['esm'],
  target: 'node20',
  platform: 'node',
  removeNodeProtocol: false,
  config: false,
  silent: true,
  sourcemap: false,
  skipNodeModulesBundle: true,
})
const { status } = spawnSync(process.execPath, [join(outDir, 'main.js'), ...options], {
  stdio: 'inherit',
  env: { ...process.env, ATTESTRY_ROOT: root },
})
process.exit(status ?? 1)
