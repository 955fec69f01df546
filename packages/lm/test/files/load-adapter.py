"""Loads an adapter with stock PEFT beside its base model and writes the logits of some tokens."""
import json
import sys

import torch
from peft import PeftModel
from safetensors.torch import save_file
from transformers import LlamaForCausalLM

base, adapter, tokens = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
model = PeftModel.from_pretrained(LlamaForCausalLM.from_pretrained(base), adapter).eval()
with torch.no_grad():
    logits = model(input_ids=torch.tensor([tokens])).logits[0, -1]
save_file({"logits": logits.contiguous()}, f"{adapter}/logits.safetensors")
