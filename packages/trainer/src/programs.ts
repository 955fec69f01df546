import {
  compileAccumulate,
  compileApply,
  compileFused,
  type CompiledStep,
  type Flops,
  type LossBuilder,
  type Optimiser,
  type Runtime,
  type StepOptions,
  type Tensor,
} from '@attestry/autograd'

/** The kinds of graphs that a training run runs. */
export type ProgramKind = 'accumulate' | 'apply' | 'fused'

/** How a step becomes a graph: the compilers of `@attestry/autograd`. Replaced in tests by broken ones. */
export type Compilers = Readonly<Record<ProgramKind, (options: StepOptions) => CompiledStep>>

export const compilers: Compilers = { accumulate: compileAccumulate, apply: compileApply, fused: compileFused }

export interface ProgramOptions {
  readonly runtime: Runtime
  readonly compilers: Compilers
  readonly loss: (positions: number) => LossBuilder
  readonly optimiser: Optimiser
  readonly isPrivate: boolean
  readonly maxGradientNorm?: number
  readonly metadata: Readonly<Record<string, string>>
}

/** Which graph: its kind, its rows, and its token positions (0 for tables). */
export interface ProgramKey {
  readonly kind: ProgramKind
  readonly batch: number
  readonly positions: number
}

/** Compiles graphs when they are first needed and keeps them open. */
export interface Programs {
  run(key: ProgramKey, feeds: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>>
  /** Frees the memory of all graphs of a kind; the next run opens its graph again. */
  release(kind: ProgramKind): Promise<void>
  /** Operations of all runs so far. */
  flops(): Flops
  /** SHA-256 of every graph that was compiled, by kind and sizes. */
  digests(): Readonly<Record<string, string>>
  close(): Promise<void>
}

export function openPrograms({ runtime, compilers, loss, ...options }: ProgramOptions): Programs {
  const opened = new Map<string, ReturnType<typeof open>>()
  const total = { matmul: 0, other: 0 }
  const digests: Record<string, string> = {}
  const nameOf = ({ kind, batch, positions }: ProgramKey): string => `${kind} ${batch}x${positions}`
  const open = async (key: ProgramKey) => {
    const step = compilers[key.kind]({ ...options, loss: loss(key.positions), batch: key.batch })
    digests[nameOf(key)] = step.digest
    return { step, session: await runtime.open(step.model) }
  }
  return {
    async run(key, feeds) {
      const name = nameOf(key)
      const program = opened.get(name) ?? open(key)
      opened.set(name, program)
      const { step, session } = await program
      total.matmul += step.flops.matmul
      total.other += step.flops.other
      return session.run(feeds)
    },
    async release(kind) {
      for (const [name, program] of [...opened])
        if (name.startsWith(`${kind} `)) {
          opened.delete(name)
          await (await program).session.close()
        }
    },
    flops: () => ({ ...total }),
    digests: () => ({ ...digests }),
    async close() {
      for (const program of opened.values()) await (await program).session.close()
      opened.clear()
    },
  }
}
