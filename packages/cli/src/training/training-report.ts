import { trainingPage } from '@attestry/report'
import type { TrainingCourse } from '@attestry/lm'
import type { TrainingRecord } from './training-record.js'

/** The page of a training that ended, from its record and its curves. */
export function trainingReport(
  record: TrainingRecord,
  { losses, epsilons, validations }: TrainingCourse,
  base: string,
): string {
  const { plan, privacy, data, software, facts } = record
  const { tuning, optimiser } = plan
  const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))
  const rows = (object: Readonly<Record<string, unknown>>) =>
    Object.entries(object).map(([name, value]): readonly [string, string] => [name, text(value)])
  const { guards, ...counted } = facts
  return trainingPage({
    base,
    run: record.run,
    endedAt: record.endedAt,
    steps: { done: record.steps, planned: plan.steps, written: record.writtenStep },
    stoppedEarly: record.stoppedEarly,
    batch: plan.logicalBatch,
    parameters: { trained: plan.trainable, all: record.compute.baseModel.parameters },
    losses,
    epsilons,
    validations,
    privacy,
    compute: record.compute,
    details: {
      Plan: [
        ['digest', plan.digest],
        ['tuning', tuning.kind === 'lora' ? `adapters ${text(tuning.lora)}` : 'all weights'],
        ['optimiser', text(optimiser)],
        ['learning rate', text(plan.learningRate)],
        ['schedule', text(plan.schedule)],
        ['layers', plan.gradientCheckpointing ? 'computed again on the way back' : 'kept for the way back'],
        ['largest gradient norm', plan.maxGradientNorm === null ? 'none' : text(plan.maxGradientNorm)],
        ['seed', text(plan.seed)],
      ],
      Data: [
        ...rows(data.files),
        ['training rows as tokens', data.training],
        ['validation rows as tokens', data.validation],
      ],
      'Base model': rows(record.base),
      'Files that were written': rows(record.files),
      Guards: rows(guards as Readonly<Record<string, unknown>>),
      'What the trainer counted': rows(counted),
      Software: rows(software),
    },
  })
}
