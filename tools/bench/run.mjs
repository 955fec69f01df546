// `npm run bench -- core` runs core.mjs beside this file; without a name, every bench.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = dirname(fileURLToPath(import.meta.url))
const known = readdirSync(folder)
  .filter(name => name.endsWith('.mjs') && name !== 'run.mjs')
  .map(name => name.slice(0, -4))
const [asked, ...rest] = process.argv.slice(2)
if (asked && !known.includes(asked)) {
  console.error(`no bench '${asked}'; known: ${known.join(', ')}`)
  process.exit(2)
}
const load = () => `load ${loadavg()[0].toFixed(1)}`
console.log(`node ${process.version}, ${cpus().length} cores`)
let failed = 0
for (const name of asked ? [asked] : known) {
  console.log(`\n== ${name}, ${load()}`)
  if (spawnSync(process.execPath, [join(folder, `${name}.mjs`), ...rest], { stdio: 'inherit' }).status !== 0) failed++
  console.log(`== ${load()} after ${name}`)
}
process.exit(failed === 0 ? 0 : 1)
