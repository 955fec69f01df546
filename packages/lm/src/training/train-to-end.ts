import type { StepReport } from '@attestry/core'
import type { LoopSnapshot } from '@attestry/trainer'
import { lossNotFinite } from './errors.js'
import type { FineTuning } from './fine-tune.js'
import type { TokenExample } from './sft-task.js'
import type { Validation } from './validation.js'

/** What was measured on the way, for curves and for early stopping. */
export interface TrainingCourse {
  /** Mean loss of the examples of each step; null for an empty draw. */
  readonly losses: readonly (number | null)[]
  /** Epsilon spent after each step; null without privacy. */
  readonly epsilons: readonly (number | null)[]
  readonly validations: readonly ({ readonly step: number } & Validation)[]
}

/** What was trained, as it was after a step. */
export interface WeightsOfStep {
  readonly step: number
  readonly state: LoopSnapshot['state']
}

/** Where a run stands after a step: all that it takes to go on as if it had never stopped. */
export interface TrainingStand {
  readonly snapshot: LoopSnapshot
  readonly course: TrainingCourse
  /** Weights with the best validation loss so far, where they are kept. */
  readonly best?: WeightsOfStep
}

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
  /** Whether to save after a step. */
  readonly isSaveDue?: (step: number) => boolean
  /** Keeps where the run stands; training goes on once it resolves. Called when a save is due and when the run is interrupted. */
  readonly onSave?: (stand: TrainingStand) => Promise<void>
  /** Ends training after the step that runs, and saves. */
  readonly interrupt?: AbortSignal
  /** Where the run stood; its snapshot is what the run was opened from. */
  readonly from?: TrainingStand
}

export interface TrainedToEnd {
  /** Steps that were done. */
  readonly steps: number
  readonly stoppedEarly: boolean
  /** There are steps left, because the run was asked to end. */
  readonly interrupted: boolean
  /** The latest validation loss; null without validation. */
  readonly validationLoss: number | null
  readonly course: TrainingCourse
  /** The weights to write instead of the last ones; absent unless they are better and were to be kept. */
  readonly best?: WeightsOfStep
}

/**
 * Runs all steps of a fine-tuning, with validations and saves in between, and stops early where asked to.
 *
 * @throws LM-E072 when a validation loss is not a finite number
 */
export async function trainToEnd(run: FineTuning, options: TrainToEndOptions): Promise<TrainedToEnd> {
  const { validation, isDue, patience = Infinity, keepBest = false, isSaveDue, interrupt, from } = options
  const losses = [...(from?.course.losses ?? [])]
  const epsilons = [...(from?.course.epsilons ?? [])]
  const validations = [...(from?.course.validations ?? [])]
  const course: TrainingCourse = { losses, epsilons, validations }
  let best = from?.best
  let steps = from?.snapshot.progress.done ?? 0
  const end = (how: { readonly stoppedEarly?: boolean; readonly interrupted?: boolean } = {}): TrainedToEnd => ({
    steps,
    stoppedEarly: false,
    interrupted: false,
    ...how,
    validationLoss: validations.at(-1)?.loss ?? null,
    course,
    ...(best && best.step !== steps && { best }),
  })
  const hasLostPatience = (): boolean => validationsSinceBest(validations) >= patience
  if (steps < run.steps && hasLostPatience()) return end({ stoppedEarly: true })
  for (let report = await run.step(); report; report = await run.step()) {
    steps = report.step
    losses.push(report.loss)
    epsilons.push(report.epsilon)
    options.onStep?.(report)
    const isLast = steps === run.steps
    if (validation.length > 0 && (isDue(steps) || isLast)) {
      const { loss, flops } = await run.validate(validation)
      if (!Number.isFinite(loss)) throw lossNotFinite(steps, loss)
      validations.push({ step: steps, loss, flops })
      options.onValidation?.(steps, loss)
      if (keepBest && validationsSinceBest(validations) === 0) best = { step: steps, state: run.weights() }
    }
    const isInterrupted = interrupt?.aborted === true && !isLast
    if (isInterrupted || isSaveDue?.(steps))
      await options.onSave?.({ snapshot: run.snapshot(), course, ...(best && { best }) })
    if (isInterrupted) return end({ interrupted: true })
    if (!isLast && hasLostPatience()) return end({ stoppedEarly: true })
  }
  return end()
}

/** Validations after the one with the lowest loss. */
function validationsSinceBest(validations: TrainingCourse['validations']): number {
  let best = 0
  for (let i = 1; i < validations.length; i++) if (validations[i]!.loss < validations[best]!.loss) best = i
  return Math.max(0, validations.length - 1 - best)
}
