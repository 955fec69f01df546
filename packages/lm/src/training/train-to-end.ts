import type { StepReport } from '@attestry/core'
import type { LoopSnapshot } from '@attestry/trainer'
import type { FineTuning } from './fine-tune.js'
import type { TokenExample } from './sft-task.js'

export interface TrainToEndOptions {
  /** Examples to validate on; none turns validation off. */
  readonly validation: readonly TokenExample[]
  /** Whether to validate after a step. The last step is always followed by a validation. */
  readonly isDue: (step: number) => boolean
  /** Training stops after so many validations without a better loss. */
  readonly patience?: number
  /** Remember the weights with the best validation loss. */
  readonly keepBest?: boolean
  readonly onStep?: (report: StepReport) => void
  readonly onValidation?: (step: number, loss: number) => void
}

export interface TrainedToEnd {
  /** Steps that were done. */
  readonly steps: number
  readonly stoppedEarly: boolean
  /** Validation loss after the last step; null without validation. */
  readonly validationLoss: number | null
  /** The weights to write instead of the last ones; absent unless they are better and were to be kept. */
  readonly best?: LoopSnapshot
}

/** Runs all steps of a fine-tuning, with validation in between, and stops early where asked to. */
export async function trainToEnd(run: FineTuning, options: TrainToEndOptions): Promise<TrainedToEnd> {
  const { validation, isDue, patience = Infinity, keepBest = false } = options
  let steps = 0
  let last: number | null = null
  let best: { readonly loss: number; readonly step: number; readonly snapshot?: LoopSnapshot } | undefined
  let sinceBest = 0
  for (let report = await run.step(); report; report = await run.step()) {
    steps = report.step
    options.onStep?.(report)
    if (validation.length === 0 || !(isDue(steps) || steps === report.steps)) continue
    last = await run.validate(validation)
    options.onValidation?.(steps, last)
    const isBetter = best === undefined || last < best.loss
    if (isBetter) best = { loss: last, step: steps, ...(keepBest && { snapshot: run.snapshot() }) }
    sinceBest = isBetter ? 0 : sinceBest + 1
    if (sinceBest >= patience && steps < report.steps) {
      return { steps, stoppedEarly: true, validationLoss: last, ...bestOf(best, steps) }
    }
  }
  return { steps, stoppedEarly: false, validationLoss: last, ...bestOf(best, steps) }
}

const bestOf = (
  best: { readonly step: number; readonly snapshot?: LoopSnapshot } | undefined,
  steps: number,
): { readonly best?: LoopSnapshot } => (best?.snapshot && best.step !== steps ? { best: best.snapshot } : {})
