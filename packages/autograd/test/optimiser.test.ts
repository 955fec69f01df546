import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { createGraph, encodeModel, f32, floats, scalar, type Session, type Tensor } from '../src/index.js'
import { needsCorrections, stateNames, update, type Optimiser } from '../src/optimiser.js'
import { randomArray, seeded } from './reference.js'
import { runtimes } from './runtimes.js'

interface Case {
  readonly name: string
  readonly optimiser: Optimiser
  /** The same optimiser in `torch.optim`; absent where there is none. */
  readonly torch?: { readonly name: string; readonly options: Readonly<Record<string, unknown>> }
}

const cases: readonly Case[] = [
  { name: 'SGD', optimiser: { kind: 'sgd' }, torch: { name: 'SGD', options: {} } },
  {
    name: 'SGD with momentum',
    optimiser: { kind: 'sgd', momentum: 0.9 },
    torch: { name: 'SGD', options: { momentum: 0.9 } },
  },
  {
    name: 'SGD with Nesterov momentum',
    optimiser: { kind: 'sgd', momentum: 0.8, nesterov: true },
    torch: { name: 'SGD', options: { momentum: 0.8, nesterov: true } },
  },
  { name: 'Adam', optimiser: { kind: 'adam' }, torch: { name: 'Adam', options: {} } },
  { name: 'AdamW', optimiser: { kind: 'adamw' }, torch: { name: 'AdamW', options: {} } },
  {
    name: 'AdamW with everything given',
    optimiser: { kind: 'adamw', beta1: 0.8, beta2: 0.95, epsilon: 1e-3, weightDecay: 0.5 },
    torch: { name: 'AdamW', options: { betas: [0.8, 0.95], eps: 1e-3, weight_decay: 0.5 } },
  },
  { name: 'Lion', optimiser: { kind: 'lion' } },
  { name: 'Lion with everything given', optimiser: { kind: 'lion', beta1: 0.7, beta2: 0.9, weightDecay: 0.3 } },
]

const steps = 50
const shape = [2, 3]
const start = Float32Array.from(randomArray(shape, seeded(1)).data)
/** A gradient for each step, the same ones for whoever runs them; one element never gets any. */
const gradients = Array.from({ length: steps }, (_, t) =>
  Float32Array.from(randomArray(shape, seeded(100 + t)).data, (g, i) => (i === 4 ? 0 : g + 0.2)),
)
/** A schedule: warm-up, then decay. */
const rates = Array.from({ length: steps }, (_, t) => Math.fround(0.02 * Math.min((t + 1) / 10, 1 - t / 100)))

/** One step of an optimiser as a graph of its own. */
function stepOf(optimiser: Optimiser): Uint8Array {
  const graph = createGraph()
  const parameter = graph.parameter('p', shape)
  const next = update(graph, optimiser, {
    parameter,
    gradient: graph.input('g', shape),
    learningRate: graph.input('lr', []),
    state: Object.fromEntries(stateNames(optimiser).map(name => [name, graph.input(name, shape)])),
    ...(needsCorrections(optimiser) && {
      corrections: { first: graph.input('k1', []), second: graph.input('k2', []) },
    }),
  })
  graph.output('new:p', next.parameter)
  for (const [name, value] of Object.entries(next.state)) graph.output(`new:${name}`, value)
  return encodeModel(graph, { name: 'update' })
}

/** The parameter after every step on a runtime. */
async function descend(session: Session, optimiser: Optimiser): Promise<readonly (readonly number[])[]> {
  const names = ['p', ...stateNames(optimiser)]
  let state: Record<string, Tensor> = Object.fromEntries(
    names.map(name => [name, f32(shape, name === 'p' ? start : new Float32Array(start.length))]),
  )
  const path: (readonly number[])[] = []
  for (let t = 1; t <= steps; t++) {
    const { beta1 = 0.9, beta2 = 0.999 } = needsCorrections(optimiser) ? optimiser : {}
    const results = await session.run({
      ...state,
      g: f32(shape, gradients[t - 1]!),
      lr: scalar(rates[t - 1]!),
      ...(needsCorrections(optimiser) && { k1: scalar(1 / (1 - beta1 ** t)), k2: scalar(1 / (1 - beta2 ** t)) }),
    })
    state = Object.fromEntries(names.map(name => [name, results[`new:${name}`]!]))
    path.push(Array.from(floats(state.p!)))
  }
  return path
}

/** What the papers say, element by element, in float64. */
function reference(optimiser: Optimiser): readonly (readonly number[])[] {
  const p = Array.from(start)
  const m = p.map(() => 0)
  const v = p.map(() => 0)
  return gradients.map((gradient, step) => {
    const lr = rates[step]!
    gradient.forEach((g, i) => {
      if (optimiser.kind === 'sgd') {
        const { momentum = 0, nesterov = false } = optimiser
        m[i] = momentum * m[i]! + g
        p[i]! -= lr * (nesterov ? g + momentum * m[i]! : m[i]!)
        return
      }
      if (optimiser.kind === 'lion') {
        const { beta1 = 0.9, beta2 = 0.99, weightDecay = 0 } = optimiser
        p[i]! -= lr * (Math.sign(beta1 * m[i]! + (1 - beta1) * g) + weightDecay * p[i]!)
        m[i] = beta2 * m[i]! + (1 - beta2) * g
        return
      }
      const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = optimiser
      const weightDecay = optimiser.kind === 'adamw' ? (optimiser.weightDecay ?? 0.01) : 0
      m[i] = beta1 * m[i]! + (1 - beta1) * g
      v[i] = beta2 * v[i]! + (1 - beta2) * g * g
      const mean = m[i]! / (1 - beta1 ** (step + 1))
      const square = v[i]! / (1 - beta2 ** (step + 1))
      p[i]! -= lr * (mean / (Math.sqrt(square) + epsilon) + weightDecay * p[i]!)
    })
    return [...p]
  })
}

const torchScript = `
import json, sys, torch
job = json.load(sys.stdin)
p = torch.tensor(job["start"], dtype=torch.float64, requires_grad=True)
optimiser = getattr(torch.optim, job["name"])([p], lr=1.0, **job["options"])
path = []
for gradient, rate in zip(job["gradients"], job["rates"]):
    optimiser.param_groups[0]["lr"] = rate
    p.grad = torch.tensor(gradient, dtype=torch.float64)
    optimiser.step()
    path.append(p.tolist())
json.dump(path, sys.stdout)
`

const python = process.env.ATTESTRY_PYTHON

/** Why there is nothing to compare with, or undefined. */
function noTorch(): string | undefined {
  if (!python) return 'ATTESTRY_PYTHON names no python'
  try {
    execFileSync(python, ['-c', 'import torch'], { stdio: 'pipe' })
    return undefined
  } catch {
    return `${python} cannot import torch`
  }
}
const withoutTorch = noTorch()
if (withoutTorch) console.log(`not compared with torch.optim: ${withoutTorch}`)

function expectSamePath(actual: readonly (readonly number[])[], expected: readonly (readonly number[])[]): void {
  const size = Math.max(...expected.flat().map(Math.abs))
  actual.forEach((point, t) =>
    point.forEach((x, i) => expect(Math.abs(x - expected[t]![i]!), `step ${t + 1}`).toBeLessThanOrEqual(1e-5 * size)),
  )
  expect(actual.length).toBe(steps)
}

describe.each(runtimes)('50 steps on $name', ({ open }) => {
  it.each(cases)('of $name are the steps of a float64 reference', async ({ optimiser }) => {
    const session = await (await open()).open(stepOf(optimiser))
    expectSamePath(await descend(session, optimiser), reference(optimiser))
    await session.close()
  })
})

describe.skipIf(withoutTorch !== undefined)('50 steps', () => {
  it.each(cases.filter(({ torch }) => torch))('of $name are the steps of torch.optim', async ({ optimiser, torch }) => {
    const job = { ...torch, start: Array.from(start), gradients: gradients.map(g => Array.from(g)), rates }
    const path = JSON.parse(
      execFileSync(python!, ['-c', torchScript], { input: JSON.stringify(job), encoding: 'utf8' }),
    ) as number[][]
    const session = await (await runtimes[0]!.open()).open(stepOf(optimiser))
    expectSamePath(await descend(session, optimiser), path)
    await session.close()
  })
})

describe('an optimiser', () => {
  it('keeps as many tensors as it needs, and reads corrections only where its moments start too small', () => {
    const facts = cases.map(({ optimiser }) => [stateNames(optimiser).join(), needsCorrections(optimiser)])
    expect(facts).toEqual([
      ['', false],
      ['m', false],
      ['m', false],
      ['m,v', true],
      ['m,v', true],
      ['m,v', true],
      ['m', false],
      ['m', false],
    ])
  })

  it('decays a parameter that gets no gradient by the learning rate times the decay, and by nothing else', async () => {
    const decay = async (optimiser: Optimiser): Promise<number> => {
      const session = await (await runtimes[0]!.open()).open(stepOf(optimiser))
      // Element 4 never gets a gradient: what is left of it is the decay alone.
      return (await descend(session, optimiser)).at(-1)![4]! / start[4]!
    }
    const left = rates.reduce((share, rate) => share * (1 - rate * 0.5), 1)
    expect(await decay({ kind: 'adamw', weightDecay: 0.5 })).toBeCloseTo(left, 5)
    expect(await decay({ kind: 'lion', weightDecay: 0.5 })).toBeCloseTo(left, 5)
    expect(await decay({ kind: 'adamw', weightDecay: 0 })).toBe(1)
    expect(await decay({ kind: 'adam' })).toBe(1)
  })
})
