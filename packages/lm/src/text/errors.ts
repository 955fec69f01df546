import { AttestryError, type ErrorCatalogue, type Where } from '@attestry/core'

/** Codes of tokenizers, chat templates, training texts and training configs. */
export const textErrors: ErrorCatalogue = {
  'LM-E030': {
    title: 'there is no tokenizer in this folder',
    explanation:
      'A model folder needs a tokenizer.json, which holds the vocabulary and how text is cut. It is not there. Folders that hold only a tokenizer.model of SentencePiece are not read; save the tokenizer once with a current library, which writes tokenizer.json.',
    example: 'config.json and model.safetensors  ->  the same with tokenizer.json and tokenizer_config.json',
  },
  'LM-E031': {
    title: 'a tokenizer file is not valid',
    explanation:
      'tokenizer.json or tokenizer_config.json is not JSON of the expected form, contradicts itself, or goes beyond a limit of the reader. A tokenizer that is half understood would number words differently from the one that the model was trained with. Take the untouched files that were published with the weights.',
    example: 'a merge of two tokens that are not in the vocabulary  ->  the published tokenizer.json',
  },
  'LM-E032': {
    title: 'the tokenizer uses a part that is not supported',
    explanation:
      'Byte-level BPE, BPE with byte fallback, WordPiece and Unigram are read, with those normalizers and pre-tokenizers that were compared with the reference implementation. This tokenizer has another part, or a known part with another option. Going on would give other token ids than the model was trained with, and nobody would notice.',
    example: "pre_tokenizer { type: 'UnicodeScripts' }  ->  a model whose tokenizer is byte-level BPE",
  },
  'LM-E033': {
    title: 'no tokenizer can be built from the GGUF file',
    explanation:
      'A GGUF file names its kind of tokenizer and lists tokens and merges; the pattern that cuts text is only named. Byte-level BPE (gpt2) with the patterns smollm, llama-bpe, gpt-2 and default is built. This file names another kind, or its lists contradict each other. Take the tokenizer.json of the original model instead.',
    example: "tokenizer.ggml.model = 'llama'  ->  tokenizer.json of the model that was converted",
  },
  'LM-E034': {
    title: 'a text or a token id is outside of the tokenizer',
    explanation:
      'Token ids run from 0 to one below the size of the vocabulary. An id was given that is not one of them, or a text gave a token without an id, or the text is longer than the limit. Usually the ids come from another tokenizer.',
    example: 'decode([50000]) with 49,152 tokens  ->  ids of the same tokenizer',
  },
  'LM-E035': {
    title: 'there is no chat template',
    explanation:
      'Conversations become text by the chat template of the model. The tokenizer has none, and none was given. Making one up would train a form that the model never sees in use. Name a template in the config, or use a model that was tuned for conversations.',
    example: "a base model without chat_template  ->  chat_template: 'chatml'",
  },
  'LM-E036': {
    title: 'the chat template cannot be used',
    explanation:
      'The template is not valid, uses something that does not exist, or refused the conversation: many templates raise an exception when roles do not alternate or when there is a system message. The message says which, without any content. Mend the conversation, or take another template.',
    example: 'two user messages in a row  ->  one user message, then one of the assistant',
  },
  'LM-E037': {
    title: 'a chat template goes beyond a limit',
    explanation:
      'A template comes with a model and is treated as untrusted: its length, the number of its steps and the size of what it makes are limited. This one goes beyond. Real templates stay far below, so look at where the model came from.',
    example: '{% for i in range(1000000000) %}  ->  a template that goes through the messages once',
  },
  'LM-E038': {
    title: 'a conversation is not valid',
    explanation:
      'A conversation is a list of messages, each with a role (system, user, assistant or tool) and a text. This one is empty, too long, has another role, or has nothing that the assistant says, so that nothing could be learned from it. The message names the place, never the content.',
    example: "messages: [{ role: 'user', … }]  ->  messages that end with role: 'assistant'",
  },
  'LM-E039': {
    title: 'the chat template rewrites earlier turns',
    explanation:
      "What the assistant says is found by rendering the conversation up to each turn: each rendering must begin with the one before. This template changes or drops earlier text, such as past reasoning, so the span of a turn is not known. Learn from the last turn only, or accept loss on all tokens with onRewrite: 'all'.",
    example:
      "labelledConversation(messages, tokenizer)  ->  labelledConversation(messages, tokenizer, { onRewrite: 'all' })",
  },
  'LM-E040': {
    title: 'examples cannot be packed as asked',
    explanation:
      'Packing needs a length of at least 2 positions and examples with one label for each token. One of these does not hold, or an example has no tokens. Mend the option or the example that the message names.',
    example: 'packExamples(examples, { length: 0 })  ->  packExamples(examples, { length: 2048 })',
  },
  'LM-E041': {
    title: 'a data file cannot be read',
    explanation:
      'The file does not exist, is not a regular file, is not text in UTF-8, is larger than the limit, or holds no rows. Nothing was read from it. Mend the path or the file.',
    example: 'datasets: [{ path: data/missing.jsonl }]  ->  a path that exists',
  },
  'LM-E042': {
    title: 'the format of the data is not recognised',
    explanation:
      'The first rows are compared with the known shapes: messages, Alpaca, ShareGPT, completions, plain text, and text with a label. The first row has none of them, or fields that fit several. The message says which known fields it has. Rename the columns, or name the format and the columns.',
    example: "rows { question, answer }  ->  rows { instruction, output }, or format: 'alpaca'",
  },
  'LM-E043': {
    title: 'the data mixes several formats',
    explanation:
      'A row has another shape than the rows before it. Reading each row in its own way would hide a mistake in the data, such as two files that were appended. The message gives the line and both formats. Split the file.',
    example: 'line 1 { messages }, line 57 { instruction, output }  ->  two files',
  },
  'LM-E044': {
    title: 'a row cannot be read',
    explanation:
      'A line is not valid JSON or CSV, is longer than the limit, lacks a field that its format needs, or has a field of another type. The message gives the line and the field, never the content. Mend the row or leave it out.',
    example: '{ "instruction": 7 }  ->  { "instruction": "…", "output": "…" }',
  },
  'LM-E045': {
    title: 'a training config is not valid YAML',
    explanation:
      'The config must be one YAML mapping within the limits of size, depth and aliases, in which no key stands twice. Larger or self-referencing documents are refused because they can expand without end. The message gives the line. Mend the file.',
    example: 'learning_rate: 1e-4 twice  ->  once',
  },
  'LM-E046': {
    title: 'a key of a training config is not supported',
    explanation:
      'Keys that change how a model is trained are either carried out or refused, never dropped in silence: a run that ignores a key would not be the run that the config describes. The message names the keys. Remove them, or train with a tool that has them.',
    example: 'peft_use_dora: true  ->  no such key: plain LoRA',
  },
  'LM-E047': {
    title: 'a value of a training config is not usable',
    explanation:
      'A key has a value of another type, out of range, or one that is known elsewhere but not carried out here, such as another optimiser. The message names the key and what is accepted. Change the value.',
    example: 'lora_r: 0  ->  lora_r: 8',
  },
  'LM-E048': {
    title: 'a training config lacks a setting',
    explanation:
      'A config for supervised fine-tuning with LoRA needs a base model and at least one data set, and must ask for LoRA or for full training. One of these is missing, or keys of two tools are mixed so that it is not clear which one the config is for. Add what the message names.',
    example: 'base_model missing  ->  base_model: ./models/smollm2-135m',
  },
  'LM-E049': {
    title: 'a data set is not declared in dataset_info.json',
    explanation:
      'LLaMA-Factory configs name data sets that dataset_info.json in the data folder declares. The name is not in it, the file is missing or not valid, or the declaration points to a remote source, which is not fetched. Declare the data set with a file_name beside the file.',
    example: "dataset: mine  ->  dataset_info.json { 'mine': { 'file_name': 'mine.json' } }",
  },
  'LM-E050': {
    title: 'a pattern of the tokenizer takes too long',
    explanation:
      'A tokenizer.json may bring regular expressions of its own, and a crafted one can take time without end on a short text. Patterns other than those of well-known models run under a limit that grows with the length of the text; this one went beyond it. The message never holds the text. Look at where the tokenizer came from.',
    example: "Split { Regex: '(a+)+$' }  ->  the tokenizer.json that was published with the weights",
  },
  'LM-E051': {
    title: 'it cannot be told where tokens stand in a text',
    explanation:
      'What a model says of a token is said of a place in the text, so the place must be known. It is worked out by going through the steps of the tokenizer again, character by character, and compared with what the whole text gives; for this text the two differ. Places that are guessed would mark other words than the model meant. Take a model whose tokenizer is WordPiece, byte-level BPE or Unigram with the usual parts.',
    example: 'a normalizer that joins letters of two words  ->  a tokenizer that changes letters one by one',
  },
}

type Code = keyof typeof textErrors & `LM-E${number}`

const failure =
  (code: Code, help: string) =>
  (message: string, where: Where = {}, cause?: unknown): AttestryError =>
    new AttestryError({ code, message, where, help, ...(cause !== undefined && { cause }) })

/** Makes one coded error: what is wrong, and where when that is known. */
export type TextFailure = (message: string, where?: Where, cause?: unknown) => AttestryError

/** LM-E030. */
export const noTokenizer: TextFailure = failure('LM-E030', 'name a folder with tokenizer.json')

/** LM-E031. */
export const badTokenizer: TextFailure = failure('LM-E031', 'take the files that were published with the weights')

/** LM-E032. */
export const unsupportedTokenizer: TextFailure = failure('LM-E032', 'use a model with a supported tokenizer')

/** LM-E033. */
export const noGgufTokenizer: TextFailure = failure('LM-E033', 'take tokenizer.json of the original model')

/** LM-E034. */
export const outsideTokenizer: TextFailure = failure('LM-E034', 'use ids and texts of the same tokenizer')

/** LM-E035. */
export const noChatTemplate: TextFailure = failure('LM-E035', 'name a chat template')

/** LM-E036. Never carries content of a conversation. */
export const badChatTemplate: TextFailure = failure('LM-E036', 'mend the conversation or take another template')

/** LM-E037. */
export const templateLimit: TextFailure = failure('LM-E037', 'look at where the template comes from')

/** LM-E038. Never carries content of a conversation. */
export const badConversation: TextFailure = failure('LM-E038', 'mend the conversation')

/** LM-E039. */
export const rewrittenTurns: TextFailure = failure('LM-E039', "learn from the last turn only, or set onRewrite: 'all'")

/** LM-E040. */
export const badPacking: TextFailure = failure('LM-E040', 'mend the option or the example')

/** LM-E041. */
export const unreadableData: TextFailure = failure('LM-E041', 'mend the path or the file')

/** LM-E042. */
export const unknownFormat: TextFailure = failure('LM-E042', 'rename the columns, or name the format')

/** LM-E043. */
export const mixedFormats: TextFailure = failure('LM-E043', 'split the file by format')

/** LM-E044. Never carries content of a row. */
export const badRow: TextFailure = failure('LM-E044', 'mend the row or leave it out')

/** LM-E045. */
export const badYaml: TextFailure = failure('LM-E045', 'mend the config')

/** LM-E046. */
export const unsupportedKeys: TextFailure = failure('LM-E046', 'remove the keys')

/** LM-E047. */
export const badSetting: TextFailure = failure('LM-E047', 'change the value')

/** LM-E048. */
export const missingSetting: TextFailure = failure('LM-E048', 'add the setting')

/** LM-E049. */
export const undeclaredData: TextFailure = failure('LM-E049', 'declare the data set with a file_name')

/** LM-E050. Never carries the text. */
export const slowPattern: TextFailure = failure('LM-E050', 'take the files that were published with the weights')

/** LM-E051. Never carries the text. */
export const noOffsets: TextFailure = failure('LM-E051', 'take a model with another tokenizer')
