import { AttestryError, type ErrorCatalogue, type ErrorCode } from '@attestry/core'

/** Codes of model families. */
export const modelErrors: ErrorCatalogue = {
  'LM-E060': {
    title: 'the architecture is not one that is known here',
    explanation:
      'The config names an architecture, or a part of one, that this package has no graph for. Running another graph on these weights would give fluent nonsense, so it is refused. The message lists what is known.',
    example: 'architectures: ["MambaForCausalLM"]  ->  a checkpoint of LlamaForCausalLM or BertModel',
  },
  'LM-E061': {
    title: 'the config of a model has a missing or impossible value',
    explanation:
      'A size in config.json is missing, or is not a number that such a model can have. The graph is built from these sizes, so nothing was started. Compare the file with the one that was published beside the weights.',
    example: 'num_attention_heads: 9, hidden_size: 577  ->  a hidden size that heads divide',
  },
  'LM-E062': {
    title: 'a tensor of the checkpoint is missing or has another shape',
    explanation:
      'The model needs a tensor that the checkpoint does not hold, or holds in another shape than the config says. Training on it would start from wrong weights, so nothing was started. Usually config.json and weights come from different models, or a shard is missing.',
    example: 'model.layers.3.mlp.up_proj.weight is [1536, 512], the config asks for [1536, 576]',
  },
  'LM-E063': {
    title: 'no layer has a name that the adapter targets',
    explanation:
      'Target modules are given by the last part of a layer name, as PEFT has them. None of the given names occurs in this model, so the adapter would have nothing to train. The message lists the names that exist.',
    example: 'targetModules: ["query"] for a Llama  ->  ["q_proj", "v_proj"]',
  },
  'LM-E064': {
    title: 'a fine-tuning run cannot be planned',
    explanation:
      'There is nothing to train on, a setting is not a usable number, an example is longer than the model takes, or rows are packed although each example is to be protected alone. Nothing was started. The message says which.',
    example: 'packing: true with privacy  ->  packing: false',
  },
  'LM-E065': {
    title: 'the written adapter is not what was trained',
    explanation:
      'After writing, the adapter is read back and compared with the weights of the run, and they differ. Something else wrote to the folder, or the disk failed. Do not use these files; write to another folder.',
    example: 'two runs that write to one folder  ->  a folder for each run',
  },
  'LM-E066': {
    title: 'a text cannot be read by the model',
    explanation:
      'A model reads at least one token and at most as many as it has positions for; beyond them it has learned nothing. What was read before is kept. Shorten the text, or begin a new one.',
    example: '2,049 tokens for a model of 2,048 positions  ->  at most 2,048',
  },
  'LM-E067': {
    title: 'the data does not fit a text classifier',
    explanation:
      'A language model in a run reads one text column and answers with one of the declared classes. The config names no text column, or asks for a model of another kind. Nothing was read. Declare the column, or take a model that reads tables.',
    example: "data: { text: 'message', label: 'topic', classes: ['billing', 'other'] }",
  },
  'LM-E068': {
    title: 'the folder holds no text classifier, or another one',
    explanation:
      'A trained classifier is an adapter with a head, and a description that ties them to their plan and their base model. One of the files is missing, damaged, or belongs to another model. Nothing was predicted. Restore the folder as it was exported.',
    example: 'adapter_model.safetensors of another run  ->  the file that was exported beside attestry.json',
  },
  'LM-E069': {
    title: 'the base model is not the one that was named',
    explanation:
      'The config of a run, or a trained classifier, gives the digest of its base model, and the files have another. Approvals and evidence speak of the one that was named, and an adapter means nothing beside other weights. Restore the files, or name the new digest and ask again.',
    example: '"model": { "architecture": "language-model", "path": "models/llama", "digest": "sha256:…" }',
  },
  'LM-E073': {
    title: 'the training session is closed',
    explanation:
      'A step, a prediction or an export was asked for after the session had been closed. Its weights are gone, so nothing could be answered. Open a new session, or load the exported model.',
    example: 'const model = await trainer.load(directory)',
  },
  'LM-E080': {
    title: 'the folder holds no token classifier that can be read',
    explanation:
      'A token classifier is a folder with model.onnx, config.json, which names its labels, and the tokenizer.json that it was trained with. One of them is missing, or they do not belong together: the model answers with another number of labels, or the tokenizer gives ids that the model has no row for. Its answers would be labels of other tokens, so none is given. Take the files that were exported together.',
    example:
      'id2label with 9 labels beside a model that answers with 5  ->  the config.json that was exported with the model',
  },
  'LM-E081': {
    title: 'the ONNX file is not one that is run here',
    explanation:
      'A model file comes from elsewhere and is read before the native runtime sees it: it must be a whole ONNX model in one file, without weights in other files, which a forged one could name at will, and with the inputs and the output that token classifiers have. This file is damaged or asks for something else. Nothing was run. Export the model again, in one file.',
    example: 'weights in model.onnx_data  ->  a model below two gigabytes, exported with its weights inside',
  },
}

const raise = (code: keyof typeof modelErrors & string, message: string, help: string): AttestryError =>
  new AttestryError({ code: code as ErrorCode, message, help })

/** LM-E060. */
export const unknownArchitecture = (found: string, known: readonly string[]): AttestryError =>
  raise('LM-E060', `${found} is not known here; known are ${known.join(', ')}`, 'take a checkpoint of one of these')

/** LM-E061. */
export const badConfig = (key: string, reason: string): AttestryError =>
  raise('LM-E061', `${key} of config.json ${reason}`, 'compare the file with the one published beside the weights')

/** LM-E062. */
export const badTensor = (name: string, reason: string): AttestryError =>
  raise('LM-E062', `the tensor ${name} ${reason}`, 'check that config.json and all shards belong to the same model')

/** LM-E063. */
export const nothingTargeted = (asked: readonly string[], known: readonly string[]): AttestryError =>
  raise(
    'LM-E063',
    `no layer is named ${asked.join(' or ')}; layers are named ${known.join(', ')}`,
    'name layers that the model has',
  )

/** LM-E064. */
export const notPlannable = (reason: string): AttestryError =>
  raise('LM-E064', reason, 'change the examples or the settings named above')

/** LM-E065. */
export const adapterChanged = (folder: string, name: string): AttestryError =>
  new AttestryError({
    code: 'LM-E065',
    message: `the tensor ${name} of the written adapter differs from what was trained`,
    where: { file: folder },
    help: 'write to a folder that nothing else writes to',
  })

/** LM-E066. */
export const notReadable = (reason: string): AttestryError =>
  raise('LM-E066', reason, 'shorten the text, or begin a new one')

/** LM-E067. */
export const dataDoesNotFit = (reason: string): AttestryError =>
  raise('LM-E067', reason, 'declare the text column, or take another model')

/** LM-E068. */
export const badClassifier = (file: string, reason: string): AttestryError =>
  new AttestryError({
    code: 'LM-E068',
    message: `the folder of a text classifier ${reason}`,
    where: { file },
    help: 'restore the folder as it was exported',
  })

/** LM-E069. */
export const otherBase = (expected: string, found: string): AttestryError =>
  raise('LM-E069', `the base model has digest ${found}, not ${expected}`, 'restore the files, or name the new digest')

/** LM-E073. */
export const sessionClosed = (): AttestryError =>
  raise('LM-E073', 'the training session is closed', 'open a new session, or load the exported model')

/** LM-E080. */
export const noTokenClassifier = (file: string, reason: string): AttestryError =>
  new AttestryError({
    code: 'LM-E080',
    message: `the folder of a token classifier ${reason}`,
    where: { file },
    help: 'take model.onnx, config.json and tokenizer.json of one export',
  })

/** LM-E081. */
export const unusableOnnx = (file: string, reason: string): AttestryError =>
  new AttestryError({
    code: 'LM-E081',
    message: `the ONNX file ${reason}`,
    where: { file },
    help: 'export the model for token classification again, in one file',
  })
