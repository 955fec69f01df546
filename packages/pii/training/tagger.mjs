// Trains the taggers and writes model/tagger.bin and model/caseless-tagger.bin: `node packages/pii/training/tagger.mjs`. Run
// name-table.mjs and common-words.mjs before it.
// Sources: wikigold, WNUT17 and BTC (CC BY 4.0), found through ATTESTRY_SHARED or a folder `shared` beside the repository;
// names and towns of @faker-js/faker (MIT) in sentences of training/tagger/templates.ts. One seed and sorted input: the same
// sources give the same bytes. It reads the features that the detector reads, so it is built from the same sources.
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'tsup'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..')
const outDir = join(root, 'packages', 'pii', '.eval')
await build({
  entry: Object.fromEntries(
    ['main', 'caseless'].map(name => [name, join(root, 'packages', 'pii', 'training', 'tagger', `${name}.ts`)]),
  ),
  outDir,
  format: ['esm'],
  target: 'node20',
  platform: 'node',
  removeNodeProtocol: false,
  config: false,
  silent: true,
  skipNodeModulesBundle: true,
})
for (const name of ['main', 'caseless']) {
  const script = join(outDir, `${name}.js`)
  const { status } = spawnSync(process.execPath, ['--max-old-space-size=6000', script, root], { stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}
