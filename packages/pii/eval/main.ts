import { cpus, loadavg } from 'node:os'
import { detectorVersion } from '../src/index.js'
import { sharedFolder } from './data.js'
import { measure, type Figure } from './figures.js'
import { readmeRow, readmeRows } from './readme-rows.js'
import { measureSpeed } from './speed.js'

const options = new Set(process.argv.slice(2))
const folder = sharedFolder()
if (!folder) {
  console.log(
    'skipped: the public corpora are not at hand (set ATTESTRY_SHARED, or put `shared` beside the repository)',
  )
} else {
  const figures = [...measure(folder), ...(options.has('--no-speed') ? [] : measureSpeed(folder))]
  const machine = `${cpus()[0]?.model ?? 'unknown processor'}, load ${loadavg()[0]!.toFixed(1)}, node ${process.version}`
  if (options.has('--json')) console.log(JSON.stringify({ detectorVersion, machine, figures }, null, 2))
  else if (options.has('--readme')) for (const row of readmeRows(figures)) console.log(readmeRow(row))
  else print(figures, machine)
}

function print(figures: readonly Figure[], machine: string): void {
  console.log(`detector ${detectorVersion}; ${machine}`)
  let last = ''
  for (const { corpus, digest, policy, figure, value, interval, n, goal } of figures) {
    if (figure.startsWith('  ') && options.has('--short')) continue
    if (last !== corpus) console.log(`\n${corpus} (sha256 ${digest}…)`)
    last = corpus
    const range = interval ? ` [${interval[0].toFixed(3)}, ${interval[1].toFixed(3)}] of ${n}` : ''
    console.log(`  ${figure.padEnd(34)} ${value.toFixed(3)}${range}  ${goal ? `(${goal}) ` : ''}${policy}`)
  }
}
