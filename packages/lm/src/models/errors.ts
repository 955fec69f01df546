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
