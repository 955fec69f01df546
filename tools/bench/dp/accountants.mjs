// Tight epsilons side by side: how long a query takes, and what it says.
// The peers need a python with opacus, dp-accounting or prv-accountant: ATTESTRY_PYTHON, or python3 where it has them.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { accountant, PrvAccountant, subsampledGaussian } from '@attestry/dp'
import { settings } from './settings.mjs'

const median = values => [...values].sort((a, b) => a - b)[values.length >> 1]
const ask = ([samplingProbability, noiseMultiplier, steps, delta], jitter, Accountant = accountant) => {
  // A multiplier that differs in its last digits has a curve of its own, so that nothing is found in memory.
  const step = subsampledGaussian({ samplingProbability, noiseMultiplier: noiseMultiplier + jitter * 1e-12 })
  const start = performance.now()
  const run = Accountant().compose(step, steps)
  const upper = run.epsilon(delta).upper
  return { time: performance.now() - start, upper, run, delta }
}
for (let warm = 0; warm < 3; warm++) for (const setting of settings) ask(setting, 1 + warm)

const rounds = 5
const taken = settings.map((setting, i) => Array.from({ length: rounds }, (_, r) => ask(setting, 10 + r + i).time))
const ours = settings.map(setting => ask(setting, 0))
const times = taken.map(median)
const bounds = ours.map(({ run, delta }) => run.epsilon(delta))
const line = (name, medianMs, worstMs, note) =>
  console.log(
    `  ${name.padEnd(22)} median ${medianMs.toFixed(1).padStart(8)} ms, worst ${worstMs.toFixed(1).padStart(8)} ms  ${note}`,
  )

console.log(`epsilon of ${settings.length} training runs, each from nothing`)
line('ours', median(times), Math.max(...times), 'bars: 10 and 200 ms')
console.log(
  `  ours: width between upper and lower bound at most ${Math.max(...bounds.map(({ lower, upper }) => upper - lower)).toFixed(4)}`,
)
const prv = settings.map(setting => ask(setting, 1, PrvAccountant))
line(
  'PrvAccountant',
  median(prv.map(({ time }) => time)),
  Math.max(...prv.map(({ time }) => time)),
  `its epsilon at most ${Math.max(...prv.map(({ upper }, i) => upper - ours[i].upper)).toFixed(4)} above ours; no bar`,
)

const python = [process.env.ATTESTRY_PYTHON, 'python3'].find(
  command => command && spawnSync(command, ['-c', 'import dp_accounting']).status === 0,
)
if (!python) console.log('  no peers: no python with dp-accounting (and opacus, prv-accountant); set ATTESTRY_PYTHON')
else {
  const { stdout } = spawnSync(python, [join(import.meta.dirname, 'accountants.py'), JSON.stringify(settings)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1' },
  })
  for (const peer of stdout
    .trim()
    .split('\n')
    .map(text => JSON.parse(text))) {
    if (peer.missing) {
      console.log(`  ${peer.name.padEnd(22)} not measured: ${peer.missing}`)
      continue
    }
    const given = peer.answers.filter(answer => answer !== null)
    const over = peer.answers.flatMap((answer, i) => (answer === null ? [] : [answer / ours[i].upper]))
    const under = peer.answers.filter((answer, i) => answer !== null && answer < bounds[i].lower).length
    line(
      peer.name,
      median(peer.times),
      Math.max(...peer.times),
      `${(median(peer.times) / median(times)).toFixed(0)} x our median; its epsilon ${Math.min(...over).toFixed(3)} to ${Math.max(...over).toFixed(3)} x ours, ${under} below our lower bound, ${settings.length - given.length} without an answer`,
    )
  }
}
