// Times of accounting beside other accountants, of calibration, noise, sampling and membership inference, on one core.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import {
  RdpAccountant,
  calibrateNoise,
  gaussianNoise,
  membershipInference,
  poissonSampler,
  subsampledGaussian,
} from '@attestry/dp'

function times(runs, act) {
  act(0)
  const taken = []
  for (let run = 1; run <= runs; run++) {
    const start = performance.now()
    act(run)
    taken.push(performance.now() - start)
  }
  taken.sort((a, b) => a - b)
  return { median: taken[runs >> 1], worst: taken[runs - 1] }
}

const print = (what, { median, worst }, note) =>
  console.log(
    `${what.padEnd(49)} median ${median.toFixed(2).padStart(7)} ms, worst ${worst.toFixed(2).padStart(7)} ms; ${note}`,
  )
const perSecond = (count, { median }) => `${(count / median / 1000).toFixed(1)} M/s`

spawnSync(process.execPath, [join(import.meta.dirname, 'dp', 'accountants.mjs')], { stdio: 'inherit' })

const known = subsampledGaussian({ samplingProbability: 0.01, noiseMultiplier: 1 })
print(
  'epsilon, Rényi curve of an event seen before',
  times(
    200,
    run =>
      RdpAccountant()
        .compose(known, run + 1)
        .epsilon(1e-6).upper,
  ),
  'no bar',
)

for (const epsilon of [0.5, 1, 3, 8, 100]) {
  const target = { epsilon, delta: 1e-6, samplingProbability: 0.01, steps: 1000 }
  print(
    `noise for epsilon ${epsilon}`,
    times(10, () => calibrateNoise(target)),
    `bar: 200 ms (sigma ${calibrateNoise(target)})`,
  )
}

const secret = crypto.getRandomValues(new Uint8Array(32))
const noise = gaussianNoise({ secret, stream: 'noise' })
for (const [name, Values] of [
  ['single', Float32Array],
  ['double', Float64Array],
]) {
  const taken = times(50, run => noise.fill(new Values(100_000), run))
  print(`100,000 normals, ${name} precision`, taken, `${perSecond(100_000, taken)}, bar: 0.5 M/s`)
}

const sampler = poissonSampler({ secret, stream: 'sampling' })
const sampling = times(50, run => sampler.sample(100_000, 0.01, run))
print('Poisson sample of 100,000 units', sampling, `${perSecond(100_000, sampling)}, no bar`)

const members = noise.fill(new Float64Array(40_000), 1_000)
const others = noise.fill(new Float64Array(10_000), 1_001)
print(
  'membership inference, 40,000 and 10,000 rows',
  times(5, () => membershipInference(members, others)),
  'no bar',
)
