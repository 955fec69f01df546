// Why a key of a config changes nothing here, as words for the user.
export const noLogging: string = 'nothing is sent anywhere; the log is written to the output folder'
export const noHub: string = 'nothing is uploaded or fetched'
export const floats: string = 'everything is computed in 32-bit floats'
export const blocks: string = 'weights in 4 or 8 bits are whole numbers in blocks of 32, each with its own step'
export const oneProcess: string = 'one process trains'
export const speed: string = 'it changes speed or memory only, and has its own way here'
export const localModel: string =
  'the kind of model and tokenizer is read from the model folder, and no code of it is run'
export const sampling: string = 'batches are drawn at random, as the accounting of privacy needs'
export const padding: string = 'rows are padded to a few lengths; padding is neither seen nor learned'
export const caching: string = 'data is read anew for every run'
export const noImages: string = 'the data is text'
export const generation: string = 'nothing is generated during training'
