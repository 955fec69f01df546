// Times of accounting, calibration, noise and sampling, on one core: node packages/dp/bench/run.mjs (after a build).
import {
  accountant,
  calibrateNoise,
  gaussianNoise,
  membershipInference,
  poissonSampler,
  subsampledGaussian,
} from '../dist/index.js'

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

const print = (what, { median, worst }, note = '') =>
  console.log(
    `${what.padEnd(52)} median ${median.toFixed(2).padStart(8)} ms   worst ${worst.toFixed(2).padStart(8)} ms  ${note}`,
  )

for (const [q, sigma, steps] of [
  [0.001, 0.5, 20_000],
  [0.01, 1, 1000],
  [0.2, 3, 100],
])
  print(
    `epsilon, new event: q ${q}, sigma ${sigma}, ${steps} steps`,
    // A multiplier that differs in its last digits has a curve of its own, so that nothing is found in memory.
    times(30, run => {
      const step = subsampledGaussian({ samplingProbability: q, noiseMultiplier: sigma + run * 1e-9 })
      accountant().compose(step, steps).epsilon(1e-6)
    }),
  )

const known = subsampledGaussian({ samplingProbability: 0.01, noiseMultiplier: 1 })
print(
  'epsilon, event seen before',
  times(200, run =>
    accountant()
      .compose(known, run + 1)
      .epsilon(1e-6),
  ),
)

for (const epsilon of [0.5, 1, 3, 8, 100]) {
  const target = { epsilon, delta: 1e-6, samplingProbability: 0.01, steps: 1000 }
  print(
    `noise for epsilon ${epsilon}`,
    times(10, () => calibrateNoise(target)),
    `sigma ${calibrateNoise(target)}`,
  )
}

const secret = crypto.getRandomValues(new Uint8Array(32))
const noise = gaussianNoise({ secret, stream: 'noise' })
print(
  '100,000 normals, single precision',
  times(50, run => noise.fill(new Float32Array(100_000), run)),
)
print(
  '100,000 normals, double precision',
  times(50, run => noise.fill(new Float64Array(100_000), run)),
)

const sampler = poissonSampler({ secret, stream: 'sampling' })
print(
  'Poisson sample of 100,000 units',
  times(50, run => sampler.sample(100_000, 0.01, run)),
)

const members = noise.fill(new Float64Array(40_000), 1_000)
const others = noise.fill(new Float64Array(10_000), 1_001)
print(
  'membership inference, 40,000 and 10,000 rows',
  times(5, () => membershipInference(members, others)),
)
