import { AttestryError, type ErrorCatalogue } from '@attestry/core'

/** Codes of checkpoint and adapter files. */
export const fileErrors: ErrorCatalogue = {
  'LM-E001': {
    title: 'there is no checkpoint at this path',
    explanation:
      'A checkpoint is a folder with config.json and safetensors weights, or one GGUF file. Nothing of that kind is at the path. A folder that holds only pickled weights (pytorch_model.bin) is refused as well: unpickling runs code from the file, so convert such weights to safetensors first.',
    example: 'a folder with config.json only  ->  a folder with config.json and model.safetensors',
  },
  'LM-E002': {
    title: 'a config file is missing or not valid',
    explanation:
      'A model folder needs a config.json that states the sizes of the model. It is missing, too large, not a JSON object, names a key twice, or gives a size that is not a positive whole number. Take the config.json that was published with the weights.',
    example: "hidden_size: '576'  ->  hidden_size: 576",
  },
  'LM-E003': {
    title: 'a safetensors file is not valid',
    explanation:
      'The file is shorter than its header says, its header is not the expected JSON, or its tensors overlap, leave holes or have sizes that do not match their shapes. Such a file is damaged or forged and is not read any further. Take an untouched copy.',
    example: 'a download that stopped half way  ->  the whole file',
  },
  'LM-E004': {
    title: 'a shard of the checkpoint is missing',
    explanation:
      'model.safetensors.index.json names files that hold the weights, and one of them is not in the folder. The model would have holes, so nothing is read. Fetch the missing file, or the whole folder again.',
    example: 'model-00002-of-00002.safetensors missing  ->  both shards beside the index',
  },
  'LM-E005': {
    title: 'the index and the shards disagree',
    explanation:
      'model.safetensors.index.json maps every tensor to one shard. It is not valid, names a file outside of the folder, names a tensor that its shard lacks, or a shard holds a tensor that the index does not place there. Two readers could see two models, so none is read. Take index and shards of one export.',
    example: "weight_map: { 'lm_head.weight': '../other.safetensors' }  ->  a file name in the same folder",
  },
  'LM-E006': {
    title: 'the checkpoint has no such tensor',
    explanation:
      'A tensor was asked for that is not in the file. Usually the checkpoint belongs to another kind of model, or the model ties this weight to another one. List the tensors to see what is there.',
    example: "read('lm_head.weight') of a tied model  ->  read('model.embed_tokens.weight')",
  },
  'LM-E007': {
    title: 'a tensor is not stored as readable weights',
    explanation:
      'Weights are read from floating-point and from some quantised element types. This tensor holds integers, truth values or a packed type without a decoder. Turning them into weights would be a guess, so it is refused.',
    example: "read('embeddings.position_ids') of type I64  ->  leave it out: positions are counted, not learned",
  },
  'LM-E008': {
    title: 'a tensor is too large to read',
    explanation:
      'A tensor is read as one array of 32-bit floats. This one has more elements than one array may have, or than there is memory for. Use a smaller model, or a machine with more memory.',
    example: 'a tensor of 200,000 x 20,000  ->  at most 2,147,483,647 elements',
  },
  'LM-E009': {
    title: 'a file changed while it was being read',
    explanation:
      'A file of the checkpoint became shorter, or was written to, after it was opened. What was read before and after would belong to two models. Leave the files alone during a run, or work on a copy.',
    example: 'a download that still runs  ->  wait until it is done',
  },
  'LM-E010': {
    title: 'a GGUF file is not valid',
    explanation:
      'The file ends early, a length or count in it is impossible, a name occurs twice, or its tensors overlap, leave holes or end after the file. Such a file is damaged or forged and is not read any further. Take an untouched copy.',
    example: 'the first megabyte of model.gguf  ->  the whole file',
  },
  'LM-E011': {
    title: 'a GGUF file goes beyond a limit of the reader',
    explanation:
      'Counts in a file are claims, so each has a limit that real models stay far below: keys, tensors, array elements, text lengths, and the header as a whole. This file claims more. If it is a real model, please report it with the numbers of the message.',
    example: 'an array of 4,294,967,295 elements  ->  at most 4,194,304',
  },
  'LM-E012': {
    title: 'a GGUF file of an unsupported kind',
    explanation:
      'Versions 2 and 3 in little-endian order are read, as one file, with the element types F32, F16, BF16, Q8_0, Q4_0, Q4_1 and Q4_K. This file is of another version, byte order or type, or is one part of several. Convert it with the tool that made it.',
    example: 'model-IQ2_XS.gguf  ->  model-Q4_K_M.gguf of the same model',
  },
  'LM-E013': {
    title: 'the metadata of a GGUF file does not describe the model',
    explanation:
      'Sizes of the model are read from the metadata: layers, widths, heads. A key is missing, has another type, or contradicts the tensors. Without it the rows of the attention weights cannot be put in order, so the file is refused. Convert the model again.',
    example: 'no llama.attention.head_count  ->  llama.attention.head_count = 9',
  },
  'LM-E014': {
    title: 'the checkpoint is closed',
    explanation:
      'A closed checkpoint has released its files and cannot read tensors. Closing happens when the weights have been loaded, or after a failure. Open it again to read more.',
    example: 'close() and then read(name)  ->  read first',
  },
  'LM-E015': {
    title: 'tensors cannot be written as given',
    explanation:
      'Each tensor to write needs a name of its own, a shape of whole numbers, a known element type and exactly as many values as the shape says. One of them has not. No file was written under the final name.',
    example: 'shape [2, 3] with 5 values  ->  6 values',
  },
  'LM-E016': {
    title: 'an adapter folder is not valid',
    explanation:
      'An adapter is a folder with adapter_config.json and adapter_model.safetensors. One of them is missing or too large, or the config lacks peft_type, r, lora_alpha or target_modules, or gives them a wrong type. Take the whole folder as it was exported.',
    example: "adapter_config.json without r  ->  { peft_type: 'LORA', r: 8, lora_alpha: 16, target_modules: ['q_proj'] }",
  },
  'LM-E017': {
    title: 'the adapter uses a feature that is not honoured',
    explanation:
      'Plain LoRA is read: low-rank matrices beside linear layers, no biases, no DoRA, no per-module ranks, no change of the base weights. The config asks for something else. Ignoring it would give other predictions than the adapter was trained for, so it is refused.',
    example: 'use_dora: true  ->  an adapter trained with use_dora: false',
  },
  'LM-E018': {
    title: 'the tensors of an adapter do not fit its config',
    explanation:
      'Every adapted module has a matrix A of [r, in] and a matrix B of [out, r]. A partner is missing, a rank differs from the config, or a key is of another form. The message names the key.',
    example: 'lora_A of [16, 576] with r: 8  ->  lora_A of [8, 576]',
  },
  'LM-E019': {
    title: 'a file cannot be read or written',
    explanation:
      'The operating system refused: no permission, no space, too many open files, a broken disk. The message carries its code. Mend the cause and try again; a file that was being written was removed.',
    example: 'ENOSPC while writing model.safetensors  ->  free some space',
  },
  'LM-E020': {
    title: 'a GGUF file carries no usable tokenizer',
    explanation:
      'A tokenizer needs at least its model name and its list of tokens. They are missing, of another type, or of lengths that contradict each other. Use a file that was converted with its tokenizer.',
    example: 'no tokenizer.ggml.tokens  ->  a GGUF file converted from the whole model folder',
  },
}

type Code = keyof typeof fileErrors & `LM-E${number}`

const failure =
  (code: Code, help: string) =>
  (file: string, message: string, cause?: unknown): AttestryError =>
    new AttestryError({ code, message, where: { file }, help, ...(cause !== undefined && { cause }) })

/** Makes one coded error about a file: the file as the user named it, and what is wrong with it. */
export type FileFailure = (file: string, message: string, cause?: unknown) => AttestryError

/** LM-E001. */
export const noCheckpoint: FileFailure = failure(
  'LM-E001',
  'name a folder with config.json and model.safetensors, or a .gguf file',
)

/** LM-E002. */
export const badConfig: FileFailure = failure('LM-E002', 'take the config.json that was published with the weights')

/** LM-E003. */
export const badSafetensors: FileFailure = failure('LM-E003', 'take an untouched copy of the file')

/** LM-E004. */
export const missingShard: FileFailure = failure('LM-E004', 'fetch the missing file')

/** LM-E005. */
export const badIndex: FileFailure = failure('LM-E005', 'take index and shards of one export')

/** LM-E006. */
export const noTensor: FileFailure = failure('LM-E006', 'look at the names in tensors')

/** LM-E007. */
export const notWeights: FileFailure = failure('LM-E007', 'leave the tensor out, or convert it to F32, F16 or BF16')

/** LM-E008. */
export const tensorTooLarge: FileFailure = failure('LM-E008', 'use a smaller model or a machine with more memory')

/** LM-E009. */
export const fileChanged: FileFailure = failure('LM-E009', 'leave the files alone while they are read')

/** LM-E010. */
export const badGguf: FileFailure = failure('LM-E010', 'take an untouched copy of the file')

/** LM-E011. */
export const ggufLimit: FileFailure = failure('LM-E011', 'take an untouched copy of the file')

/** LM-E012. */
export const ggufKind: FileFailure = failure('LM-E012', 'convert the model to one little-endian file of version 3')

/** LM-E013. */
export const ggufMetadata: FileFailure = failure('LM-E013', 'convert the model again')

/** LM-E014. */
export const checkpointClosed = (file: string): AttestryError =>
  failure('LM-E014', 'open the checkpoint again')(file, 'the checkpoint is closed')

/** LM-E015. */
export const badTensors: FileFailure = failure('LM-E015', 'give every tensor its own name and as many values as its shape')

/** LM-E016. */
export const badAdapter: FileFailure = failure('LM-E016', 'take the whole folder as it was exported')

/** LM-E017. */
export const adapterFeature: FileFailure = failure('LM-E017', 'train or convert the adapter as plain LoRA')

/** LM-E018. */
export const adapterMismatch: FileFailure = failure('LM-E018', 'take config and weights of one export')

/** LM-E019. Names the operation and the code of the operating system. */
export const ioFailed = (file: string, doing: string, cause: unknown): AttestryError =>
  failure('LM-E019', 'mend the cause and try again')(file, `${doing} failed with ${systemCode(cause)}`, cause)

/** LM-E020. */
export const noTokenizer: FileFailure = failure('LM-E020', 'use a file that was converted with its tokenizer')

/** A name out of a file, short enough and escaped for a message. */
export const label = (name: string): string => `'${JSON.stringify(name.slice(0, 80)).slice(1, -1)}'`

/** Code of an operating-system error (`ENOENT`), or what there is instead. */
export const systemCode = (cause: unknown): string =>
  cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.name) : 'an unknown error'
