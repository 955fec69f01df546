import { availableParallelism } from 'node:os'
import { openRuntime, type Runtime } from '@attestry/autograd'
import type { Trainer, TrainingPlan, TrainingRequest } from '@attestry/core'
import { planTraining } from './plan.js'
import { loadModel } from './predictor.js'
import { openTraining } from './training-session.js'

export interface TrainerOptions {
  /** `auto` takes onnxruntime-node, and onnxruntime-web where that cannot be loaded. */
  readonly runtime?: 'node' | 'web' | 'auto'
  /** Threads of one operator, 1 by default. Results are the same for any number. */
  readonly threads?: number
  /** Threads that make noise ahead of the steps; by default what cores are left, at most 4. Never changes the noise. */
  readonly noiseThreads?: number
}

/** A trainer that plans without waiting for files. */
export interface SyncTrainer extends Trainer {
  plan(request: TrainingRequest): TrainingPlan
}

/** The trainer as a service: plans, trains with the onnx engine, loads. The runtime is loaded once, when first needed. */
export function createTrainer(options: TrainerOptions = {}): SyncTrainer {
  const { runtime: prefer = 'auto', threads = 1 } = options
  const noiseWorkers = options.noiseThreads ?? Math.max(0, Math.min(4, availableParallelism() - threads))
  let opened: Promise<Runtime> | undefined
  const runtime = (): Promise<Runtime> => (opened ??= openRuntime({ prefer, threads }))
  return {
    plan: request => planTraining(request, { prefer, threads }),
    open: async (plan, data, request, context) =>
      openTraining(plan, data, request, context, { runtime: await runtime(), noiseWorkers }),
    load: async directory => loadModel(directory, await runtime()),
  }
}
