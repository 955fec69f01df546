import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect } from 'vitest'
import { openTrainingConfig, type TrainingConfig } from '../../src/index.js'

/** A folder of configs for the tests of one file. */
export interface ConfigFolder {
  path(...parts: readonly string[]): string
  open(text: string): Promise<TrainingConfig>
}

export function configFolder(): ConfigFolder {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'configs-'))
    await mkdir(join(folder, 'data'))
    await writeFile(join(folder, 'data', 'dataset_info.json'), JSON.stringify(info))
  })
  afterAll(() => rm(folder, { recursive: true }))
  return {
    path: (...parts) => join(folder, ...parts),
    async open(text) {
      const file = join(folder, 'config.yaml')
      await writeFile(file, text)
      return openTrainingConfig(file, folder)
    },
  }
}

export const code = (value: string, words = ''): unknown =>
  expect.objectContaining({ code: value, message: expect.stringContaining(words) })

export const axolotl: string = `
base_model: models/smollm2
model_type: LlamaForCausalLM
tokenizer_type: AutoTokenizer
load_in_8bit: false
load_in_4bit:
strict: false
chat_template: chatml
datasets:
  - path: data/talk.jsonl
    type: chat_template
    field_messages: talk
    message_property_mappings:
      role: role
      content: content
    roles:
      user: [user, human]
      assistant:
        - assistant
  - path: json
    data_files: [data/a.json, data/b.json]
    type: alpaca
    split: train
dataset_prepared_path: prepared
val_set_size: 0.05
output_dir: ./out
adapter: lora
lora_model_dir:
lora_r: 16
lora_alpha: 32
lora_dropout: 0.05
lora_target_modules:
  - q_proj
  - v_proj
lora_fan_in_fan_out:
sequence_len: 1024
sample_packing: yes
eval_sample_packing: true
pad_to_sequence_len: true
wandb_project: mine
wandb_watch:
gradient_accumulation_steps: 4
micro_batch_size: 2
num_epochs: 3
max_steps: 100
optimizer: adamw_bnb_8bit
adam_beta1: 0.8
adam_beta2: 0.95
adam_epsilon: 1e-6
lr_scheduler: cosine
learning_rate: 2e-4
max_grad_norm: 0.5
train_on_inputs: false
group_by_length: false
bf16: auto
fp16:
tf32: false
gradient_checkpointing: true
early_stopping_patience: 2
resume_from_checkpoint:
local_rank:
logging_steps: 5
flash_attention: true
s2_attention:
warmup_steps: 10
eval_steps: 0.1
save_steps: 50
debug:
deepspeed: ds.json
weight_decay: 0.1
fsdp:
fsdp_config: {}
seed: 7
special_tokens:
  pad_token: "<|end|>"
`

export const llamaFactory: string = `
### model
model_name_or_path: models/smollm2
trust_remote_code: true
### method
stage: sft
do_train: true
finetuning_type: lora
lora_rank: 8
lora_target: q_proj,v_proj
### dataset
dataset: talk,rows
template: llama3
cutoff_len: 2048
max_samples: 1000
overwrite_cache: true
preprocessing_num_workers: 16
dataloader_num_workers: 4
packing: true
### output
output_dir: saves/out
logging_steps: 10
save_steps: 500
plot_loss: true
overwrite_output_dir: true
save_only_model: false
report_to: none
### train
per_device_train_batch_size: 1
gradient_accumulation_steps: 8
learning_rate: 1.0e-4
num_train_epochs: 3.0
lr_scheduler_type: cosine
warmup_ratio: 0.1
bf16: true
ddp_timeout: 180000000
resume_from_checkpoint: null
### eval
val_size: 0.1
per_device_eval_batch_size: 1
eval_strategy: steps
eval_steps: 250
`

export const info: Readonly<Record<string, unknown>> = {
  talk: {
    file_name: 'talk.json',
    formatting: 'sharegpt',
    columns: { messages: 'messages', system: 'sys' },
    tags: {
      role_tag: 'role',
      content_tag: 'content',
      user_tag: 'user',
      assistant_tag: 'assistant',
      system_tag: 'system',
    },
  },
  rows: { file_name: 'rows.json', columns: { prompt: 'question', response: 'answer' } },
  plain: { file_name: 'plain.json', formatting: 'sharegpt' },
  named: { file_name: 'named.json', columns: { subject: 'meta.user' } },
  hub: { hf_hub_url: 'someone/data', file_name: 'x.json' },
  nothing: {},
  ranked: { file_name: 'r.json', ranking: true },
  odd: { file_name: 'r.json', formatting: 'sharegpt', tags: { role_tag: 'who' } },
  typo: { file_name: 'r.json', colums: {} },
}
