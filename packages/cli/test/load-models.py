"""Loads folders with stock transformers and PEFT, and prints logits of a text's last position."""
import json
import sys

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer, GenerationConfig

base, adapter, merged, full, text = sys.argv[1:6]


def logits(model, tokenizer):
    with torch.no_grad():
        return model.eval()(**tokenizer(text, return_tensors="pt")).logits[0, -1].tolist()


result = {
    "adapter": logits(
        PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(base), adapter), AutoTokenizer.from_pretrained(base)
    )
}
for name, folder in (("merged", merged), ("full", full)):
    GenerationConfig.from_pretrained(folder)
    result[name] = logits(AutoModelForCausalLM.from_pretrained(folder), AutoTokenizer.from_pretrained(folder))
json.dump(result, sys.stdout)
