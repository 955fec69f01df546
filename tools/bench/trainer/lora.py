"""The same job with torch and PEFT, and Opacus where it is private. Prints one line of JSON.

python lora.py plain|private STEPS SHAPE_AS_JSON
"""
import json
import resource
import sys
import time
import warnings

warnings.filterwarnings("ignore")
started = time.perf_counter()
import torch
from peft import LoraConfig, get_peft_model
from transformers import LlamaConfig, LlamaForCausalLM

kind, steps, shape = sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3])
torch.set_num_threads(shape["threads"])
model = LlamaForCausalLM(LlamaConfig(**shape["config"]))
lora = LoraConfig(r=shape["rank"], lora_alpha=2 * shape["rank"], target_modules=shape["targets"], lora_dropout=0.0)
model = get_peft_model(model, lora)
model.train()
optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-4)
vocabulary = shape["config"]["vocab_size"]
rows = torch.randint(0, vocabulary, (64, shape["length"]))


def loss_of(criterion, tokens):
    logits = model(input_ids=tokens).logits[:, :-1]
    return criterion(logits.reshape(-1, vocabulary), tokens[:, 1:].reshape(-1))


criterion = torch.nn.CrossEntropyLoss()
if kind == "private":
    from opacus import PrivacyEngine

    data = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(rows), batch_size=shape["batch"])
    model, optimizer, criterion, _ = PrivacyEngine().make_private(
        module=model, optimizer=optimizer, data_loader=data, criterion=criterion, noise_multiplier=1.0,
        max_grad_norm=1.0, grad_sample_mode="ghost", poisson_sampling=False,
    )
build = time.perf_counter() - started
times = []
for step in range(steps + 1):
    begin = time.perf_counter()
    at = step * shape["batch"] % 60
    tokens = rows[at : at + shape["batch"]]
    if kind == "private":
        logits = model(input_ids=tokens).logits[:, :-1]
        loss = criterion(logits.reshape(-1, vocabulary), tokens[:, 1:].reshape(-1), shape=(shape["batch"], shape["length"] - 1))
    else:
        loss = loss_of(criterion, tokens)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    if step > 0:
        times.append(1000 * (time.perf_counter() - begin))
print(json.dumps({"times": times, "load": 1000 * build, "rss": 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}))
