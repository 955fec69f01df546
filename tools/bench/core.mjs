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
  console.log(
    `hook dispatch, ${n} ${isAsync ? 'async' : 'plain'} plugins: ${micro(median(rounds))} per plugin and call`,
  )
}

// Audit of a training step. The step's arithmetic runs outside the main thread; a timer stands for it. Every step leaves a
// record, in the kernel's way: a record is awaited before the next record, not before the next step.
const folder = mkdtempSync(join(tmpdir(), 'attestry-bench-'))
const environment = { runId: 'bench', directory: join(folder, 'run'), workspace: folder }
const services = openServices(audit().provides, environment)
const log = services.view('bench', [AuditLog]).get(AuditLog)
const bus = createBus(log, 'bench', 'bench', systemClock)
const report = {
  step: 1,
  steps: 100,
  loss: 0.5,
  batchSize: 256,
  clippedFraction: 0.4,
  gradientNorm: 1.2,
  epsilon: 1,
  durationMs: 20,
}

async function steps(isAudited, n = 100) {
  let recorded = Promise.resolve()
  const cpu = process.cpuUsage()
  const started = performance.now()
  for (let i = 0; i < n; i++) {
    await new Promise(resolve => setTimeout(resolve, 20))
    if (!isAudited) continue
    await recorded
    recorded = bus.note('attestry.train.step-finished', { stage: 'train', payload: report })
  }
  await recorded
  const { user, system } = process.cpuUsage(cpu)
  return { wallMs: (performance.now() - started) / n, cpuMs: (user + system) / 1_000 / n }
}
await steps(true, 20)
const rounds = []
for (let i = 0; i < 5; i++) rounds.push({ plain: await steps(false), audited: await steps(true) })
const difference = key => median(rounds.map(({ plain, audited }) => audited[key] - plain[key]))
const percent = ms => `${((ms / 20) * 100).toFixed(2)} %`
const [wall, cpu] = [difference('wallMs'), difference('cpuMs')]
console.log(
  `audit of every 20 ms step: wall ${micro(wall)} = ${percent(wall)} of the step, cpu ${micro(cpu)} = ${percent(cpu)}; bar 1 %`,
)

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
