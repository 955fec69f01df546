// A million rows in ten groups: all rates and four gaps, each with an interval, beside fairlearn where ATTESTRY_PYTHON names a
// python that has it. fairlearn has no closed-form intervals: its own are bootstrapped, and are timed on few resamples.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { countGroups, demographicParity, equalizedOdds, groupRates } from '@attestry/bias'

const rows = 1_000_000
const [labels, predicted, groups] = [new Int32Array(rows), new Int32Array(rows), new Int32Array(rows)]
let state = 1
for (let row = 0; row < rows; row++) {
  state = (state * 48_271) % 2_147_483_647
  labels[row] = state & 1
  predicted[row] = (state >> 1) & 1
  groups[row] = (state >> 2) % 10
}
const names = Array.from({ length: 10 }, (_, group) => `g${group}`)

function measure() {
  const started = performance.now()
  const rates = groupRates(names, countGroups({ labels, predicted, groups, groupCount: 10, positiveClass: 1 }))
  const gaps = ['difference', 'ratio'].flatMap(kind => [demographicParity(kind, rates), equalizedOdds(kind, rates)])
  return { ms: performance.now() - started, gaps }
}

const median = values => [...values].sort((a, b) => a - b)[values.length >> 1]
const ms = value => `${value.toFixed(1)} ms`
measure()
const runs = Array.from({ length: 9 }, measure)
const ours = median(runs.map(run => run.ms))
const values = runs[0].gaps.map(({ value }) => value)
console.log(`ours, 4 gaps with intervals: ${ms(ours)} (median of 9); bar: 200 ms`)

const python = process.env.ATTESTRY_PYTHON
if (python === undefined) {
  console.log('fairlearn: skipped, ATTESTRY_PYTHON names no python that has it')
} else {
  const folder = mkdtempSync(join(tmpdir(), 'attestry-bench-'))
  for (const [name, column] of Object.entries({ labels, predicted, groups })) writeFileSync(join(folder, name), column)
  const script = `
import sys, time, json
import numpy as np
from fairlearn.metrics import (demographic_parity_difference as dpd, demographic_parity_ratio as dpr,
    equalized_odds_difference as eod, equalized_odds_ratio as eor, MetricFrame, selection_rate)
y, p, g = (np.fromfile(f"{sys.argv[1]}/{n}", dtype=np.int32) for n in ("labels", "predicted", "groups"))
def once():
    t = time.perf_counter()
    v = [f(y, p, sensitive_features=g) for f in (dpd, eod, dpr, eor)]
    return (time.perf_counter() - t) * 1000, v
runs = [once() for _ in range(3)]
t = time.perf_counter()
MetricFrame(metrics=selection_rate, y_true=y, y_pred=p, sensitive_features=g, n_boot=5, ci_quantiles=[0.025, 0.975], random_state=1)
boot = (time.perf_counter() - t) * 1000 / 5
print(json.dumps({"plain": sorted(r[0] for r in runs)[1], "values": runs[0][1], "boot": boot}))
`
  const { stdout, stderr, status } = spawnSync(python, ['-W', 'ignore', '-c', script, folder], { encoding: 'utf8' })
  rmSync(folder, { recursive: true, force: true })
  if (status !== 0) throw new Error(`fairlearn failed: ${stderr.trim().split('\n').at(-1)}`)
  const peer = JSON.parse(stdout)
  // Ours are ordered by kind: difference of parity and odds, then the ratios, as the script does.
  const apart = Math.max(...peer.values.map((value, i) => Math.abs(value - values[i])))
  if (apart > 1e-12) throw new Error(`the values differ from fairlearn's by ${apart}`)
  console.log(`fairlearn, 4 gaps without intervals: ${ms(peer.plain)} (median of 3), the same values to ${apart}`)
  console.log(`fairlearn, one bootstrap resample of one metric: ${ms(peer.boot)}`)
  console.log(`ratio: ours with intervals takes ${(ours / peer.plain).toFixed(3)} x fairlearn without them`)
}
