// What one `record(prediction)` costs and how large its window is, beside libraries that keep part of the same: prom-client its
// histograms and a counter, DDSketch and t-digest the quantiles of the numbers alone. All take one stream, round by round.
import { DDSketch } from '@datadog/sketches-js'
import { openRecorder, QuantileSketch, schemaOfReference } from '@attestry/monitor'
import { Counter, Histogram, linearBuckets, Registry } from 'prom-client'
import { TDigest } from 'tdigest'

const calls = 100_000
const rounds = 5
const inputs = { age: [18, 95], amount: [0, 50_000], tenure: [0, 40] }
const regions = ['north', 'south', 'east', 'west']

let state = 1
function draw() {
  state = (state * 48_271) % 2_147_483_647
  return state / 2_147_483_647
}
const stream = Array.from({ length: calls }, (_, i) => ({
  id: `request-${i}`,
  score: draw(),
  groups: { region: regions[Math.floor(draw() * 4)] },
  // Squared, so that values crowd at one end as amounts do.
  features: Object.fromEntries(
    Object.entries(inputs).map(([name, [min, max]]) => [name, min + (max - min) * draw() ** 2]),
  ),
}))
const numbersOf = ({ score, features: { age, amount, tenure } }) => [score, age, amount, tenure]
const columns = [0, 1, 2, 3].map(i => Float64Array.from(stream, one => numbersOf(one)[i]))

/** As a deployed model has it: deciles of its test scores, its groups, and a calibration for estimates without labels. */
function schema() {
  const test = stream.slice(0, 2000)
  const classes = ['no', 'yes']
  const reference = {
    rowIds: test.map(({ id }) => id),
    classes,
    labels: Int32Array.from(test, ({ score }) => (draw() < score ? 1 : 0)),
    predicted: Int32Array.from(test, ({ score }) => (score < 0.5 ? 0 : 1)),
    probabilities: Float32Array.from(test.flatMap(({ score }) => [1 - score, score])),
    groups: { region: test.map(({ groups }) => groups.region) },
  }
  const features = Object.entries(inputs).map(([name, [min, max]]) => [name, { kind: 'number', min, max }])
  return schemaOfReference(reference, 1, Object.fromEntries(features))
}
const ourSchema = schema()

const jsonBytes = value => Buffer.byteLength(JSON.stringify(value))
const sum = values => values.reduce((total, value) => total + value, 0)
const levels = Array.from({ length: 99 }, (_, i) => (i + 1) / 100)

/** Largest error of a percentile, as the share of rows between it and the one that was asked for. */
function worstError(quantile) {
  const errors = columns.flatMap((values, column) =>
    levels.map(level => {
      const found = quantile(column, level)
      return Math.abs(values.filter(value => value <= found).length / calls - level)
    }),
  )
  return `quantiles within ${(100 * Math.max(...errors)).toFixed(2)}% of rows`
}

/** Each opens anew, takes every prediction, and then tells its bytes and, where it has quantiles, their worst error. */
const contenders = {
  'record(prediction)': () => {
    const recorder = openRecorder({ schema: ourSchema, window: { rows: 1e9 }, store: () => Promise.resolve() })
    return {
      take: prediction => recorder.record(prediction),
      async finish() {
        const window = recorder.current()
        if (window.counts.rows !== calls) throw new Error(`${window.counts.rows} of ${calls} were counted`)
        await recorder.close()
        return { bytes: jsonBytes(window), error: 'quantiles as below' }
      },
    }
  },
  'prom-client, 4 histograms, 1 counter': () => {
    const registry = new Registry()
    const of = { help: 'bench', registers: [registry] }
    const histogramOf = (name, [min, max]) =>
      new Histogram({ name, ...of, buckets: linearBuckets(min + (max - min) / 10, (max - min) / 10, 10) })
    const score = histogramOf('score', [0, 1])
    const [age, amount, tenure] = Object.entries(inputs).map(([name, range]) => histogramOf(name, range))
    const predictions = new Counter({ name: 'predictions', ...of, labelNames: ['region', 'class'] })
    return {
      take(prediction) {
        score.observe(prediction.score)
        age.observe(prediction.features.age)
        amount.observe(prediction.features.amount)
        tenure.observe(prediction.features.tenure)
        predictions.inc({ region: prediction.groups.region, class: prediction.score < 0.5 ? 'no' : 'yes' })
      },
      finish: async () => ({ bytes: Buffer.byteLength(await registry.metrics()), error: 'buckets only' }),
    }
  },
  'QuantileSketch, 4 columns': () => {
    const sketches = columns.map(() => new QuantileSketch(256))
    return {
      take: prediction => numbersOf(prediction).forEach((value, i) => sketches[i].add(value)),
      finish: () => ({
        bytes: sum(sketches.map(sketch => jsonBytes(sketch.toJSON()))),
        error: worstError((column, level) => sketches[column].quantile(level)),
      }),
    }
  },
  'DDSketch (1% of a value), 4 columns': () => {
    const sketches = columns.map(() => new DDSketch({ relativeAccuracy: 0.01 }))
    return {
      take: prediction => numbersOf(prediction).forEach((value, i) => sketches[i].accept(value)),
      finish: () => ({
        bytes: sum(sketches.map(sketch => sketch.toProto().length)),
        error: worstError((column, level) => sketches[column].getValueAtQuantile(level)),
      }),
    }
  },
  't-digest, 4 columns': () => {
    const digests = columns.map(() => new TDigest())
    return {
      take: prediction => numbersOf(prediction).forEach((value, i) => digests[i].push(value)),
      finish: () => ({
        bytes: sum(digests.map(digest => jsonBytes(digest.toArray()))),
        error: worstError((column, level) => digests[column].percentile(level)),
      }),
    }
  },
}

const results = Object.entries(contenders).map(([name, open]) => ({ name, open, costs: [], kept: {} }))
// The first round warms up and is not counted.
for (let round = 0; round <= rounds; round++)
  for (const result of results) {
    const { take, finish } = result.open()
    const started = performance.now()
    for (const prediction of stream) take(prediction)
    const microseconds = ((performance.now() - started) * 1000) / calls
    result.kept = await finish()
    if (round > 0) result.costs.push(microseconds)
  }

const medianOf = ({ costs }) => [...costs].sort((a, b) => a - b)[rounds >> 1]
const [ours, , sketch] = results
console.log(
  `${rounds} rounds of ${calls.toLocaleString('en')} calls: 3 numeric inputs, 1 group of ${regions.length}, score, id`,
)
for (const result of results) {
  const { name, costs, kept } = result
  const cost = `median ${medianOf(result).toFixed(2).padStart(6)} µs, worst ${Math.max(...costs)
    .toFixed(2)
    .padStart(6)} µs a call`
  const bytes = `${kept.bytes.toLocaleString('en').padStart(7)} bytes kept`
  console.log(`${name.padEnd(36)} ${cost}; ${bytes}; ${kept.error}${result === ours ? '; bar: 5 µs' : ''}`)
}
for (const [one, peers] of [
  [ours, results.slice(1, 2)],
  [ours, results.slice(3)],
  [sketch, results.slice(3)],
])
  for (const peer of peers) {
    const time = (medianOf(peer) / medianOf(one)).toFixed(2)
    const size = (peer.kept.bytes / one.kept.bytes).toFixed(2)
    console.log(`${peer.name} takes ${time} times the time and ${size} times the bytes of ${one.name}`)
  }
