// `npm run bench -- core` runs packages/core/bench/run.mjs; without a name, every bench that exists.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const bench = name => join(root, 'packages', name, 'bench/run.mjs')
const known = readdirSync(join(root, 'packages')).filter(name => existsSync(bench(name)))
const [asked, ...rest] = process.argv.slice(2)
if (asked && !known.includes(asked)) {
  console.error(`no bench '${asked}'; known: ${known.join(', ')}`)
  process.exit(2)
}
console.log(`node ${process.version}, ${cpus().length} cores, load ${loadavg()[0].toFixed(1)}`)
let failed = 0
for (const name of asked ? [asked] : known) {
  console.log(`\n== ${name}`)
  if (spawnSync(process.execPath, [bench(name), ...rest], { stdio: 'inherit', cwd: root }).status !== 0) failed++
}
process.exit(failed === 0 ? 0 : 1)
