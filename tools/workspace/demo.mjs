// What `npm run demo` does: install what is missing, build, run the mail example, verify its result.
import { ensureInstalled, quietly, root, run } from './command.mjs'

if (ensureInstalled() !== 0) process.exit(1)
process.stdout.write('building …')
const started = Date.now()
const built = await quietly(process.execPath, [
  '--input-type=module',
  '-e',
  "import { build } from './tools/workspace/command.mjs'; process.exit(build())",
])
if (built.code !== 0) {
  console.log(`\n${built.output}`)
  process.exit(1)
}
console.log(` done in ${Math.round((Date.now() - started) / 1000)} s`)
process.exit(run(process.execPath, [`${root}/examples/mail-triage/run.mjs`, ...process.argv.slice(2)]))
