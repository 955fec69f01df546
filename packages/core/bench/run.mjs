// Kernel overhead: hook dispatch per plugin and call, and what auditing a training step costs.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createBus, createDispatcher, definePlugin, openServices, systemClock, AuditLog } from '@attestry/core'
import { audit } from '@attestry/audit'

const median = values => values.sort((a, b) => a - b)[values.length >> 1]
const micro = ms => `${(ms * 1000).toFixed(2)} µs`

// Hook dispatch: n plugins that observe a step and do nothing.
for (const [n, isAsync] of [
  [1, false],
  [10, false],
  [10, true],
]) {
  const handler = isAsync ? async () => undefined : () => undefined
  const plugins = Array.from({ length: n }, (_, i) =>
    definePlugin(() => ({ name: `p${i}`, version: '1.0.0', core: '*', hooks: { trainStep: handler } }))(),
  )
  const hooks = createDispatcher(plugins, () => ({}))
  const report = { step: 1 }
  for (let i = 0; i < 5_000; i++) await hooks.tell('trainStep', report)
  const rounds = []
  for (let round = 0; round < 7; round++) {
    const started = performance.now()
    for (let i = 0; i < 20_000; i++) await hooks.tell('trainStep', report)
    rounds.push((performance.now() - started) / 20_000 / n)
  }
  console.log(`hook dispatch, ${n} ${isAsync ? 'async' : 'plain'} plugins: ${micro(median(rounds))} per plugin and call`)
}

// Audit of a training step: the step is 20 ms of arithmetic in another thread; here, a timer. Each step leaves a record.
const folder = mkdtempSync(join(tmpdir(), 'attestry-bench-'))
const environment = { runId: 'bench', directory: join(folder, 'run'), workspace: folder }
const services = openServices(audit().provides, environment)
const log = services.view('bench', [AuditLog]).get(AuditLog)
const bus = createBus(log, 'bench', 'bench', systemClock)
const step = () => new Promise(resolve => setTimeout(resolve, 20))
const report = { step: 1, steps: 100, loss: 0.5, batchSize: 256, clippedFraction: 0.4, gradientNorm: 1.2, epsilon: 1, durationMs: 20 }

async function steps(isAudited, n = 60) {
  let recorded = Promise.resolve()
  const waits = []
  for (let i = 0; i < n; i++) {
    await step()
    const started = performance.now()
    if (isAudited) {
      // As the kernel does: the record of a step is awaited before the next record, not before the next step.
      await recorded
      recorded = bus.note('attestry.train.step-finished', { stage: 'train', payload: report })
    }
    waits.push(performance.now() - started)
  }
  await recorded
  return waits
}
await steps(true, 10)
const waits = await steps(true)
const share = (median([...waits]) / 20) * 100
const mean = (waits.reduce((a, b) => a + b, 0) / waits.length / 20) * 100
console.log(`audit of a 20 ms step: ${micro(median(waits))} median, ${share.toFixed(3)} % of the step (mean ${mean.toFixed(3)} %); bar 1 %`)

// What one durable append costs when it is awaited.
const appends = []
for (let i = 0; i < 200; i++) {
  const started = performance.now()
  await bus.note('attestry.train.step-finished', { stage: 'train', payload: report })
  appends.push(performance.now() - started)
}
console.log(`one durable append, awaited alone: ${micro(median(appends))} median`)
await services.close()
rmSync(folder, { recursive: true, force: true })
