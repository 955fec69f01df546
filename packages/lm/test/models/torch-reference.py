"""Writes a small random Llama, a LoRA adapter for it, and what transformers, PEFT and torch compute with them."""
import json
import sys

import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file
from transformers import LlamaConfig, LlamaForCausalLM

folder, rope = sys.argv[1], json.loads(sys.argv[2])
torch.manual_seed(5)
torch.set_num_threads(1)
config = LlamaConfig(
    hidden_size=32, intermediate_size=48, num_hidden_layers=3, num_attention_heads=4, num_key_value_heads=2,
    vocab_size=61, rms_norm_eps=1e-5, tie_word_embeddings=True, max_position_embeddings=64,
    rope_parameters=rope, attn_implementation="eager",
)
model = LlamaForCausalLM(config)
with torch.no_grad():
    for name, value in model.named_parameters():
        value.normal_(1.0 if "norm" in name else 0.0, 0.3)
model.save_pretrained(folder)
tokens = torch.randint(0, 61, (3, 16))
with torch.no_grad():
    logits = model(input_ids=tokens).logits

adapted = get_peft_model(model, LoraConfig(r=4, lora_alpha=6, target_modules=["q_proj", "v_proj", "down_proj"], lora_dropout=0.0))
with torch.no_grad():
    for name, value in adapted.named_parameters():
        if value.requires_grad:
            value.normal_(0.0, 0.2)
adapted.save_pretrained(f"{folder}/adapter")
adapted.train()
norms, losses, sums = [], [], {}
for row in tokens:
    adapted.zero_grad()
    out = adapted(input_ids=row[None]).logits[0]
    loss = torch.nn.functional.cross_entropy(out[:-1], row[1:])
    loss.backward()
    grads = {name: value.grad for name, value in adapted.named_parameters() if value.requires_grad}
    norm = torch.sqrt(sum((g.double() ** 2).sum() for g in grads.values())).item()
    losses.append(loss.item())
    norms.append(norm)
    for name, g in grads.items():
        key = name.replace(".default", "")
        sums[key] = sums.get(key, 0) + g * min(1.0, 2.0 * (1 - 1e-5) / norm)
with torch.no_grad():
    adapted_logits = adapted(input_ids=tokens).logits
save_file({"logits": logits.contiguous(), "adapted": adapted_logits.contiguous(), **{f"sum:{k}": v.contiguous() for k, v in sums.items()}}, f"{folder}/expected.safetensors")
with open(f"{folder}/expected.json", "w") as file:
    json.dump({"tokens": tokens.tolist(), "losses": losses, "norms": norms}, file)
