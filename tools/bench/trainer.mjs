// Training side by side with the libraries that one would take instead: first an MLP, then adapters of a decoder.
// Each job runs in a process of its own; rounds alternate between ours and theirs, so that a busy machine slows both.
// The peers need a python with torch, transformers, peft and opacus: ATTESTRY_PYTHON, or python3 where it has them.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { shape, tinyLlama } from './trainer/shape.mjs'

const folder = join(import.meta.dirname, 'trainer')
const [rounds, steps] = [2, 8]
const median = values => [...values].sort((a, b) => a - b)[values.length >> 1]
const python = [process.env.ATTESTRY_PYTHON, 'python3'].find(
  command => command && spawnSync(command, ['-c', 'import torch, transformers, peft, opacus']).status === 0,
)

function job(command, file, ...rest) {
  const { stdout, status } = spawnSync(command, [join(folder, file), ...rest.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`${file} ${rest[0]} ended with ${status}`)
  return JSON.parse(stdout.trim().split('\n').at(-1))
}
const ours = (file, kind) => job(process.execPath, `${file}.mjs`, kind, steps)
const theirs = (file, kind) => python && job(python, `${file}.py`, kind, steps, JSON.stringify(shape))

/** Rounds of ours and theirs, plain and private, one after another. */
function compare(file) {
  const runs = { plain: [], private: [], peerPlain: [], peerPrivate: [] }
  for (let round = 0; round < rounds; round++) {
    runs.plain.push(ours(file, 'plain'))
    if (python) runs.peerPlain.push(theirs(file, 'plain'))
    runs.private.push(ours(file, 'private'))
    if (python) runs.peerPrivate.push(theirs(file, 'private'))
  }
  const step = name => median(runs[name].flatMap(run => run.times))
  const most = (name, key) => Math.max(...runs[name].map(run => run[key]))
  return { runs, step, most }
}
const line = (what, value, bar) => console.log(`  ${what.padEnd(58)} ${value.padEnd(34)} ${bar ?? ''}`)
const ms = value => `${value.toFixed(value < 10 ? 2 : 0)} ms`
const ratio = (a, b) => (a / b).toFixed(2)

spawnSync(process.execPath, [join(folder, 'mlp.mjs')], { stdio: 'inherit' })
if (!python) console.log('no peers: no python with torch, transformers, peft and opacus; set ATTESTRY_PYTHON')

if (python) {
  console.log(`\nMLP 100-256-256-2, batch 256, 1 thread, ours against Opacus; ${rounds} rounds`)
  const mlp = compare('mlp-step')
  line('private step', `ours ${ms(mlp.step('private'))}, Opacus ${ms(mlp.step('peerPrivate'))}`)
  line('ratio', ratio(mlp.step('private'), mlp.step('peerPrivate')), 'bar 0.10')
}

const { config, rank, targets, batch, length, threads } = shape
console.log(
  `\nLoRA r=${rank} on ${targets.join(', ')}, ${config.num_hidden_layers} layers of ${config.hidden_size}, ${batch} x ${length} tokens, 32-bit, ${threads} threads; ${rounds} rounds of ${steps} steps`,
)
const lora = compare('lora')
const rates = lora.runs.plain.map(run => ({ rate: run.flops / median(run.times) / 1e6, roof: run.roofline }))
const best = rates.reduce((a, b) => (a.rate / a.roof > b.rate / b.roof ? a : b))
line('plain step', `ours ${ms(lora.step('plain'))}${python ? `, torch ${ms(lora.step('peerPlain'))}` : ''}`)
if (python) line('ratio', ratio(lora.step('plain'), lora.step('peerPlain')), 'bar 0.75')
line('rate of products', `${best.rate.toFixed(0)} of ${best.roof.toFixed(0)} GFLOP/s`)
line('share of the fastest product of matrices', ratio(best.rate, best.roof), 'bar 0.85')
line(
  'private step, with noise',
  `ours ${ms(lora.step('private'))}${python ? `, Opacus ghost ${ms(lora.step('peerPrivate'))}` : ''}`,
)
line('private over plain', ratio(lora.step('private'), lora.step('plain')), 'bar 1.08')
if (python) line('ratio', ratio(lora.step('private'), lora.step('peerPrivate')), 'bar 0.65')
for (const [ourKind, peer] of [
  ['plain', 'peerPlain'],
  ['private', 'peerPrivate'],
]) {
  const mine = lora.most(ourKind, 'rss') / 1e9
  if (!python) line(`peak memory, ${ourKind}`, `${mine.toFixed(2)} GB`)
  else {
    const other = lora.most(peer, 'rss') / 1e9
    line(`peak memory, ${ourKind}`, `ours ${mine.toFixed(2)}, torch ${other.toFixed(2)} GB`)
    line('ratio', ratio(mine, other), 'bar 0.80')
  }
}
line('build and load the graph', ms(Math.max(...lora.runs.plain.map(run => run.compile + run.load))), 'bar 3,000 ms')

console.log(`\ngreedy generation of 64 tokens after 16 with a cache, ${threads} threads`)
const generation = compareOne('generate')
line('a token', `ours ${ms(generation.ours)}${python ? `, transformers ${ms(generation.theirs)}` : ''}`)
if (python) line('tokens a second, ours over theirs', ratio(generation.theirs, generation.ours), 'bar 0.80')

console.log('\npeak memory of two steps, each job in a process of its own')
const memoryOf = its => job(process.execPath, 'memory.mjs', 2, JSON.stringify({ ...shape, ...its })).rss / 1e9
const long = { batch: 8, length: 256 }
const [kept, again] = [false, true].map(gradientCheckpointing => memoryOf({ ...long, gradientCheckpointing }))
line(`${long.batch} x ${long.length} tokens, layers kept`, `${kept.toFixed(2)} GB`)
line('layers computed again on the way back', `${again.toFixed(2)} GB, ratio ${ratio(again, kept)}`)
for (const bits of [8, 4])
  line(
    `1.1 B parameters in blocks of ${bits} bits, 2 x 128 tokens`,
    `${memoryOf({ config: tinyLlama, bits, batch: 2 }).toFixed(2)} GB`,
    'bar 6.00 GB',
  )

/** Rounds of ours and theirs without privacy. */
function compareOne(file) {
  const times = { ours: [], theirs: [] }
  for (let round = 0; round < rounds; round++) {
    times.ours.push(...ours(file, 'plain').times)
    if (python) times.theirs.push(...theirs(file, 'plain').times)
  }
  return { ours: median(times.ours), theirs: python ? median(times.theirs) : undefined }
}
