import { AttestryError, type ErrorCatalogue, type ErrorCode } from '@attestry/core'

/** Codes of training runs. */
export const trainingErrors: ErrorCatalogue = {
  'LM-E070': {
    title: 'a checkpoint belongs to another run',
    explanation:
      'A checkpoint names the plan, the data and the base model that it was written under, by their digests. What was asked for now differs from them, so going on would give a model that neither description fits. Start anew in another folder, or give settings and files as they were.',
    example: 'learning_rate was 1e-4 when the checkpoint was written, and is 2e-4 now',
  },
  'LM-E071': {
    title: 'a checkpoint cannot be read',
    explanation:
      'The folder is no checkpoint of a training run, or its files are not those that its description names by their digests. A process that is killed leaves no such folder, so something else changed it. Take an earlier checkpoint of the same run.',
    example: 'resume_from_checkpoint: ./out/checkpoint-40, whose state.safetensors was cut',
  },
  'LM-E072': {
    title: 'the loss of the validation rows is not a number',
    explanation:
      'After a step the loss on rows that are not trained on was infinite or undefined. The weights have left the range in which the model computes anything, and more steps do not bring them back. Lower the learning rate, and go on from an earlier checkpoint or start anew.',
    example: 'learning_rate: 10  ->  learning_rate: 1e-4',
  },
}

const raise = (code: keyof typeof trainingErrors & string, message: string, help: string): AttestryError =>
  new AttestryError({ code: code as ErrorCode, message, help })

/** LM-E070. */
export const checkpointOfAnother = (folder: string, what: string): AttestryError =>
  new AttestryError({
    code: 'LM-E070',
    message: `what is there was written for ${what}`,
    where: { file: folder },
    help: 'start anew in another folder, or give settings and files as they were',
  })

/** LM-E071. */
export const badRunCheckpoint = (folder: string, reason: string): AttestryError =>
  new AttestryError({
    code: 'LM-E071',
    message: `the checkpoint ${reason}`,
    where: { file: folder },
    help: 'take an earlier checkpoint of the same run',
  })

/** LM-E072. */
export const lossNotFinite = (step: number, loss: number): AttestryError =>
  raise('LM-E072', `after step ${step} the validation loss is ${loss}`, 'lower the learning rate')
